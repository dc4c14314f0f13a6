// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

@testable import Cedar

/// What the index leads an explanation to is what looking at every policy finds.
@Suite struct ExplanationIndexTests {
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
                let all = set.policies.indices.compactMap { place -> (Int, Int, Int, Int)? in
                    let body = set.policies[place].body
                    let unmet = body.unmetScope(evaluation, within: ScopeParts.horizon, store) ?? []
                    guard body.effect == effect, !unmet.isEmpty else { return nil }
                    let conditions = body.conditions.isEmpty ? 0 : 1
                    // Few forbids are looked at one by one.
                    if effect == .forbid { return (unmet.distance, conditions, place, place) }
                    // A scope that nothing can match has no group.
                    let group = set.index.scopes.group(of: body.scope, set.policies)
                    return group.map { (unmet.distance, conditions, $0, place) }
                }
                for (wanted, kept) in [(1, 1), (4, 4), (1, 64), (4, 64)] {
                    let sorted = all.map { ($0.0, kept > wanted ? $0.1 : 0, $0.2, $0.3) }.sorted { $0 < $1 }
                    // With conditions to be ranked all are kept that are as near as the last one wanted.
                    let bar = sorted.prefix(wanted).last
                    let ties = kept > wanted && bar?.1 == 1 ? sorted.prefix(kept) : sorted.prefix(wanted)
                    let expected = ties.filter { $0.0 <= bar?.0 ?? 0 }.map { "\($0)" }
                    for entities: any EntityLookup in [store, Unlisted(store: store)] as [any EntityLookup] {
                        var near = NearMisses(effect, wanted: wanted, kept: kept)
                        near.look(in: set, evaluation, entities)
                        let found = near.misses.map {
                            "\(($0.unmet.distance, $0.hasConditions ? 1 : 0, Int($0.order), $0.place))"
                        }
                        #expect(found == expected, "\(note)")
                    }
                }
            }
        }
    }

    /// Decided beside what is noted for the explanation, and said again from what was noted.
    private func compareAnswers(_ set: PolicySet, _ world: inout RandomPolicyWorld, _ note: Comment) throws {
        let store = try world.entities()
        for _ in 0..<4 {
            let request = try world.request()
            let answer = set.authorize(request, among: set.policies.indices, entities: store)
            let failures = answer.failures.map { "\($0.policy.id) \($0.error.message) \($0.error.span)" }
            let limits = ExplanationLimits(maximumPolicies: 1_000)
            for explanation in [
                set.explain(request, entities: store, limits: limits),
                set.explain(request, entities: Unlisted(store: store), limits: limits),
            ] {
                let response = explanation.response
                #expect(response.decision == answer.decision && response.reason == answer.reason, note)
                #expect(
                    response.failures.map { "\($0.policy.id) \($0.error.message) \($0.error.span)" } == failures,
                    note
                )
                #expect(explanation.policies.map(\.place) == set.candidates(for: request, entities: store), note)
                let effect: Effect = answer.decision == .allow ? .permit : .forbid
                let speaking = explanation.policies.filter { $0.isSatisfied && $0.policy.effect == effect }
                #expect(speaking.map(\.policy.id) == answer.determining.map(\.id), note)
                let failed = explanation.policies.compactMap { policy -> String? in
                    guard case .failed(let error?) = policy.outcome else { return nil }
                    return "\(policy.policy.id) \(error.message) \(error.span)"
                }
                #expect(failed == failures, note)
                #expect(!explanation.text.isEmpty && !explanation.json.serialized().isEmpty)
            }
        }
    }

    @Test(arguments: [1, 4, 20, 150]) func answersAreTheAuthorizers(size: Int) throws {
        for round in 0..<Effort.rounds(max(2, 60 / size)) {
            let seed = SeededGenerator.freshSeed()
            var world = RandomPolicyWorld(seed: seed)
            let policies = try (0..<size).map { try world.policy("p\($0)", isScoped: round % 2 == 0 || $0 % 5 == 0) }
            try compareAnswers(PolicySet(policies), &world, "seed \(seed)")
        }
    }

    @Test(arguments: [1, 4, 20, 150]) func areThoseOfLookingAtAll(size: Int) throws {
        for _ in 0..<Effort.rounds(max(2, 100 / size)) {
            let seed = SeededGenerator.freshSeed()
            var world = RandomPolicyWorld(seed: seed)
            let policies = try (0..<size).map { try world.policy("p\($0)", isScoped: $0 % 4 > 0) }
            try compare(PolicySet(policies), &world, "seed \(seed)")
        }
    }

    /// Scopes come and go, and the rows with them.
    @Test func afterChanges() throws {
        for _ in 0..<Effort.rounds(4) {
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
