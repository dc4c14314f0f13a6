// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// What a fragment declares, and what a name means where it stands.
///
/// A name without a namespace is looked for in the namespace it stands in, then outside all namespaces; there the
/// language's own types are, too, unless something declared takes their names. In one place a common type goes before
/// an entity type (RFC 24).
struct SchemaNames {
    /// What a name means.
    enum Meaning: Equatable {
        /// One of the language's own types.
        case builtin(SchemaType)
        /// The common type of this place in ``commonTypes``.
        case commonType(Int)
        /// The entity type of this name.
        case entity(EntityTypeName)
        /// The type of actions of this name.
        case action(EntityTypeName)
    }

    /// What a name may mean where it stands.
    enum Role {
        case commonType, entity, either
    }

    /// A common type and the namespace it is declared in.
    struct CommonType {
        let fullName: Text
        let namespace: Text?
        let declaration: SchemaFragment.CommonType
    }

    /// The common types, in the order in which they were written.
    private(set) var commonTypes: [CommonType] = []
    private var commonTypeIndexes: [Text: Int] = [:]
    private(set) var entityTypes: Set<Text> = []
    private var actionTypes: Set<Text> = []
    private(set) var actions: Set<EntityUID> = []

    /// The types of the language, as they are named behind `__cedar::`.
    static let builtins: [Text: SchemaType] = [
        "Bool": .bool, "Long": .long, "String": .string, "decimal": .decimal, "ipaddr": .ipaddr,
        "datetime": .datetime, "duration": .duration,
    ]

    /// The types of the language that are extensions.
    static let extensions: Set<Text> = ["decimal", "ipaddr", "datetime", "duration"]

    /// The words that JSON schemas have for types; nobody may declare a common type of such a name.
    static let keywords: Set<String> = [
        "Bool", "Boolean", "Entity", "Extension", "Long", "Record", "Set", "String",
    ]

    /// The names `fragment` declares.
    init(_ fragment: SchemaFragment) {
        for namespace in fragment.namespaces {
            for declaration in namespace.declarations { enter(declaration, of: namespace.name) }
        }
    }

    private mutating func enter(_ declaration: SchemaFragment.Declaration, of namespace: Text?) {
        switch declaration {
        case .commonType(let type):
            let fullName = type.name.text.qualified(by: namespace)
            commonTypeIndexes[fullName] = commonTypes.count
            commonTypes.append(CommonType(fullName: fullName, namespace: namespace, declaration: type))
        case .entityType(let entity):
            for name in entity.names { entityTypes.insert(name.text.qualified(by: namespace)) }
        case .action(let action):
            let type = Self.actionType(in: namespace)
            actionTypes.insert(type.text)
            for name in action.names { actions.insert(EntityUID(type: type, id: name.text)) }
        }
    }

    /// The type of the actions of a namespace.
    static func actionType(in namespace: Text?) -> EntityTypeName {
        EntityTypeName(unchecked: Text("Action").qualified(by: namespace).string)
    }

    /// What `name` means in `namespace`; nil when it means nothing that may stand there.
    func meaning(of name: Text, in namespace: Text?, as role: Role) -> Meaning? {
        if let namespace, name.isUnqualified, let meaning = meaning(of: name.qualified(by: namespace), as: role) {
            return meaning
        }
        return meaning(of: name, as: role)
    }

    // What a full name means.
    private func meaning(of name: Text, as role: Role) -> Meaning? {
        if role != .entity {
            if let index = commonTypeIndexes[name] { return .commonType(index) }
            if let type = builtin(name) { return .builtin(type) }
        }
        guard role != .commonType else { return nil }
        if entityTypes.contains(name) { return .entity(EntityTypeName(unchecked: name.string)) }
        if actionTypes.contains(name) { return .action(EntityTypeName(unchecked: name.string)) }
        return nil
    }

    private func builtin(_ name: Text) -> SchemaType? {
        let prefix = "__cedar::"
        if name.string.utf8.starts(with: prefix.utf8) {
            return Self.builtins[Text(String(name.string.dropFirst(prefix.count)))]
        }
        // Common types have been looked for before.
        return entityTypes.contains(name) ? nil : Self.builtins[name]
    }

    /// Whether a common type or an entity type of this full name is declared.
    func isType(_ name: Text) -> Bool {
        commonTypeIndexes[name] != nil || entityTypes.contains(name)
    }

    /// The declared action that `name` means in `namespace`.
    func action(_ name: SchemaFragment.ActionName, in namespace: Text?) -> EntityUID? {
        let type = name.type ?? "Action"
        let types = type.isUnqualified && namespace != nil ? [type.qualified(by: namespace), type] : [type]
        for type in types {
            let uid = EntityUID(type: EntityTypeName(unchecked: type.string), id: name.id)
            if actions.contains(uid) { return uid }
        }
        return nil
    }
}

extension SchemaNames {
    /// Why `name` means nothing in `namespace`.
    func undefined(_ name: SchemaFragment.Name, in namespace: Text?, as role: Role) -> SchemaError {
        let what =
            switch role {
            case .commonType: "type"
            case .entity: "entity type"
            case .either: "type or entity type"
            }
        var help = ""
        if role != .commonType, name.text == "Boolean" || name.text == "Number" {
            help = "; did you mean '\(name.text == "Boolean" ? "Bool" : "Long")'?"
        } else if role == .entity, meaning(of: name.text, in: namespace, as: .commonType) != nil {
            help = ": it is a type, but no entity type"
        } else if role == .commonType, meaning(of: name.text, in: namespace, as: .entity) != nil {
            help = ": it is an entity type"
        } else if let near = nearest(to: name.text, in: namespace, as: role) {
            help = "; did you mean '\(near)'?"
        }
        var places = ""
        if let namespace, name.text.isUnqualified {
            places = ", neither in \(namespace) nor outside all namespaces"
        }
        return SchemaError(.undefined, "there is no \(what) '\(name.text)'\(places)\(help)", at: name.place)
    }

    // The declared name that was probably meant, as it can be written in `namespace`.
    private func nearest(to name: Text, in namespace: Text?, as role: Role) -> String? {
        let slack = 8 + (namespace?.string.utf8.count ?? 0)
        var candidates: [String] = []
        if role != .commonType { candidates += entityTypes.lazy.map(\.string).sorted() }
        if role != .entity {
            candidates += commonTypes.map(\.fullName.string) + Self.builtins.keys.map(\.string).sorted()
        }
        // A name that is near is about as long. The bound is for schemas that nobody writes.
        candidates = Array(candidates.filter { abs($0.utf8.count - name.string.utf8.count) <= slack }.prefix(2000))
        guard let namespace else { return nearestName(to: name.string, among: candidates) }
        let prefix = namespace.string + "::"
        return nearestName(
            to: name.string,
            among: candidates.map { $0.utf8.starts(with: prefix.utf8) ? String($0.dropFirst(prefix.count)) : $0 }
        )
    }
}

extension Text {
    /// Whether the name has no namespace in front of it.
    var isUnqualified: Bool { !string.utf8.contains(UInt8(ascii: ":")) }

    /// The name in `namespace`.
    func qualified(by namespace: Text?) -> Text {
        namespace.map { Text($0.string + "::" + string) } ?? self
    }
}
