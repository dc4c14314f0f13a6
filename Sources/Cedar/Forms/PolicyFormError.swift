// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why JSON is not of Cedar's policy form, or a policy cannot be written in it.
public struct PolicyFormError: PointedError, Sendable, Hashable {
    /// The kind of fault; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// Another kind of JSON value is expected.
        public static let kind = Code(description: "kind")
        /// A member is missing.
        public static let missing = Code(description: "missing")
        /// A member that this form does not have.
        public static let unknownMember = Code(description: "unknown_member")
        /// A word that is none of those that may stand here.
        public static let word = Code(description: "word")
        /// A name that is no Cedar name.
        public static let name = Code(description: "name")
        /// JSON that Cedar has no value for.
        public static let value = Code(description: "value")
        /// An operator or extension function that Cedar does not have.
        public static let function = Code(description: "unknown_function")
        /// Too few operands.
        public static let arity = Code(description: "arity")
        /// A slot where none, or another one, may stand.
        public static let slot = Code(description: "slot")
        /// One id twice.
        public static let duplicateID = Code(description: "duplicate_id")
        /// A link that its template does not allow.
        public static let link = Code(description: "link")
        /// Nested deeper than allowed.
        public static let nesting = Code(description: "nesting")
        /// More values than allowed.
        public static let size = Code(description: "size")
    }

    /// The kind of fault.
    public let code: Code
    /// A sentence for people.
    public let message: String
    /// Where in the JSON, as a JSON pointer (RFC 6901); when writing, where in what would have been written.
    public let pointer: String

    init(_ code: Code, _ message: String, _ pointer: String) {
        self.code = code
        self.message = message
        self.pointer = pointer
    }

    init(_ code: Code, _ message: String, at path: JSONPath) {
        self.init(code, message, path.pointer)
    }
}
