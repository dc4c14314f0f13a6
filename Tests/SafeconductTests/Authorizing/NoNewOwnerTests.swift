// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

/// Whatever people without the role do, in whatever order, none of them becomes an owner or gets the key of one.
@Suite struct NoNewOwnerTests {
    @Test(arguments: [1, 2, UInt64.random(in: .min ... .max)]) func noSequenceMakesAnOwner(seed: UInt64) async throws {
        print("NoNewOwnerTests: seed \(seed)")
        try await World.run { world async throws in
            var random = SeededGenerator(seed: seed)
            let roles = Role.allCases.filter { $0 != .owner }
            var people: [ObjectID] = []
            for role in roles { people.append(try await world.hire(role.rawValue, [role])) }
            // Some with every role but the one.
            people.append(try await world.hire("all-but-one", roles.filter { $0 != .automation }))
            people.append(try await world.hire("every-program", roles, kind: .automation))
            var done = 0
            for _ in 0..<150 {
                let by = people.randomElement(using: &random) ?? world.local
                if case .done(let revs, _) = try await attempt(world, by: by, &random), !revs.isEmpty { done += 1 }
                let owners = world.engine.view.state.operators.sorted.filter { $0.object.roles.contains(.owner) }
                #expect(owners.map(\.object.name) == ["local"], "seed \(seed)")
                let links = world.engine.view.state.enrolments.sorted.filter { $0.object.operator == world.local }
                #expect(links.isEmpty, "seed \(seed)")
                let keys = world.engine.view.state.credentials.sorted.filter { $0.object.holder == world.local }
                #expect(keys.count == 1, "seed \(seed)")
                let policies = world.engine.view.state.activeCommandPolicies
                #expect(
                    policies.flatMap { world.engine.view.state.policySets[$0]?.object.files } == ShippedPolicies.files
                )
            }
            // Most of it was refused, and some of it was not: the attempts are no noise that never gets anywhere.
            #expect(done > 0, "seed \(seed)")
        }
    }

    private func attempt(_ world: World, by: ObjectID, _ random: inout SeededGenerator) async throws -> CommandOutcome {
        let names = world.engine.view.state.operators.sorted.map(\.object.name) + ["mallory", "crew", "x"]
        let name = names.randomElement(using: &random) ?? "x"
        switch Int.random(in: 0..<9, using: &random) {
        case 0...3:
            let roles =
                Role.allCases.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
                + (Bool.random(using: &random) ? [.owner] : [])
            let list = Set(roles.map(\.rawValue)).map { "\"\($0)\"" }.joined(separator: ",")
            let kind = ["human", "team", "automation"].randomElement(using: &random) ?? "human"
            let owner = names.randomElement(using: &random) ?? name
            let bare = Int.random(in: 0..<3, using: &random) == 0
            let json =
                #"{"kind":"\#(kind)","roles":[\#(bare ? "" : list)],"owner":"\#(owner)","purpose":"x","#
                + #""boundary":"prod/eu","expires_in":"20d"}"#
            return await world.engine.put(.operator, named: name, try JSONValue(parsing: json), by: by)
        case 4: return await world.engine.retire(.operator, name, by: by)
        case 5: return await world.engine.invite(name, by: by).outcome
        case 6:
            var set =
                World.policySet(("mine.cedar", "permit (principal, action, resource);")).objectValue ?? JSONObject()
            if Bool.random(using: &random) { set["realm"] = "commands" }
            return await world.engine.activatePolicies(.object(set), by: by)
        case 7:
            return await world.engine.issueBearer(to: name, kind: .operator, by: by).outcome
        default:
            let json = World.identity(bound: "", custody: World.custody.replacing("\"local\"", with: "\"\(name)\""))
            return await world.engine.put(.identity, named: "bot", try JSONValue(parsing: json), by: by)
        }
    }
}
