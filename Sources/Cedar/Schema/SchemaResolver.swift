// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Makes a schema of a fragment: replaces names by what they mean.
struct SchemaResolver {
    let names: SchemaNames
    let limits: SchemaLimits
    // What each common type stands for, once it is known.
    private var commonTypes: [ResolvedType?]
    // The types written into the schema so far, counted as if nothing were shared.
    private var size = 0

    init(names: SchemaNames, limits: SchemaLimits) {
        self.names = names
        self.limits = limits
        commonTypes = Array(repeating: nil, count: names.commonTypes.count)
    }

    /// The schema of `fragment`.
    mutating func schema(of fragment: SchemaFragment) throws(SchemaError) -> Schema {
        try resolveCommonTypes()
        var entities: [EntityParts] = []
        var actions: [ActionParts] = []
        for namespace in fragment.namespaces {
            for declaration in namespace.declarations {
                switch declaration {
                case .commonType: break
                case .entityType(let entity): try entities += self.entities(entity, in: namespace.name)
                case .action(let action): try actions += self.actions(action, in: namespace.name)
                }
            }
        }
        return Schema(entityTypes: try entityTypes(entities), actions: try self.actions(actions))
    }

    // In an order in which each comes after those it is made of.
    private mutating func resolveCommonTypes() throws(SchemaError) {
        let uses = names.commonTypes.map { names.commonTypes(in: $0.declaration.type, of: $0.namespace) }
        let order = SchemaGraph(uses).order()
        guard let order = order.order else {
            let cycle = order.cycle.map { names.commonTypes[$0].fullName.string }
            throw SchemaError(
                .cycle,
                "the type is made of itself: \((cycle + cycle.prefix(1)).joined(separator: " -> "))",
                at: names.commonTypes[order.cycle.first ?? 0].declaration.name.place
            )
        }
        for index in order {
            let type = names.commonTypes[index]
            let resolved = try resolve(type.declaration.type, in: type.namespace, at: type.declaration.name.place)
            commonTypes[index] = resolved
        }
    }

    /// What `type` stands for in `namespace`. Common types must be known already.
    /// - Parameter place: Where to report that it grows too large.
    func resolve(
        _ type: SchemaFragment.TypeExpression,
        in namespace: Text?,
        at place: SchemaPlace
    ) throws(SchemaError) -> ResolvedType {
        try type.fold { (type, parts: [ResolvedType], depth) throws(SchemaError) in
            let resolved: ResolvedType
            // The sizes of the parts are within the limits already; checking each sum keeps it from overflowing.
            switch type {
            case .name(let name): resolved = try meaning(of: name, in: namespace, as: .either)
            case .commonType(let name): resolved = try meaning(of: name, in: namespace, as: .commonType)
            case .entity(let name): resolved = try meaning(of: name, in: namespace, as: .entity)
            case .extensionType(let name):
                guard SchemaNames.extensions.contains(name.text), let type = SchemaNames.builtins[name.text] else {
                    let near = nearestName(to: name.text.string, among: SchemaNames.extensions.map(\.string).sorted())
                    let help = near.map { "; did you mean '\($0)'?" } ?? ""
                    throw SchemaError(.undefined, "there is no extension type '\(name.text)'\(help)", at: name.place)
                }
                resolved = ResolvedType(type)
            case .bool: resolved = ResolvedType(.bool)
            case .long: resolved = ResolvedType(.long)
            case .string: resolved = ResolvedType(.string)
            case .set: resolved = ResolvedType(.set(parts.first?.type ?? .bool), of: parts)
            case .record(let attributes):
                let record = RecordType(
                    zip(attributes, parts).map { attribute, part in
                        RecordType.Attribute(name: attribute.name, type: part.type, isRequired: attribute.isRequired)
                    }
                )
                resolved = ResolvedType(.record(record), of: parts)
            }
            guard resolved.size <= limits.maximumSize else {
                throw SchemaError(
                    .size,
                    "the type has more than \(limits.maximumSize) parts when its names are replaced",
                    at: place
                )
            }
            guard depth + resolved.depth <= limits.maximumNesting else {
                throw SchemaError(
                    .nesting,
                    "the type is nested deeper than \(limits.maximumNesting) levels when its names are replaced",
                    at: place
                )
            }
            return resolved
        }
    }

    private func meaning(
        of name: SchemaFragment.Name,
        in namespace: Text?,
        as role: SchemaNames.Role
    ) throws(SchemaError) -> ResolvedType {
        switch names.meaning(of: name.text, in: namespace, as: role) {
        case .builtin(let type): return ResolvedType(type)
        case .commonType(let index):
            if let type = commonTypes[index] { return type }
        case .entity(let name), .action(let name): return ResolvedType(.entity(name))
        case nil: break
        }
        throw names.undefined(name, in: namespace, as: role)
    }

    /// The names of entity types in a list of parents, principals or resources; actions may not be there.
    func entityTypes(_ list: [SchemaFragment.Name], in namespace: Text?) throws(SchemaError) -> Set<EntityTypeName> {
        var types: Set<EntityTypeName> = []
        for name in list {
            switch names.meaning(of: name.text, in: namespace, as: .entity) {
            case .entity(let type): types.insert(type)
            case .action:
                throw SchemaError(
                    .undefined,
                    "'\(name.text)' is the type of actions, which cannot stand here",
                    at: name.place
                )
            default: throw names.undefined(name, in: namespace, as: .entity)
            }
        }
        return types
    }

    /// Adds `count` times `size` to what has been written into the schema.
    mutating func count(_ size: Int, times count: Int, at place: SchemaPlace) throws(SchemaError) {
        // Neither is above 2^30.
        self.size += size * count
        guard self.size <= limits.maximumSize else {
            throw SchemaError(
                .size,
                "the schema has more than \(limits.maximumSize) types when all names are replaced",
                at: place
            )
        }
    }
}
