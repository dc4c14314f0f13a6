// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

/// The one property that everything else rests on: what is left of the policies, asked about a request, answers as the
/// policies do.
struct PartialSoundnessTests {
    @Test(arguments: [(false, false), (true, false), (true, true)])
    func `A residual with its unknowns bound answers as the policy does`(isConforming: Bool, hasSchema: Bool) throws {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        let schema = hasSchema ? try RandomWorld.schema() : nil
        var open = 0
        let rounds = Effort.rounds(250)
        for round in 0..<rounds {
            let world = try RandomWorld(isConforming: isConforming, using: &generator)
            var writer = RandomPolicy(using: &generator)
            let text = writer.policies() + writer.template()
            let policies = try writer.set(text)
            let request = try world.request(using: &generator)
            var partial = Self.partial(request, using: &generator)
            partial.unknownsExist = exist(partial, request, world) && Bool.random(using: &generator)
            let hidden = HidingLookup(world.store, Bool.random(using: &generator) ? [] : try Self.hidden(&generator))
            partial.entitiesAreComplete = hidden.hidden.isEmpty
            let response = try policies.authorizePartially(partial, entities: hidden, schema: schema)
            let expected = policies.authorize(request, entities: world.store)
            let found = try response.reauthorize(request, entities: world.store)
            let place = Comment(rawValue: "seed \(seed), round \(round): \(text)\n\(partial)\n\(request)")
            try #require(found.decision == expected.decision, place)
            try #require(found.reason == expected.reason, place)
            try #require(Self.failures(found) == Self.failures(expected), place)
            try #require(response.decision == nil || response.decision == expected.decision, place)
            try checkStandings(response, expected, place)
            try checkTexts(response, request, world.store, expected, place)
            open += response.open(.permit).count + response.open(.forbid).count
        }
        #expect(open > rounds / 3, "the property was tried on residuals, seed \(seed)")
    }

    // What is said of one policy, that it may or may not, must be true of it.
    private func checkStandings(
        _ response: PartialResponse,
        _ expected: AuthorizationResponse,
        _ place: Comment
    ) throws {
        for residual in response.residuals {
            let id = residual.policy.id
            let failed = expected.failures.first { $0.policy.id == id }
            let isDetermining = expected.reason.contains(id)
            switch residual.standing {
            case .failed(let error):
                try #require(failed?.error.message == error.message, place)
            case .satisfied: try #require(failed == nil, place)
            case .unsatisfied: try #require(failed == nil && !isDetermining, place)
            case .open: break
            }
            if failed != nil { try #require(residual.mayFail, place) }
            if isDetermining { try #require(residual.mayBeSatisfied, place) }
        }
    }

    // What is left of a policy is a policy: written as text or as JSON and read again, it says what it said.
    private func checkTexts(
        _ response: PartialResponse,
        _ request: AuthorizationRequest,
        _ store: EntityStore,
        _ expected: AuthorizationResponse,
        _ place: Comment
    ) throws {
        for residual in response.open(.permit) + response.open(.forbid) {
            let failure = expected.failures.first { $0.policy.id == residual.id }
            let alone = try PolicySet([residual]).authorize(request, entities: store)
            for read in try [
                Policy.parse(residual.text) { _ in residual.id }[0], Policy(json: residual.json, id: residual.id),
            ] {
                let answer = try PolicySet([read]).authorize(request, entities: store)
                try #require(answer.reason == alone.reason, place)
                try #require(answer.failures.map(\.error.message) == alone.failures.map(\.error.message), place)
            }
            try #require(alone.failures.map(\.error.message) == (failure.map { [$0.error.message] } ?? []), place)
        }
    }

    private static func failures(_ response: AuthorizationResponse) -> [String] {
        response.failures.map { "\($0.policy.id): \($0.error.code) \($0.error.message)" }
    }

    // Whether what is unknown exists: only then may it be declared to.
    private func exist(_ partial: PartialRequest, _ request: AuthorizationRequest, _ world: RandomWorld) -> Bool {
        [(partial.principal, request.principal), (partial.resource, request.resource)].allSatisfy { part, uid in
            if case .known = part { true } else { world.store[uid] != nil }
        }
    }

    private static func hidden(_ generator: inout SeededGenerator) throws -> Set<EntityUID> {
        [try RandomWorld.user(using: &generator), try RandomWorld.group(using: &generator), try uid("Doc::d1")]
    }

    private static func partial(
        _ request: AuthorizationRequest,
        using generator: inout SeededGenerator
    ) -> PartialRequest {
        func part(_ uid: EntityUID) -> PartialEntity {
            [.known(uid), .unknown(uid.type), .unknown(uid.type), .unknown(nil)].randomElement(using: &generator)
                ?? .known(uid)
        }
        let context: PartialContext
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: context = .known(request.context)
        case 1: context = .unknown
        default:
            var known = request.context
            known["mfa"] = nil
            context = .partly(known: known, unknown: ["mfa"])
        }
        return PartialRequest(
            principal: part(request.principal),
            action: part(request.action),
            resource: part(request.resource),
            context: context
        )
    }
}

/// Entities of which some are still to come.
struct HidingLookup: EntityLookup {
    let base: EntityStore
    let hidden: Set<EntityUID>

    init(_ base: EntityStore, _ hidden: Set<EntityUID>) {
        self.base = base
        self.hidden = hidden
    }

    func handle(of uid: EntityUID) -> EntityHandle? { hidden.contains(uid) ? nil : base.handle(of: uid) }
    func attribute(_ name: Text, of entity: EntityHandle) -> Value? { base.attribute(name, of: entity) }
    func tag(_ name: Text, of entity: EntityHandle) -> Value? { base.tag(name, of: entity) }
    func isMember(_ entity: EntityHandle, of ancestor: EntityUID) -> Bool { base.isMember(entity, of: ancestor) }
}
