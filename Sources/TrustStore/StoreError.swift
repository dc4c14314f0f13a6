// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why the store did not do what was asked.
public struct StoreError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// The disk or the database refused.
        public static let unavailable = Code(description: "unavailable")
        /// What is stored contradicts itself.
        public static let corrupt = Code(description: "corrupt")
        /// Another process holds what is needed.
        public static let busy = Code(description: "busy")
        /// The disk is full.
        public static let full = Code(description: "full")
        /// The log does not have what was asked for, or cannot take what was given.
        public static let range = Code(description: "range")
    }

    /// The kind of failure.
    public let code: Code
    /// A sentence for operators, without stored contents.
    public let message: String

    /// A failure of the given kind.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// `code: message`.
    public var description: String { "\(code): \(message)" }
}
