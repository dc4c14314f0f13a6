// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Cedar

/// The near misses that the index leads to are those that looking at every policy finds.
@Suite struct NearMissesTests {
    /// The same entities, but nobody can say what is above one.
    private struct Unlisted: EntityLookup {
        let store: EntityStore
        func handle(of uid: EntityUID) -> EntityHandle? { store.handle(of: uid) }
        func attribute(_ name: Text, of entity: EntityHandle) -> Value? { store.attribute(name, of: entity) }
        func tag(_ name: Text, of entity: EntityHandle) -> Value? { store.tag(name, of: entity) }
        func isMember(_ entity: EntityHandle, of ancestor: EntityUID) -> Bool {
            store.isMember(entity, of: ancestor)
        }
    }

    private func compare(_ set: PolicySet, _ world: inout RandomPolicyWorld, _ note: String) throws {
        guard let first = set.policies.first else { return }
        let store = try world.entities()
        for _ in 0..<4 {
            let evaluation = Evaluation(try world.request(), store, body: first.body)
            for effect in [Effect.permit, .forbid] {
                let all = set.policies.indices.compactMap { place -> (Int, Int, Int)? in
                    let body = set.policies[place].body
                    let unmet = body.unmetScope(evaluation, within: ScopeParts.horizon, store) ?? []
                    // A scope that nothing can match has no group.
                    let group = set.index.scopes.group(of: body.scope, set.policies)
                    guard body.effect == effect, !unmet.isEmpty, let group else { return nil }
                    return (unmet.distance, group, place)
                }
                for kept in [1, 4] {
                    let expected = all.sorted { $0 < $1 }.prefix(kept).map { "\($0)" }
                    var near = NearMisses(effect, kept: kept)
                    near.look(in: set, evaluation, store)
                    #expect(
                        near.misses.map { "\(($0.unmet.distance, Int($0.group), $0.place))" } == expected,
                        "\(note)"
                    )
                    var slow = NearMisses(effect, kept: kept)
                    slow.look(in: set, evaluation, Unlisted(store: store))
                    #expect(
                        slow.misses.map { "\(($0.unmet.distance, Int($0.group), $0.place))" } == expected,
                        "\(note)"
                    )
                }
            }
        }
    }

    @Test(arguments: [1, 4, 20, 150]) func areThoseOfLookingAtAll(size: Int) throws {
        for _ in 0..<max(2, 100 / size) {
            let seed = SeededGenerator.freshSeed()
            var world = RandomPolicyWorld(seed: seed)
            let policies = try (0..<size).map { try world.policy("p\($0)", isScoped: $0 % 4 > 0) }
            try compare(PolicySet(policies), &world, "seed \(seed)")
        }
    }

    /// Scopes come and go, and the rows with them.
    @Test func afterChanges() throws {
        for _ in 0..<4 {
            let seed = SeededGenerator.freshSeed()
            var world = RandomPolicyWorld(seed: seed)
            var set = PolicySet()
            var ids: [String] = []
            for step in 0..<120 {
                if ids.count > 8, Int.random(in: 0..<2, using: &world.generator) == 0 {
                    let id = ids.remove(at: Int.random(in: ids.indices, using: &world.generator))
                    set.remove(Text(id))
                } else {
                    ids.append("p\(step)")
                    try set.add(try world.policy("p\(step)", isScoped: true))
                }
                if step % 12 == 0 { try compare(set, &world, "seed \(seed) step \(step)") }
            }
            for id in ids { set.remove(Text(id)) }
            #expect(set.policies.isEmpty && set.index.scopes.known.count == 0)
        }
    }
}
