// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why JSON is not of Cedar's entity, context or request form, or does not fit the schema it was read with: then the
/// code is one of ``ConformanceError``'s.
public struct EntityFormatError: PointedError, Sendable, Hashable {
    /// The kind of fault; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// Another kind of JSON value is expected.
        public static let kind = Code(description: "kind")
        /// A member is missing.
        public static let missing = Code(description: "missing")
        /// JSON that Cedar has no value for: null, fractions, numbers beyond 64 bits.
        public static let value = Code(description: "value")
        /// A type name that is no Cedar name.
        public static let typeName = Code(description: "type_name")
        /// An extension function that does not exist, or a call that fails.
        public static let function = Code(description: "extension_function")
        /// An action below something that is no action.
        public static let actionParent = Code(description: "action_parent")
        /// Nested deeper than allowed.
        public static let nesting = Code(description: "nesting")
    }

    /// The kind of fault.
    public let code: Code
    /// A sentence for people.
    public let message: String
    /// Where, as a JSON pointer (RFC 6901).
    public let pointer: String

    init(_ code: Code, _ message: String, _ pointer: String) {
        self.code = code
        self.message = message
        self.pointer = pointer
    }
}

extension EntityFormatError {
    /// A value that is not as the schema says; the kinds of both errors bear the same names.
    init(_ error: ConformanceError) {
        self.init(Code(description: error.code.description), error.message, error.pointer)
    }
}
