// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar

/// Facts made true in real entities and a real request: by other means than the search has.
enum FactApplication {
    /// The world with the facts; nil where plain entities cannot be so. Who leaves a group loses the groups in it, and
    /// keeps what the group is in or, otherwise, only what else leads there.
    static func apply(_ facts: [Fact], to world: ExplainedWorld, keepsAbove: Bool = true)
        -> (EntityStore, AuthorizationRequest)?
    {
        var entities = world.entities
        var request = world.request
        for fact in facts {
            switch fact.subject {
            case .context(let path):
                guard case .record(let context)? = changed(.record(request.context), path[...], fact) else {
                    return nil
                }
                request.context = context
            case .attribute(let uid, let path):
                let place = place(of: uid, &entities)
                guard case .record(let attributes)? = changed(.record(entities[place].attributes), path[...], fact)
                else {
                    return nil
                }
                entities[place].attributes = attributes
            case .tag(let uid, let name):
                entities[place(of: uid, &entities)].tags[name] = value(fact)
            case .membership(let uid, let group):
                let place = place(of: uid, &entities)
                if fact.requirements == [.member(true)] {
                    entities[place].parents.insert(group)
                } else {
                    guard let store = try? EntityStore(entities) else { return nil }
                    func isIn(_ member: EntityUID, _ group: EntityUID) -> Bool {
                        store.handle(of: member).map { store.isMember($0, of: group) } ?? false
                    }
                    let above = keepsAbove ? store.handle(of: uid).map { store.ancestors(of: $0) } ?? [] : []
                    entities[place].parents.formUnion(above)
                    entities[place].parents = entities[place].parents.filter { parent in
                        parent != group && !isIn(parent, group) && (keepsAbove || !isIn(group, parent))
                    }
                }
            case .clause: return nil
            }
        }
        guard let store = try? EntityStore(entities) else { return nil }
        return (store, request)
    }

    private static func place(of uid: EntityUID, _ entities: inout [Entity]) -> Int {
        if let place = entities.firstIndex(where: { $0.uid == uid }) { return place }
        entities.append(Entity(uid: uid))
        return entities.count - 1
    }

    private static func value(_ fact: Fact) -> Value? {
        fact.requirements.contains(.present(false)) ? nil : fact.example ?? true
    }

    private static func changed(_ current: Value?, _ path: ArraySlice<Text>, _ fact: Fact) -> Value? {
        guard let name = path.first else { return value(fact) }
        var record: Record = [:]
        if case .record(let known)? = current { record = known }
        record[name] = changed(record[name], path.dropFirst(), fact)
        return .record(record)
    }
}
