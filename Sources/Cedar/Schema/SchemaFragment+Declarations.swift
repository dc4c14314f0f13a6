// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension SchemaFragment {
    /// A name for a type: `type Name = ...;`.
    public struct CommonType: Sendable, Hashable {
        /// The name; without a namespace.
        public let name: Name
        /// What it stands for.
        public let type: TypeExpression
        /// The annotations.
        public let annotations: [Annotation]
    }

    /// Entity types that are declared together: `entity Name, Name ...;`.
    public struct EntityType: Sendable, Hashable {
        /// What the entities are like.
        public enum Kind: Sendable, Hashable {
            /// `in [Parent] = { ... } tags T`: the parents, the attributes and the type of the tags, if there are any.
            case standard(parents: [Name], attributes: TypeExpression, tags: TypeExpression?)
            /// `enum ["a", "b"]`: the only ids there are, at least one.
            case enumerated([Text])
        }

        /// The names, at least one; without namespaces.
        public let names: [Name]
        /// What the entities are like.
        public let kind: Kind
        /// The annotations.
        public let annotations: [Annotation]
    }

    /// Actions that are declared together: `action "name", name ...;`.
    public struct Action: Sendable, Hashable {
        /// The names, at least one.
        public let names: [Name]
        /// The groups the actions are in.
        public let parents: [ActionName]
        /// What the actions apply to; nil when they apply to nothing.
        public let appliesTo: AppliesTo?
        /// The annotations.
        public let annotations: [Annotation]
    }

    /// An action as another one names it: `"name"` or `Shop::Action::"name"`.
    public struct ActionName: Sendable, Hashable {
        /// The type as it is written; nil when only the id is.
        public let type: Text?
        /// The id.
        public let id: Text

        let place: SchemaPlace
    }

    /// `appliesTo { principal: ..., resource: ..., context: ... }`.
    public struct AppliesTo: Sendable, Hashable {
        /// The types of principals.
        public let principals: [Name]
        /// The types of resources.
        public let resources: [Name]
        /// The context, a record or the name of one.
        public let context: TypeExpression
    }
}
