// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel
import WorkloadIdentity

@testable import Safeconduct

/// The token endpoint's whole way, from a form to a token.
@Suite struct TokenRequestTests {
    private static let policies = """
        permit (principal, action, resource) when { principal.name == "worker" };
        @id("bound") @remedy("challenge:dpop")
        forbid (principal, action == Action::"issue", resource == Operation::"orders/admin")
        unless { context.met.contains("challenge:dpop") };
        """

    private static let wanted = [("grant_type", "client_credentials"), ("audience", "orders"), ("scope", "show")]

    private static func refusal(_ outcome: TokenOutcome) -> TokenRefusal? {
        if case .refused(let refusal) = outcome { refusal } else { nil }
    }

    private static func answer(_ outcome: TokenOutcome) throws -> TokenAnswer {
        guard case .granted(let answer) = outcome else { throw refusal(outcome) ?? TokenRefusal(.serverError, "") }
        return answer
    }

    @Test func aClientGetsATokenForItself() async throws {
        try await World.run(policies: Self.policies) { world async throws in
            let key = try await world.key(of: "worker")
            let request = try World.request(assertion: try world.assertion(key), Self.wanted)
            let answer = try Self.answer(await world.engine.token(request))
            #expect(answer.tokenType == "Bearer" && answer.scope == "show" && (1...900).contains(answer.expiresIn))
            let own = try #require(
                world.engine.ownToken(answer.accessToken, world.engine.view, at: world.engine.now())
            )
            let credential = try #require(
                world.engine.credential(of: .object(key.verificationKey.jwk), in: world.engine.view.state)
            )
            #expect(own.token.ancestors == [credential] && own.token.client == own.token.subject)
            #expect(own.token.scopes == [Scope(.key, Base64URL.string(key.verificationKey.thumbprint))])
            #expect(own.token.confirmation == nil && own.token.issuer == World.issuerURL)
        }
    }

    @Test func aProofBindsItAndMeetsTheChallenge() async throws {
        try await World.run(policies: Self.policies) { world async throws in
            let key = try await world.key(of: "worker")
            let holder = SigningKey.generate(.es256)
            let admin = [("grant_type", "client_credentials"), ("audience", "orders"), ("scope", "admin")]
            let plain = try World.request(assertion: try world.assertion(key), admin)
            let refused = try #require(Self.refusal(await world.engine.token(plain)))
            #expect(refused.error == .accessDenied && refused.decision != nil)
            #expect(refused.message.contains("challenge:dpop"))
            // The same assertion is good for the second try: nothing was spent when the nonce was asked for.
            let assertion = try world.assertion(key)
            let first = try World.request(assertion: assertion, admin, proofs: [try world.proof(holder, nonce: nil)])
            #expect(Self.refusal(await world.engine.token(first))?.error == .useDPoPNonce)
            let proof = try world.proof(holder, nonce: world.engine.dpopNonce())
            let second = try World.request(assertion: assertion, admin, proofs: [proof])
            let answer = try Self.answer(await world.engine.token(second))
            #expect(answer.tokenType == "DPoP")
            let own = world.engine.ownToken(answer.accessToken, world.engine.view, at: world.engine.now())
            #expect(own?.token.confirmation?.thumbprint == Base64URL.string(holder.verificationKey.thumbprint))
            // Neither of the two counts again.
            let spent = try World.request(assertion: assertion, admin, proofs: [proof])
            #expect(Self.refusal(await world.engine.token(spent))?.reason == "client_assertion_replayed")
            let replayed = try World.request(assertion: try world.assertion(key), admin, proofs: [proof])
            #expect(Self.refusal(await world.engine.token(replayed))?.reason == "proof_replayed")
        }
    }

    @Test(
        arguments: [
            ([("grant_type", "")], "invalid_request"), ([("grant_type", "password")], "unsupported_grant_type"),
            ([("audience", "")], "invalid_target"), ([("audience", "nobody")], "invalid_target"),
            ([("resource", "https://orders.example/v2/x")], "invalid_target"),
            ([("resource", "ftp://orders.example/v1")], "invalid_target"),
            ([("resource", "https://orders.example/v1#a")], "invalid_target"), ([("scope", "")], "invalid_scope"),
            ([("scope", "drop")], "invalid_scope"), ([("scope", "show  show")], "invalid_scope"),
            ([("scope", "create")], nil), ([("scope", "show create")], nil),
            ([("scope", "show admin")], "access_denied"),
            ([("resource", "https://orders.example:443/v1/orders/17")], nil),
            ([("resource", "https://orders.example/v1")], nil),
            ([("audience", ""), ("resource", "https://orders.example/v1/")], nil),
        ] as [([(String, String)], String?)]
    )
    func parametersNameOneApiAndItsOperations(_ changes: [(String, String)], _ wanted: String?) async throws {
        try await World.run(policies: Self.policies) { world async throws in
            let key = try await world.key(of: "worker")
            let kept = Self.wanted.filter { old in !changes.contains { $0.0 == old.0 } }
            let request = try World.request(assertion: try world.assertion(key), kept + changes)
            let found = Self.refusal(await world.engine.token(request))
            #expect(found?.error.code == wanted, "\(found?.message ?? "")")
        }
    }

    @Test func twoApisAreOneTooMany() async throws {
        try await World.run(policies: Self.policies) { world async throws in
            try await world.put(.api, "stock", #"{"hosts":["stock.example"],\#(World.custody),"operations":[]}"#)
            let key = try await world.key(of: "worker")
            let request = try World.request(assertion: try world.assertion(key), Self.wanted + [("audience", "stock")])
            #expect(Self.refusal(await world.engine.token(request))?.error == .invalidTarget)
        }
    }
}
