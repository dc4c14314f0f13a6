// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// Checks that an entity is as the schema says: its type, its attributes, its tags, and what it is in.
    ///
    /// Its parents may be of any type the schema lets it be in, over any number of steps. An action must have no
    /// attributes and no tags and be in the groups the schema puts it in, named one by one or by those nearest to it.
    public func validate(_ entity: Entity) throws(ConformanceError) {
        try validate(entity, at: .root)
        guard let action = actions[entity.uid] else { return }
        var groups = entity.parents
        for parent in entity.parents { groups.formUnion(actions[parent]?.ancestors ?? []) }
        guard groups == action.ancestors else { throw mismatch(action, at: JSONPath.root.member("parents")) }
    }

    /// The actions as entities, sorted by name.
    public var actionEntities: [Entity] {
        actions.values.map { Entity(uid: $0.uid, parents: $0.parents) }.sorted { $0.uid < $1.uid }
    }

    /// Checks an entity, which stands at `path`, but not yet the groups of an action.
    func validate(_ entity: Entity, at path: JSONPath) throws(ConformanceError) {
        let conformance = Conformance(schema: self)
        try conformance.check(entity.uid, path.member("uid"))
        if let action = actions[entity.uid] {
            guard entity.attributes.isEmpty, entity.tags.isEmpty else { throw mismatch(action, at: path) }
            return
        }
        guard let type = entityTypes[entity.uid.type] else { return }
        try conformance.check(entity.attributes, type.attributes, path.member("attrs"))
        for tag in entity.tags {
            let path = path.member("tags").member(tag.key.string)
            guard let expected = type.tags else { throw noTags(type, at: path) }
            try conformance.check(tag.value, expected, path)
        }
        for parent in entity.parents.sorted() {
            guard type.ancestors.contains(parent.type) else {
                let types = NameHelp.list(types: type.ancestors)
                let help = types.isEmpty ? "it is in nothing" : "it may be in \(types)"
                throw ConformanceError(
                    .parentType,
                    "\(type.name) cannot be in \(parent): \(help)",
                    at: path.member("parents")
                )
            }
            try conformance.check(parent, path.member("parents"))
        }
    }

    func noTags(_ type: EntityType, at path: JSONPath) -> ConformanceError {
        ConformanceError(.noTags, "entities of type \(type.name) have no tags", at: path)
    }

    func mismatch(_ action: Action, at path: JSONPath) -> ConformanceError {
        let groups = action.ancestors.sorted()
        let parents = groups.isEmpty ? "is in no group" : "is in \(NameHelp.list(groups, \.description))"
        return ConformanceError(
            .actionMismatch,
            "\(action.uid) is not as the schema says: it has no attributes and no tags and \(parents)",
            at: path
        )
    }
}
