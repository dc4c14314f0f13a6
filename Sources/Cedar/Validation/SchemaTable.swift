// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A schema as the validator asks it: with the actions in a fixed order and below their groups.
final class SchemaTable: Sendable {
    /// An action with the request kinds it has.
    struct Action: Sendable {
        let uid: EntityUID
        /// The types of principals and of resources, sorted.
        let principals: [EntityTypeName]
        let resources: [EntityTypeName]
        /// Their numbers, which each type has once in the schema.
        let principalNumbers: [Int32]
        let resourceNumbers: [Int32]
        let context: RecordType
        /// A number that actions share whose contexts are of one type.
        let contextNumber: Int32
        /// A number that actions share which differ in nothing but their name.
        let kindNumber: Int32
    }

    let schema: Schema
    /// The actions, sorted by name.
    let actions: [Action]
    /// The places of the actions by name.
    let places: [EntityUID: Int]
    /// For the last part of each name the first entity type that ends in it.
    let namesakes: [Text: EntityTypeName]
    /// For each id the first action that has it.
    let actionNamesakes: [Text: EntityUID]
    // For each group the places of its members, itself included.
    private let members: [EntityUID: [Int]]
    // For each type of actions the types of the groups they are in.
    private let groupTypes: [EntityTypeName: Set<EntityTypeName>]

    init(_ schema: Schema) {
        self.schema = schema
        var contexts: [RecordType: Int32] = [:]
        var kinds: [[Int32]: Int32] = [:]
        var numbers: [EntityTypeName: Int32] = [:]
        func number(_ type: EntityTypeName) -> Int32 {
            if let known = numbers[type] { return known }
            let next = Int32(truncatingIfNeeded: numbers.count)
            numbers[type] = next
            return next
        }
        var actions: [Action] = []
        var places: [EntityUID: Int] = [:]
        var members: [EntityUID: [Int]] = [:]
        var groupTypes: [EntityTypeName: Set<EntityTypeName>] = [:]
        for action in schema.actions.values.sorted(by: { $0.uid < $1.uid }) {
            let place = actions.count
            places[action.uid] = place
            for group in action.ancestors.union([action.uid]) { members[group, default: []].append(place) }
            groupTypes[action.uid.type, default: []].formUnion(action.ancestors.map(\.type))
            let context = contexts[action.context] ?? Int32(truncatingIfNeeded: contexts.count)
            contexts[action.context] = context
            let principals = action.principals.sorted { $0.text < $1.text }
            let resources = action.resources.sorted { $0.text < $1.text }
            let principalNumbers = principals.map(number)
            let resourceNumbers = resources.map(number)
            let kind = [context, Int32(truncatingIfNeeded: principals.count)] + principalNumbers + resourceNumbers
            let kindNumber = kinds[kind] ?? Int32(truncatingIfNeeded: kinds.count)
            kinds[kind] = kindNumber
            actions.append(
                Action(
                    uid: action.uid,
                    principals: principals,
                    resources: resources,
                    principalNumbers: principalNumbers,
                    resourceNumbers: resourceNumbers,
                    context: action.context,
                    contextNumber: context,
                    kindNumber: kindNumber
                )
            )
        }
        let types = schema.entityTypes.keys.sorted { $0.text < $1.text }
        namesakes = Dictionary(types.map { (Text(String($0.basename)), $0) }) { first, _ in first }
        actionNamesakes = Dictionary(actions.map { ($0.uid.id, $0.uid) }) { first, _ in first }
        self.actions = actions
        self.places = places
        self.members = members
        self.groupTypes = groupTypes
    }

    /// The places of the actions in the group `uid`, itself included; nil when there is no such action.
    func members(of uid: EntityUID) -> [Int]? {
        places[uid] == nil ? nil : members[uid] ?? []
    }

    /// Whether the schema has the entity type `name`; types of actions need not be declared.
    func isKnown(_ name: EntityTypeName) -> Bool {
        name.isAction || schema.entityTypes[name] != nil
    }

    /// Whether an entity literal has a type: its type, or the action itself, is in the schema.
    func isKnown(_ uid: EntityUID) -> Bool {
        uid.type.isAction ? places[uid] != nil : schema.entityTypes[uid.type] != nil
    }

    /// Whether the action `uid` is `group` or in it.
    func isAction(_ uid: EntityUID, in group: EntityUID) -> Bool {
        uid == group || schema.actions[uid]?.ancestors.contains(group) == true
    }

    /// Whether an entity of `type` may be an entity of `other` or below one.
    func may(_ type: EntityTypeName, beIn other: EntityTypeName) -> Bool {
        type == other || schema.entityTypes[type]?.ancestors.contains(other) == true
            || groupTypes[type]?.contains(other) == true
    }

    /// The types of the tags that entities of `types` may have, each once.
    func tagTypes(of types: [EntityTypeName]) -> [StaticType] {
        var seen: Set<SchemaType> = []
        return types.compactMap { type in
            guard let tags = schema.entityTypes[type]?.tags, seen.insert(tags).inserted else { return nil }
            return .plain(tags)
        }
    }
}

extension SchemaTable {
    /// An attribute as it is known.
    typealias Attribute = StaticRecord.Attribute

    /// The attribute `name` of values of `type`; nil when they do not all have it, or not of types that fit together.
    func attribute(_ name: Text, of type: StaticType) -> Attribute? {
        switch type {
        case .plain(.record(let record)): return record[name].map(Attribute.init)
        case .record(let record): return record[name]
        case .plain(.entity(let type)): return schema.entityTypes[type]?.attributes[name].map(Attribute.init)
        case .entities(let types):
            var result: Attribute?
            for type in types {
                guard let next = schema.entityTypes[type]?.attributes[name] else { return nil }
                guard let known = result else {
                    result = Attribute(next)
                    continue
                }
                guard let bound = known.type.leastUpperBound(.plain(next.type), .permissive) else { return nil }
                result = Attribute(name: name, type: bound, isRequired: known.isRequired && next.isRequired)
            }
            return result
        default: return nil
        }
    }

    /// Whether some value of `type` may have the attribute `name`.
    func mayHave(_ name: Text, _ type: StaticType) -> Bool {
        if let types = type.entityTypes { return types.contains { schema.entityTypes[$0]?.attributes[name] != nil } }
        guard let record = type.asRecord else { return type == .never }
        return record.isOpen || record[name] != nil
    }

    /// The names of the attributes that values of `type` may have.
    func attributeNames(of type: StaticType) -> [Text] {
        if let types = type.entityTypes {
            return types.flatMap { schema.entityTypes[$0]?.attributes.attributes.map(\.name) ?? [] }
        }
        return type.asRecord?.attributes.map(\.name) ?? []
    }
}

extension StaticRecord.Attribute {
    init(_ attribute: RecordType.Attribute) {
        self.init(name: attribute.name, type: .plain(attribute.type), isRequired: attribute.isRequired)
    }
}
