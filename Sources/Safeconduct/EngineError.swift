// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustStore

/// Why the engine can't do its work. A denial or refusal is an answer, never this.
public struct EngineError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// What the operator configured can't work.
        public static let configuration = Code(description: "configuration")
        /// The store is out of order or out of reach.
        public static let unavailable = Code(description: "unavailable")
        /// What is stored contradicts itself.
        public static let corrupt = Code(description: "corrupt")
        /// A fault of the engine.
        public static let `internal` = Code(description: "internal")
    }

    /// The kind of failure.
    public let code: Code
    /// A sentence for operators.
    public let message: String

    /// A failure of the given kind.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: StoreError) {
        self.init(error.code == .corrupt ? .corrupt : .unavailable, error.message)
    }

    /// `code: message`.
    public var description: String { "\(code): \(message)" }
}
