// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

extension SchemaResolver {
    /// An entity type before it is known which types its entities may be in.
    struct EntityParts {
        let name: EntityTypeName
        let parents: Set<EntityTypeName>
        let attributes: RecordType
        let tags: SchemaType?
        let choices: [Text]?
        let place: SchemaPlace
    }

    /// An action before it is known which groups it is in.
    struct ActionParts {
        let uid: EntityUID
        let parents: Set<EntityUID>
        let principals: Set<EntityTypeName>
        let resources: Set<EntityTypeName>
        let context: RecordType
        let place: SchemaPlace
    }

    /// The entity types of one declaration. They share what they are made of, so that many names cost little; what they
    /// would be without sharing is counted, because whoever goes through the schema goes through all of it.
    mutating func entities(
        _ entity: SchemaFragment.EntityType,
        in namespace: Text?
    ) throws(SchemaError) -> [EntityParts] {
        guard let place = entity.names.first?.place else { return [] }
        var parents: Set<EntityTypeName> = []
        var attributes = RecordType()
        var tags: SchemaType?
        var choices: [Text]?
        switch entity.kind {
        case .enumerated(let ids):
            // An id may be written twice; it is there once.
            var seen: Set<Text> = []
            choices = ids.filter { seen.insert($0).inserted }
        case .standard(let parentNames, let shape, let tagType):
            parents = try entityTypes(parentNames, in: namespace)
            let resolved = try resolve(shape, in: namespace, at: place)
            guard case .record(let record) = resolved.type else {
                throw SchemaError(.record, "the shape of an entity type must be a record", at: place)
            }
            attributes = record
            try count(resolved.size, times: entity.names.count, at: place)
            if let tagType {
                let resolved = try resolve(tagType, in: namespace, at: place)
                try count(resolved.size, times: entity.names.count, at: place)
                tags = resolved.type
            }
        }
        return entity.names.map { name in
            EntityParts(
                name: EntityTypeName(unchecked: name.text.qualified(by: namespace).string),
                parents: parents,
                attributes: attributes,
                tags: tags,
                choices: choices,
                place: name.place
            )
        }
    }

    /// The actions of one declaration.
    mutating func actions(_ action: SchemaFragment.Action, in namespace: Text?) throws(SchemaError) -> [ActionParts] {
        guard let place = action.names.first?.place else { return [] }
        var parents: Set<EntityUID> = []
        for name in action.parents {
            guard let parent = names.action(name, in: namespace) else {
                throw names.undefined(name, in: namespace)
            }
            parents.insert(parent)
        }
        // The names are looked up even when the action applies to nothing.
        let principals = try entityTypes(action.appliesTo?.principals ?? [], in: namespace)
        let resources = try entityTypes(action.appliesTo?.resources ?? [], in: namespace)
        let context = try resolve(action.appliesTo?.context ?? .record([]), in: namespace, at: place)
        guard case .record(let record) = context.type else {
            throw SchemaError(.record, "the context of an action must be a record", at: place)
        }
        try count(context.size, times: action.names.count, at: place)
        let type = SchemaNames.actionType(in: namespace)
        return action.names.map { name in
            ActionParts(
                uid: EntityUID(type: type, id: name.text),
                parents: parents,
                principals: principals,
                resources: resources,
                context: record,
                place: name.place
            )
        }
    }

    /// The entity types with the types their entities may be in. These may form cycles.
    func entityTypes(_ parts: [EntityParts]) throws(SchemaError) -> [Schema.EntityType] {
        let ancestors = try ancestors(parts.map { ($0.name, $0.parents) }, "the entity types", at: parts.last?.place)
        return zip(parts, ancestors).map { part, ancestors in
            Schema.EntityType(
                name: part.name,
                parents: part.parents,
                ancestors: ancestors,
                attributes: part.attributes,
                tags: part.tags,
                choices: part.choices
            )
        }
    }

    /// The actions with the groups they are in. These may not form cycles.
    func actions(_ parts: [ActionParts]) throws(SchemaError) -> [Schema.Action] {
        let ancestors = try ancestors(parts.map { ($0.uid, $0.parents) }, "the actions", at: parts.last?.place)
        return try zip(parts, ancestors).map { part, ancestors throws(SchemaError) in
            guard !ancestors.contains(part.uid) else {
                throw SchemaError(
                    .cycle,
                    "the action \(part.uid.id.quoted) is in itself, over its groups",
                    at: part.place
                )
            }
            return Schema.Action(
                uid: part.uid,
                parents: part.parents,
                ancestors: ancestors,
                principals: part.principals,
                resources: part.resources,
                context: part.context
            )
        }
    }

    // For each name all those that can be reached over parents; each parent is one of the names.
    private func ancestors<Name: Hashable>(
        _ list: [(name: Name, parents: Set<Name>)],
        _ what: String,
        at place: SchemaPlace?
    ) throws(SchemaError) -> [Set<Name>] {
        // Numbers instead of names, because hashing a name for each step would cost more than the step.
        let indexes = Dictionary(list.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
        let edges = list.map { $0.parents.compactMap { indexes[$0] } }
        let limit = limits.maximumSize * 4
        guard let reached = SchemaGraph(edges).reached(limit: limit) else {
            let message = "together \(what) are in more than \(limit) groups, counting the groups of groups"
            throw SchemaError(.size, message, at: place ?? .text(SourcePosition(offset: 0, line: 1, column: 1)))
        }
        return reached.map { Set($0.map { list[$0].name }) }
    }
}

extension SchemaNames {
    /// The common types that `type` names.
    func commonTypes(in type: SchemaFragment.TypeExpression, of namespace: Text?) -> [Int] {
        var found: [Int] = []
        var rest = [type]
        while let type = rest.popLast() {
            switch type {
            case .set(let element): rest.append(element)
            case .record(let attributes): rest += attributes.map(\.type)
            case .name(let name):
                if case .commonType(let index) = meaning(of: name.text, in: namespace, as: .either) {
                    found.append(index)
                }
            case .commonType(let name):
                if case .commonType(let index) = meaning(of: name.text, in: namespace, as: .commonType) {
                    found.append(index)
                }
            default: break
            }
        }
        return found
    }

    /// Why `name` means no action in `namespace`.
    func undefined(_ name: SchemaFragment.ActionName, in namespace: Text?) -> SchemaError {
        let written = "\(name.type ?? "Action")::\(name.id.quoted)"
        let ids = actions.prefix(2000).map(\.id.string).sorted()
        let near = nearestName(to: name.id.string, among: ids).map { "; did you mean \(Text($0).quoted)?" } ?? ""
        return SchemaError(.undefined, "there is no action \(written)\(near)", at: name.place)
    }
}
