// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel
import WorkloadIdentity

@testable import Safeconduct

@Suite struct PossessionTests {
    /// A world whose memory of proofs is old enough, and a token that is bound to the client's key.
    private static func run(_ body: (World, String) async throws -> Void) async throws {
        try await World.run(policies: permitAll) { world async throws in
            world.clock.advance(seconds: 60)
            try await body(world, try await world.ownToken("show create", boundTo: World.holder))
        }
    }

    private static func reason(_ world: World, _ token: String, _ proof: String?) async throws -> String {
        World.reason(try await world.ask(token: token, proof: proof))
    }

    @Test func aProofCountsOnce() async throws {
        try await Self.run { world, token in
            let proof = try world.proof(for: token)
            #expect(try await Self.reason(world, token, proof) == "permitted")
            #expect(try await Self.reason(world, token, proof) == "proof_refused")
            // Neither at another node nor after a start.
            #expect(try await Self.reason(try await world.neighbour(), token, proof) == "proof_refused")
            #expect(try await Self.reason(try await world.reopened(), token, proof) == "proof_refused")
            // The same `jti` of the same key in another proof is spent; that of another key is not.
            let claims: [(String, JSONValue?)] = [("jti", "a")]
            #expect(try await Self.reason(world, token, try world.proof(for: token, claims)) == "permitted")
            let again = try world.proof(for: token, issued: -1, claims)
            #expect(try await Self.reason(world, token, again) == "proof_refused")
            let other = SigningKey.generate(.edDSA)
            let theirs = try await world.ownToken(boundTo: other)
            #expect(
                try await Self.reason(world, theirs, try world.proof(for: theirs, by: other, claims)) == "permitted"
            )
        }
    }

    @Test func ofManyAtOnceOneGetsThrough() async throws {
        try await Self.run { world, token in
            let proof = try world.proof(for: token)
            var question = Question(subject: .token(token), resource: .operation("orders/show"))
            question.dpop = Question.ProofClaim(proof: proof, method: "GET", url: World.address)
            let batch = try await world.ask([question, question, question]).map { World.reason($0) }
            #expect(batch == ["permitted", "proof_refused", "proof_refused"])
            let another = try world.proof(for: token)
            let permitted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<24 {
                    group.addTask { try await Self.reason(world, token, another) == "permitted" }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(permitted == 1)
        }
    }

    @Test func whatIsRefusedBeforeIsNotSpent() async throws {
        try await Self.run { world, token in
            let proof = try world.proof(for: token)
            #expect(World.reason(try await world.ask(token: token, proof: proof, "admin")) == "scope_insufficient")
            #expect(try await Self.reason(world, token, proof) == "permitted")
        }
    }

    /// A proof with one fault, and the `error` of the challenge.
    @Test(arguments: [
        ("method", "invalid_dpop_proof"), ("target", "invalid_dpop_proof"), ("scheme", "invalid_dpop_proof"),
        ("host", "invalid_dpop_proof"), ("old", "invalid_dpop_proof"), ("future", "invalid_dpop_proof"),
        ("no ath", "invalid_dpop_proof"), ("other ath", "invalid_dpop_proof"), ("other key", "invalid_dpop_proof"),
        ("type", "invalid_dpop_proof"), ("no jti", "invalid_dpop_proof"), ("text", "invalid_dpop_proof"),
        ("two", "invalid_dpop_proof"), ("long", "invalid_dpop_proof"), ("token itself", "invalid_dpop_proof"),
        ("nonce", "use_dpop_nonce"), ("before", "use_dpop_nonce"),
    ])
    func aWrongProofIsRefused(fault: String, error: String) async throws {
        try await Self.run { world, token in
            let good = try world.proof(for: token)
            let began = (world.engine.uses.began.milliseconds - world.clock.now.milliseconds) / 1000
            let proof =
                switch fault {
                case "method": try world.proof(for: token, method: "POST")
                case "target": try world.proof(for: token, url: World.address + "1")
                case "scheme": try world.proof(for: token, url: "http://orders.example/v1/orders/7")
                case "host": try world.proof(for: token, url: "https://orders.example.org/v1/orders/7")
                case "old": try world.proof(for: token, issued: -60)
                case "future": try world.proof(for: token, issued: 11)
                case "no ath": try world.proof(for: token, [("ath", nil)])
                case "other ath": try world.proof(for: token + "x")
                case "other key": try world.proof(for: token, by: .generate(.es256))
                case "type": try world.proof(for: token, type: "JWT")
                case "no jti": try world.proof(for: token, [("jti", nil)])
                case "text": "proof"
                case "two": good + "," + good
                case "long": try world.proof(for: token, [("x", .string(String(repeating: "x", count: 9000)))])
                case "token itself": token
                case "nonce": try world.proof(for: token, [("nonce", "made up")])
                default: try world.proof(for: token, issued: max(began, -59))
                }
            let answer = try await world.ask(token: token, proof: proof)
            #expect(World.reason(answer) == "proof_refused")
            let decision = try answer.get()
            #expect(decision.authenticate && decision.outcome == .deny)
            let challenge = try #require(decision.proof)
            #expect(challenge.kind == .dpop && challenge.error == error)
            #expect((challenge.nonce != nil) == (error == "use_dpop_nonce"))
            if let nonce = challenge.nonce {
                let again = try world.proof(for: token, [("nonce", .string(nonce))])
                #expect(try await Self.reason(world, token, again) == "permitted")
                // Nodes know each other's nonces.
                let elsewhere = try world.proof(for: token, [("nonce", .string(nonce))])
                #expect(try await Self.reason(try await world.neighbour(), token, elsewhere) == "permitted")
            }
        }
    }

    @Test func withoutAProofABoundTokenProvesNothing() async throws {
        try await Self.run { world, token in
            for proof in [nil, ""] {
                let answer = try await world.ask(token: token, proof: proof)
                #expect(World.reason(answer) == "proof_missing")
                let challenge = try #require(try answer.get().proof)
                #expect(challenge == ProofChallenge(kind: .dpop, error: "invalid_token", nonce: nil))
            }
        }
    }

    /// Another spelling of the same place is the same place (RFC 9449 section 4.3).
    @Test func theAddressIsComparedInItsNormalForm() async throws {
        try await Self.run { world, token in
            let proof = try world.proof(for: token, url: "https://ORDERS.example:443/v1/./orders/%37")
            let answer = try await world.ask(token: token, proof: proof, url: World.address + "?page=2")
            #expect(World.reason(answer) == "permitted")
            let hostile = try await world.ask(
                token: token,
                proof: try world.proof(for: token),
                url: "https://a@orders.example/v1/orders/7"
            )
            #expect(World.reason(hostile) == "proof_refused")
        }
    }

    /// The scheme says that the token is bound: one that is not is taken for something that it isn't.
    @Test func aProofBesideATokenWithoutAKeyIsRefused() async throws {
        try await Self.run { world, _ in
            for token in [try await world.ownToken(), try world.token()] {
                #expect(try await Self.reason(world, token, try world.proof(for: token)) == "proof_refused")
                #expect(try await Self.reason(world, token, "") == "proof_refused")
                #expect(try await Self.reason(world, token, nil) == "permitted")
            }
        }
    }
}
