// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a text or a JSON value is no Cedar schema, and where.
public struct SchemaError: Error, Sendable, Hashable {
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
        /// A reserved word used as a name.
        public static let reserved = Code(description: "reserved_name")
        /// A name that is no Cedar name; only JSON can hold one.
        public static let name = Code(description: "invalid_name")
        /// One name declared twice, or one part of a declaration written twice.
        public static let duplicate = Code(description: "duplicate")
        /// A part of a declaration that must be there is not.
        public static let missing = Code(description: "missing")
        /// Another kind of JSON value is expected.
        public static let kind = Code(description: "wrong_type")
        /// A member that JSON schemas do not have.
        public static let unknown = Code(description: "unknown_member")
        /// Something the JSON form can say, but Cedar does not support, or the text form cannot say.
        public static let unsupported = Code(description: "unsupported")
        /// A name that nothing in the schema declares.
        public static let undefined = Code(description: "undefined")
        /// A declaration in a namespace that hides one outside all namespaces (RFC 70).
        public static let shadowing = Code(description: "shadowing")
        /// A common type made of itself, or an action in itself.
        public static let cycle = Code(description: "cycle")
        /// A shape or a context that is no record.
        public static let record = Code(description: "not_a_record")
        /// Nested deeper than allowed.
        public static let nesting = Code(description: "nesting")
        /// More bytes than allowed, or types that grow beyond what is allowed when their names are replaced.
        public static let size = Code(description: "size")
    }

    /// The kind of fault.
    public let code: Code
    /// A sentence for people: what is wrong and, where it can be said, how to mend it.
    public let message: String
    /// Where in the text; nil when the schema is JSON.
    public let position: SourcePosition?
    /// Where in the JSON, as a JSON pointer (RFC 6901); nil when the schema is text.
    public let pointer: String?

    init(_ code: Code, _ message: String, at place: SchemaPlace) {
        self.code = code
        // Names are quoted in messages and may have any length; nobody reads more than this.
        self.message = message.utf8.count <= 800 ? message : String(message.unicodeScalars.prefix(500)) + "..."
        position = place.position
        pointer = place.pointer
    }

    /// The same fault; the kinds that both sorts of text have bear the same names.
    init(_ error: ParseError) {
        self.init(Code(description: error.code.description), error.message, at: .text(error.position))
    }
}

extension SchemaError: CustomStringConvertible {
    /// `line:column: message`, or `pointer: message`.
    public var description: String {
        if let position { return "\(position.line):\(position.column): \(message)" }
        guard let pointer, !pointer.isEmpty else { return message }
        return "\(pointer): \(message)"
    }
}
