// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a log can't be folded any further; the node that meets it drains itself.
public struct FoldError: Error, Sendable, CustomStringConvertible {
    /// The kind of obstacle; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// The stored bytes are no entry.
        public static let unreadable = Code(description: "unreadable")
        /// A newer release wrote the entry.
        public static let unknownKind = Code(description: "unknown_kind")
        /// The state folded here is not the one its writer had.
        public static let digest = Code(description: "state_digest")
        /// The entry contradicts the state: its writer did not validate it.
        public static let invalid = Code(description: "invalid_entry")
    }

    /// The kind of obstacle.
    public let code: Code
    /// A sentence for operators.
    public let message: String

    /// An obstacle of the given kind.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// `code: message`.
    public var description: String { "\(code): \(message)" }
}
