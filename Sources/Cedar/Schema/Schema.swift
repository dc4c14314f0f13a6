// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A resolved schema: which types of entities and which actions there are, and how they fit together.
///
/// What evaluation, validation and analysis read. The written forms are fragments, which keep names as they were
/// written, common types and annotations.
public struct Schema: Sendable, Hashable {
    /// A type of entities.
    public struct EntityType: Sendable, Hashable {
        /// Its full name.
        public let name: EntityTypeName
        /// The types its entities may be directly in.
        public let parents: Set<EntityTypeName>
        /// The types its entities may be in, over any number of steps; itself only when a cycle of types says so.
        public let ancestors: Set<EntityTypeName>
        /// The attributes.
        public let attributes: RecordType
        /// The type of every tag's value; nil when entities of this type have no tags.
        public let tags: SchemaType?
        /// The only ids there are, in the order in which they were written; nil when any id will do.
        public let choices: [Text]?
        private let allowed: Set<Text>?

        /// An entity type of these parts.
        public init(
            name: EntityTypeName,
            parents: Set<EntityTypeName> = [],
            ancestors: Set<EntityTypeName> = [],
            attributes: RecordType = RecordType(),
            tags: SchemaType? = nil,
            choices: [Text]? = nil
        ) {
            self.name = name
            self.parents = parents
            self.ancestors = ancestors
            self.attributes = attributes
            self.tags = tags
            self.choices = choices
            allowed = choices.map { Set($0) }
        }

        /// Whether an entity of this type may have the id.
        public func allows(_ id: Text) -> Bool { allowed?.contains(id) ?? true }
    }

    /// An action.
    public struct Action: Sendable, Hashable {
        /// Its name; its type is `Action`, behind a namespace or not.
        public let uid: EntityUID
        /// The groups it is directly in.
        public let parents: Set<EntityUID>
        /// The groups it is in, over any number of steps.
        public let ancestors: Set<EntityUID>
        /// The types of principals it applies to; with no principals or no resources it applies to nothing, like an
        /// action that only groups others.
        public let principals: Set<EntityTypeName>
        /// The types of resources it applies to.
        public let resources: Set<EntityTypeName>
        /// The context of its requests.
        public let context: RecordType

        /// An action of these parts.
        public init(
            uid: EntityUID,
            parents: Set<EntityUID> = [],
            ancestors: Set<EntityUID> = [],
            principals: Set<EntityTypeName> = [],
            resources: Set<EntityTypeName> = [],
            context: RecordType = RecordType()
        ) {
            self.uid = uid
            self.parents = parents
            self.ancestors = ancestors
            self.principals = principals
            self.resources = resources
            self.context = context
        }
    }

    /// The entity types by name. Types of actions are not among them.
    public let entityTypes: [EntityTypeName: EntityType]
    /// The actions by name.
    public let actions: [EntityUID: Action]

    /// A schema of these parts, which fit together: every name in them is one of theirs.
    public init(entityTypes: [EntityType], actions: [Action]) {
        self.entityTypes = Dictionary(entityTypes.map { ($0.name, $0) }) { first, _ in first }
        self.actions = Dictionary(actions.map { ($0.uid, $0) }) { first, _ in first }
    }
}
