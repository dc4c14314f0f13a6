// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// Whatever the world is, another hidden value that changes nothing about what was decided changes no byte of what is told.
@Suite struct ExplanationSecrecyTests {
    /// One thing that may be hidden, each found by one path only.
    private enum Secret: CaseIterable {
        case context
        case owner
        case tag
    }

    private static func disclosure(hiding secrets: Set<Secret>) -> ExplanationDisclosure {
        ExplanationDisclosure { root, path in
            switch root {
            case .context?:
                // A record with something hidden is hidden as a whole.
                !secrets.contains(.context) || !path.isEmpty && path[0] != "b"
            case .resource?: !secrets.contains(.owner) || path.first != "o"
            case .principal?: !secrets.contains(.tag) || path.first != "t"
            default: root != nil
            }
        }
    }

    private static func value(_ generator: inout SeededGenerator) throws -> Value? {
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: nil
        case 1...3: .long(Int64.random(in: 0...4, using: &generator))
        case 4: .bool(Bool.random(using: &generator))
        case 5: .string("x")
        case 6: .set([.long(1), .string("x")])
        default: .entity(try uid("User::u\(Int.random(in: 0..<3, using: &generator))"))
        }
    }

    private static func change(
        _ secrets: Set<Secret>,
        _ entities: inout [Entity],
        _ request: inout AuthorizationRequest,
        _ generator: inout SeededGenerator
    ) throws {
        if secrets.contains(.context) { request.context["b"] = try value(&generator) }
        for place in entities.indices {
            if secrets.contains(.owner), entities[place].uid.type == request.resource.type {
                entities[place].attributes["o"] = try value(&generator)
            }
            if secrets.contains(.tag), entities[place].uid.type == request.principal.type {
                entities[place].tags["t"] = try value(&generator)
            }
        }
    }

    @Test func whatIsToldFollowsFromWhatMayBeSeenAndWhatWasDecided() throws {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        var same = 0
        var changes = 0
        for _ in 0..<Effort.rounds(400) {
            let world = try ExplainedWorld(using: &generator)
            var secrets: Set<Secret> = [Secret.allCases[Int.random(in: 0..<3, using: &generator)]]
            if Bool.random(using: &generator) { secrets.insert(.context) }
            let disclosure = Self.disclosure(hiding: secrets)
            var told: [String: (text: String, json: JSONValue)] = [:]
            for round in 0..<5 {
                var (entities, request) = (world.entities, world.request)
                if round > 0 { try Self.change(secrets, &entities, &request, &generator) }
                let store = try EntityStore(entities)
                let all = world.set.explain(request, entities: store, limits: .withoutChange)
                let outcomes = all.policies.map { "\($0.policy.id) \($0.outcome.name)" }
                let explanation = world.set.explain(request, entities: store, disclosing: disclosure)
                let outcome = "\(all.response.decision) \(outcomes)"
                guard let before = told[outcome] else {
                    told[outcome] = (explanation.text, explanation.json)
                    continue
                }
                same += 1
                if explanation.change.isVerified { changes += 1 }
                #expect(
                    explanation.json == before.json,
                    "seed \(seed) \(secrets)\n\(world.text)\n\(before.text)\n\(explanation.text)"
                )
            }
        }
        print("seed \(seed): \(same) told the same, \(changes) with a change")
        #expect(same > 500 && changes > 50)
    }

    // The same of policies that are nearest by what else is missing, and of large ones.
    @Test(arguments: [3, 300]) func manyNearAndLargePolicies(clauses: Int) throws {
        let policy = { (index: Int) in
            let rest = (0..<clauses).map { "context.c\($0) == \(index)" }.joined(separator: " || ")
            return
                "permit (principal in Group::\"x\(index)\", action, resource) when { (\(rest)) && principal.level > \(index) && context.mfa };"
        }
        let set = try policies(
            (0..<12).map(policy).joined() + permit(when: "principal.level > 20 && (context.mfa || context.a > 3)")
        )
        var told: Set<String> = []
        for level: Value in [0, 5, 20] {
            let alice = try Entity(uid: uid("User::alice"), attributes: ["level": level])
            let explanation = try set.explain(
                ExplanationTests.request(),
                entities: EntityStore([alice]),
                disclosing: .only([.context])
            )
            told.insert(String(decoding: explanation.json.serialized(), as: UTF8.self))
        }
        #expect(told.count == 1)
    }
}
