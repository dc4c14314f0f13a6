// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a well-formed JSON value is not the shape that was asked for, and where.
public struct ShapeError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of refusal; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// A required member is absent.
        public static let missing = Code(description: "missing")
        /// A value of another JSON type.
        public static let kind = Code(description: "wrong_type")
        /// A member nobody knows.
        public static let unknown = Code(description: "unknown_member")
        /// The right type, but not an allowed value.
        public static let value = Code(description: "invalid_value")
    }

    /// The kind of refusal.
    public let code: Code
    /// The JSON pointer of the offending value (RFC 6901).
    public let pointer: String
    /// A sentence for people.
    public let message: String

    /// A refusal of the value at `pointer`.
    public init(_ code: Code, _ pointer: String, _ message: String) {
        self.code = code
        self.pointer = pointer
        self.message = message
    }

    /// `pointer: message`.
    public var description: String { pointer.isEmpty ? message : "\(pointer): \(message)" }
}
