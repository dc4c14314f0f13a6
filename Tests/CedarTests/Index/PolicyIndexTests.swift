// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Cedar

/// What the index finds is what asking every policy finds: the same decision, the same reasons, the same failures with
/// the same words at the same places of the text.
@Suite struct PolicyIndexTests {
    /// Everything of an answer, as one text.
    private static func text(_ answer: AuthorizationResponse) -> String {
        let failures = answer.failures.map { "\($0.policy.id):\($0.error.code):\($0.error.message)@\($0.error.span)" }
        return "\(answer.decision) \(answer.determining.map(\.id)) \(answer.reason) \(failures) \(answer.errors)"
    }

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

    /// Compares what the set answers to a few requests with what asking all its policies answers, or those of `same`.
    static func compare(
        _ set: PolicySet,
        _ same: PolicySet?,
        _ world: inout RandomPolicyWorld,
        _ note: String
    ) throws {
        let store = try world.entities()
        for _ in 0..<6 {
            let request = try world.request()
            let linear = set.authorize(request, among: set.policies.indices, entities: store)
            let indexed = set.authorize(request, entities: store)
            #expect(text(indexed) == text(linear), "\(note)")
            if let same { #expect(text(same.authorize(request, entities: store)) == text(linear), "\(note)") }
            #expect(text(set.authorize(request, entities: Unlisted(store: store))) == text(linear), "\(note)")
            let candidates = set.candidates(for: request, entities: store)
            #expect(text(set.authorize(request, among: candidates, entities: store)) == text(linear), "\(note)")
        }
    }

    @Test(arguments: [1, 5, 12, 40, 150]) func indexedIsLinear(size: Int) throws {
        for round in 0..<Effort.rounds(max(2, 120 / size)) {
            let seed = SeededGenerator.freshSeed()
            var world = RandomPolicyWorld(seed: seed)
            let policies = try (0..<size).map { index in
                try world.policy("p\(index)", isScoped: round % 2 == 0 || index % 5 == 0)
            }
            try Self.compare(PolicySet(policies), nil, &world, "seed \(seed)")
        }
    }
}
