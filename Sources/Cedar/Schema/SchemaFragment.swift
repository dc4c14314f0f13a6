// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A schema as it is written, in either form: names as they stand there, common types, annotations.
///
/// ``resolved(limits:)`` makes the ``Schema`` of it that evaluation and validation read. Two fragments are equal when
/// they say the same in the same order; where it was written does not count.
public struct SchemaFragment: Sendable, Hashable {
    /// The namespaces, each once. All declarations that stand in none are in the one without a name.
    public let namespaces: [Namespace]

    /// A namespace and what it declares.
    public struct Namespace: Sendable, Hashable {
        /// Its name, such as `Shop::Billing`; nil for the declarations outside all namespaces.
        public let name: Text?
        /// Its annotations; always none without a name.
        public let annotations: [Annotation]
        /// The declarations, in the order in which they were written.
        public let declarations: [Declaration]

        let place: SchemaPlace
    }

    /// One declaration.
    public enum Declaration: Sendable, Hashable {
        /// `type Name = ...;`
        case commonType(CommonType)
        /// `entity Name ...;`
        case entityType(EntityType)
        /// `action name ...;`
        case action(Action)
    }

    /// A name as it is written: with a namespace in front of it or not.
    public struct Name: Sendable, Hashable {
        /// The name.
        public let text: Text

        let place: SchemaPlace

        /// Where it stands in the text; nil in a schema that is JSON.
        public var position: SourcePosition? { place.position }
    }

    /// The names that types of the language have where nothing else is declared under them, and those that JSON schemas
    /// have for types.
    public static let languageTypes = Set(SchemaNames.builtins.keys).union(SchemaNames.keywords.map { Text($0) })
}

extension SchemaFragment.Namespace {
    /// The names of its types and entity types, in the order in which they were written.
    public var typeNames: [SchemaFragment.Name] {
        declarations.flatMap { declaration -> [SchemaFragment.Name] in
            switch declaration {
            case .commonType(let type): [type.name]
            case .entityType(let entity): entity.names
            case .action: []
            }
        }
    }
}

extension SchemaFragment.Name {
    /// What a name in the namespace of this name counts when the size of a schema is bounded. A namespace may be named
    /// at any length, and its declarations bear that name, too.
    var weight: Int { 1 + text.string.utf8.count / 64 }
}
