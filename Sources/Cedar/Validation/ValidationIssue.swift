// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Something a schema says against a policy.
public struct ValidationIssue: Sendable, Hashable {
    /// The kind of issue; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// An entity type that the schema does not have.
        public static let unknownType = Code(description: "unknown_entity_type")
        /// An action that the schema does not have.
        public static let unknownAction = Code(description: "unknown_action")
        /// An entity of an enumerated type with an id that is none of the type's.
        public static let enumChoice = Code(description: "enum_choice")
        /// No action applies to what the scope asks for.
        public static let noApplicableAction = Code(description: "no_applicable_action")
        /// An expression of another type than its place takes.
        public static let unexpectedType = Code(description: "unexpected_type")
        /// Types that must fit together and do not.
        public static let incompatibleTypes = Code(description: "incompatible_types")
        /// An attribute that the type does not have.
        public static let unknownAttribute = Code(description: "unknown_attribute")
        /// An optional attribute that is read without a `has` before it.
        public static let unguardedAttribute = Code(description: "unguarded_attribute")
        /// A tag that is read without a `hasTag` before it.
        public static let unguardedTag = Code(description: "unguarded_tag")
        /// A tag of entities that have none.
        public static let noTags = Code(description: "no_tags")
        /// `[]`, whose elements have no type.
        public static let emptySet = Code(description: "empty_set")
        /// A constructor of an extension type whose argument is no literal.
        public static let computedConstructor = Code(description: "computed_constructor")
        /// A text that the constructor of an extension type cannot read.
        public static let constructorText = Code(description: "constructor_text")
        /// A function with too many or too few arguments.
        public static let arity = Code(description: "arity")
        /// There are more request environments than are looked at.
        public static let tooLarge = Code(description: "too_large")
        /// More entities are looked into, one behind the other, than the level allows.
        public static let level = Code(description: "level")
        /// An entity is looked into that is written in the policy, not reached from the request.
        public static let literalDereference = Code(description: "literal_dereference")
        /// No request can satisfy the policy.
        public static let impossiblePolicy = Code(description: "impossible_policy")
    }

    /// The kind of issue.
    public let code: Code
    /// A sentence for people.
    public let message: String
    /// What is at fault, in the policy's text; see ``Policy/position(of:)``.
    public let span: SourceSpan
    /// How to mend it, where that can be said.
    public let help: String?

    init(_ code: Code, _ message: String, at span: SourceSpan, help: String? = nil) {
        self.code = code
        self.message = message
        self.span = span
        self.help = help
    }
}

extension ValidationIssue: CustomStringConvertible {
    /// The message and the help.
    public var description: String { help.map { "\(message); \($0)" } ?? message }
}
