// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a text is no Cedar policy set, and where.
public struct ParseError: Error, Sendable, Hashable {
    /// The kind of fault; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// Something else is expected here.
        public static let syntax = Code(description: "syntax")
        /// The text is not UTF-8.
        public static let encoding = Code(description: "encoding")
        /// A byte that begins no token, or a string without end.
        public static let token = Code(description: "token")
        /// An escape sequence that strings do not have.
        public static let escape = Code(description: "escape")
        /// A number that does not fit 64 bits.
        public static let integer = Code(description: "integer")
        /// A reserved word used as a name.
        public static let reserved = Code(description: "reserved_name")
        /// A name that is no variable, no entity and no function.
        public static let name = Code(description: "unknown_name")
        /// A function or method that Cedar does not have.
        public static let function = Code(description: "unknown_function")
        /// Too many or too few arguments.
        public static let arity = Code(description: "arity")
        /// One annotation or record key twice.
        public static let duplicate = Code(description: "duplicate_key")
        /// A scope that is not principal, action, resource with the constraints these may have.
        public static let scope = Code(description: "scope")
        /// A template slot where none may stand.
        public static let slot = Code(description: "slot")
        /// An operator Cedar does not have, or more of one than allowed.
        public static let `operator` = Code(description: "operator")
        /// Nested deeper than allowed.
        public static let nesting = Code(description: "nesting")
        /// More bytes than allowed.
        public static let size = Code(description: "size")
    }

    /// The kind of fault.
    public let code: Code
    /// A sentence for people: what is wrong and, where it can be said, how to mend it.
    public let message: String
    /// Where.
    public let position: SourcePosition

    init(_ code: Code, _ message: String, at position: SourcePosition) {
        self.code = code
        self.message = message
        self.position = position
    }
}

extension ParseError: CustomStringConvertible {
    /// `line:column: message`.
    public var description: String { "\(position.line):\(position.column): \(message)" }
}
