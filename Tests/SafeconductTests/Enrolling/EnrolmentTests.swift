// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

/// One-time links and everything that may be tried with them.
@Suite struct EnrolmentTests {
    private func link(_ world: World, _ name: String = "alice") async throws -> String {
        let (outcome, secret) = await world.engine.invite(name, by: world.local)
        try World.done(outcome)
        return try #require(secret).secret
    }

    private func code<Value>(_ result: Result<Value, CommandRefusal>) -> String? {
        if case .failure(let refusal) = result { refusal.code.description } else { nil }
    }

    @Test(arguments: SigningKey.Kind.allCases) func aKeyIsRegisteredOnce(kind: SigningKey.Kind) async throws {
        try await World.run { world async throws in
            let alice = try await world.hire("alice", [.security])
            let secret = try await link(world)
            #expect(secret.utf8.count == 49 && secret.hasPrefix("scenr_"))
            let key = SigningKey.generate(kind)
            let enrolled = try await world.redeem(secret, key).get()
            #expect(
                enrolled.operator.object.id == alice && enrolled.audience == world.engine.view.state.opening?.origin
            )
            #expect(enrolled.credential.object.type == .key)
            #expect(await world.refusal(ofAssertion: try world.assertion("alice", key)) == nil)
            // The same link again, by its holder or another.
            #expect(code(try await world.redeem(secret, key)) == "not_found")
            #expect(code(try await world.redeem(secret, SigningKey.generate(.es256))) == "not_found")
            #expect(world.engine.commandCounts.enrolmentsRefused.value == 2)
            // Neither the secret nor the private key is anywhere in the log.
            let bodies = try await world.engine.reading { engine in
                try engine.log(.control)?.leaves(0..<engine.view.state.size).compactMap(\.body) ?? []
            }
            let text = bodies.map { String(decoding: $0, as: UTF8.self) }.joined()
            #expect(!text.contains(secret) && !text.contains(Base64URL.string(key.secretBytes)))
            #expect(text.contains(Fingerprint(of: secret).description))
        }
    }

    /// Nobody polls here: the other node hears of the link because it is asked for it.
    @Test func aLinkCountsAtTheOtherNodeAtOnce() async throws {
        try await World.run { world async throws in
            try await world.hire("alice", [.security])
            let two = try await world.neighbour()
            let secret = try await link(world)
            #expect(two.engine.view.state.enrolment(fingerprint: Fingerprint(of: secret)) == nil)
            let enrolled = try await two.redeem(secret, SigningKey.generate(.es256)).get()
            #expect(enrolled.operator.object.name == "alice")
            #expect(code(try await world.redeem(secret, SigningKey.generate(.es256))) == "not_found")
            two.store.inner.close()
        }
    }

    @Test func allThatIsWrongWithALinkSoundsTheSame() async throws {
        try await World.run { world async throws in
            try await world.hire("alice", [.security])
            let key = SigningKey.generate(.es256)
            let first = try await link(world)
            let second = try await link(world)
            var answers: [CommandRefusal] = []
            func attempt(_ secret: String) async throws {
                if case .failure(let refusal) = try await world.redeem(secret, key) { answers.append(refusal) }
            }
            // Followed by another, never made, no secret at all, out of time, its operator on hold.
            try await attempt(first)
            try await attempt("scenr_" + String(repeating: "A", count: 43))
            try await attempt("")
            world.clock.advance(seconds: 15 * 60)
            try await attempt(second)
            let third = try await link(world)
            let alice = try #require(world.engine.view.state.find("alice", kind: .operator))
            let hold = try await world.hold(#"{"kind":"identity","id":"\#(alice)"}"#)
            try await attempt(third)
            // The lift leaves a cut, which ends the link as well.
            try await world.lift(hold)
            try await attempt(third)
            #expect(answers.count == 6 && Set(answers.map(\.description)).count == 1)
            #expect(answers.allSatisfy { $0.code == .notFound })
        }
    }

    @Test func theProofIsOfThisKeyOverThisLink() async throws {
        try await World.run { world async throws in
            try await world.hire("alice", [.security])
            let secret = try await link(world)
            let key = SigningKey.generate(.es256)
            let other = SigningKey.generate(.es256, keyID: key.verificationKey.keyID)
            let refusals: [Result<Enrolled, CommandRefusal>] = [
                try await world.redeem(secret, key, provenBy: other),
                try await world.redeem(secret, key, over: "another link"),
                try await world.redeem(secret, key, type: "JWT"),
                await world.engine.redeem(secret: secret, jwk: .object(key.verificationKey.jwk), proof: "e30.e30."),
            ]
            for refused in refusals {
                guard case .failure(let refusal) = refused else {
                    Issue.record("a key was registered without a proof")
                    continue
                }
                #expect(refusal.pointer == "/proof")
            }
            var secretJWK = key.verificationKey.jwk
            secretJWK["d"] = .string(Base64URL.string(key.secretBytes))
            for jwk in [.object(secretJWK), ["kty": "oct", "k": "AAAA"], ["kty": "RSA", "n": "AQAB", "e": "AQAB"]]
                as [JSONValue]
            {
                let refused = await world.engine.redeem(secret: secret, jwk: jwk, proof: "a.b.c")
                guard case .failure(let refusal) = refused else {
                    Issue.record("no public key was registered")
                    continue
                }
                #expect(refusal.pointer == "/jwk")
            }
            // None of that has used the link up.
            _ = try await world.redeem(secret, key).get()
        }
    }

    @Test func oneKeyIsOneOperators() async throws {
        try await World.run { world async throws in
            try await world.hire("alice", [.security])
            try await world.hire("bob", [.auditor])
            let key = try await world.enrol("alice")
            let secret = try await link(world, "bob")
            #expect(code(try await world.redeem(secret, key)) == "conflict")
        }
    }

    @Test func twoWhoRedeemAtOnceAreOne() async throws {
        try await World.run { world async throws in
            try await world.hire("alice", [.security])
            for _ in 0..<10 {
                let secret = try await link(world)
                let wins = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for _ in 0..<8 {
                        group.addTask {
                            if case .success = try await world.redeem(secret, SigningKey.generate(.edDSA)) {
                                true
                            } else {
                                false
                            }
                        }
                    }
                    var wins = 0
                    for try await won in group where won { wins += 1 }
                    return wins
                }
                #expect(wins == 1)
            }
            #expect(world.engine.view.state.credentials.sorted.filter { $0.object.type == .key }.count == 10)
        }
    }

    @Test func whoHasTheFilesMakesAnOwner() async throws {
        try await World.run { world async throws in
            let size = world.engine.view.state.size
            let secret = try await world.engine.provideOwner(named: "carol", boundary: "prod")
            let key = SigningKey.generate(.es256)
            let enrolled = try await world.redeem(secret.secret, key).get()
            #expect(enrolled.operator.object.roles == [.owner])
            // The entries say that the node did it.
            let bodies = try await world.engine.reading { engine in
                try engine.log(.control)?.leaves(size..<engine.view.state.size).compactMap(\.body) ?? []
            }
            let entries = try bodies.map { try Entry(stored: $0) }
            #expect(entries.map(\.body.kind) == ["operator.put", "enrolment.put", "enrolment.redeem"])
            #expect(entries.prefix(2).allSatisfy { $0.by == world.engine.node.id && $0.auth == nil })
            // One who is there keeps what they have, and comes back from a hold.
            let auditor = try await world.hire("auditor", [.auditor])
            _ = try await world.hold(#"{"kind":"identity","id":"\#(auditor)"}"#)
            let again = try await world.engine.provideOwner(named: "auditor", boundary: "x")
            _ = try await world.redeem(again.secret, SigningKey.generate(.es256)).get()
            #expect(world.engine.view.state.operators[auditor]?.object.roles == [.auditor, .owner])
            await #expect(throws: EngineError.self) {
                _ = try await world.engine.provideOwner(named: "Not a name", boundary: "x")
            }
        }
    }
}
