// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

@testable import Safeconduct

/// What was revoked in a log that was lost stays revoked in an older one that is put in its place, also where that never
/// knew of it.
struct CarriedRevocationsTests {
    private func facts(_ subject: String, _ state: TrustState) throws -> CredentialFacts {
        let tokens = ForeignSubject(issuer: World.issuer, subject: subject)
        return CredentialFacts(
            origin: .foreign(issuedAt: state.time.advanced(byMilliseconds: 3_600_000)),
            holder: try #require(state.find("local", kind: .operator)),
            subject: tokens,
            memberships: [Scope(.workload, Subject.Workload.name(of: tokens))]
        )
    }

    @Test func holdsOfWhatTheOldLogNeverKnewStayOnItsTokens() async throws {
        try await World.run(policies: permitAll) { world async throws in
            try await world.put(.identity, "old", World.identity(bound: #"{"issuer":"ci","subject":"one"}"#))
            let old = world.engine.view.state
            try await world.put(.identity, "new", World.identity(bound: #"{"issuer":"ci","subject":"two"}"#))
            try await world.put(.identity, "old", World.identity(bound: #"{"issuer":"ci","subject":"three"}"#))
            for name in ["old", "new"] {
                let id = try #require(world.engine.view.state.find(name, kind: .identity))
                _ = try await world.hold(#"{"kind":"identity","id":"\#(id)"}"#)
            }
            let lost = world.engine.view.state
            let carried = try CarriedRevocations(CarriedRevocations(lost).serialized())
            var restored = old
            for body in carried.missing(in: old, at: lost.time) {
                try restored.apply(Entry(time: lost.time, by: world.engine.node.id, body: body))
            }
            for subject in ["two", "three"] {
                #expect(old.revocations.standing(of: try facts(subject, old)) == .good)
                guard case .held = restored.revocations.standing(of: try facts(subject, restored)) else {
                    Issue.record("tokens of '\(subject)' would count when somebody registers it")
                    continue
                }
            }
            #expect(restored.revocations.standing(of: try facts("four", restored)) == .good)
            let known = try #require(restored.find("old", kind: .identity))
            #expect(restored.revocations.hold(on: known) != nil)
            // Once is enough, also when every node brings the same.
            #expect(carried.missing(in: restored, at: lost.time).isEmpty)
        }
    }

    @Test func whatWasRetiredOrCutIsSoForItsTokens() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let old = world.engine.view.state
            for (name, subject) in [("gone", "five"), ("hurt", "six")] {
                let binding = #"{"issuer":"ci","subject":"\#(subject)"}"#
                try await world.put(.identity, name, World.identity(bound: binding))
            }
            let hurt = try #require(world.engine.view.state.find("hurt", kind: .identity))
            try await world.cut(#"{"kind":"identity","id":"\#(hurt)"}"#)
            _ = await world.engine.retire(.identity, "gone", by: world.engine.node.id)
            let lost = world.engine.view.state
            var restored = old
            for body in CarriedRevocations(lost).missing(in: old, at: lost.time) {
                try restored.apply(Entry(time: lost.time, by: world.engine.node.id, body: body))
            }
            for subject in ["five", "six"] {
                var facts = try facts(subject, restored)
                facts.origin = .foreign(issuedAt: lost.time)
                guard case .cut = restored.revocations.standing(of: facts) else {
                    Issue.record("tokens of '\(subject)' would count when somebody registers it")
                    continue
                }
            }
            #expect(CarriedRevocations(lost).missing(in: restored, at: lost.time).isEmpty)
        }
    }
}
