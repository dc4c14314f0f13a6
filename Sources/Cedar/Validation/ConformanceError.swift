// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why an entity or a request does not fit a schema.
public struct ConformanceError: PointedError, Sendable, Hashable {
    /// The kind of fault; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// An entity type that the schema does not have.
        public static let unknownType = Code(description: "unknown_entity_type")
        /// An action that the schema does not have.
        public static let unknownAction = Code(description: "unknown_action")
        /// An entity of an enumerated type with an id that is none of the type's.
        public static let enumChoice = Code(description: "enum_choice")
        /// A value of another type than the schema says.
        public static let valueType = Code(description: "value_type")
        /// An attribute that the schema does not have.
        public static let unknownAttribute = Code(description: "unknown_attribute")
        /// An attribute that must be there and is not.
        public static let missingAttribute = Code(description: "missing_attribute")
        /// A tag of an entity that has none.
        public static let noTags = Code(description: "no_tags")
        /// A parent of a type in which the entity cannot be.
        public static let parentType = Code(description: "parent_type")
        /// An action that is not as the schema says.
        public static let actionMismatch = Code(description: "action_mismatch")
        /// A principal of a type to which the action does not apply.
        public static let principalType = Code(description: "principal_type")
        /// A resource of a type to which the action does not apply.
        public static let resourceType = Code(description: "resource_type")
    }

    /// The kind of fault.
    public let code: Code
    /// A sentence for people.
    public let message: String
    /// Where, as a JSON pointer (RFC 6901) into the JSON form of what was checked.
    public let pointer: String

    init(_ code: Code, _ message: String, at path: JSONPath) {
        self.code = code
        self.message = message
        pointer = path.pointer
    }
}
