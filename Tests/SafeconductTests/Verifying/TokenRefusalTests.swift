// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

/// Every way in which a token proves nothing: each is denied before any policy and told apart; recorded where the issuer
/// signed it, else counted.
@Suite struct TokenRefusalTests {
    typealias Make = @Sendable (World) throws -> String

    static let refused: [(String, Make)] = [
        ("token_expired", { try $0.token(issued: -400, lifetime: 300) }),
        ("token_not_yet_valid", { try $0.token(lifetime: 300, notBefore: 200) }),
        ("token_issued_in_future", { try $0.token(issued: 100) }),
        ("token_times_disordered", { try $0.token(issued: 0, lifetime: -1) }),
        ("token_lifetime", { try $0.token(lifetime: 601) }),
        ("audience_mismatch", { try $0.token(audience: "somebody-else") }),
        ("audience_mismatch", { try $0.token(claims: [("aud", ["safeconduct", "somebody-else"])]) }),
        ("issuer_unknown", { try $0.token(issuer: "https://issuer.example/") }),
        ("issuer_unknown", { try $0.token(issuer: "https://other.example") }),
        ("claim_missing_sub", { try $0.token(nil) }),
        ("identity_unknown", { try $0.token("Worker") }),
        ("identity_unknown", { try $0.token("reader") }),
        ("token_key_unknown", { try $0.token(key: .generate(.es256, keyID: "k2")) }),
        ("token_signature", { try $0.token(key: .generate(.es256, keyID: "k1")) }),
        ("token_algorithm_not_allowed", { try $0.token(key: .generate(.edDSA, keyID: "k1")) }),
        ("token_malformed", { _ in "no-token" }),
        ("token_malformed", { try $0.token() + "." }),
        ("token_size", { _ in String(repeating: "a", count: 16_385) }),
        ("token_algorithm_none", { _ in "eyJhbGciOiJub25lIn0.e30.AAAA" }),
    ]

    /// What nobody is known to have signed.
    static let counted: Set<String> = [
        "issuer_unknown", "token_key_unknown", "token_signature", "token_algorithm_not_allowed", "token_malformed",
        "token_size", "token_algorithm_none",
    ]

    @Test(arguments: refused.indices) func aTokenThatProvesNothing(_ index: Int) async throws {
        let (code, make) = Self.refused[index]
        try await World.run(policies: permitAll) { world async throws in
            let token = try make(world)
            let answer = try await world.ask(.token(token))
            let decision = try answer.get()
            #expect(decision.reason == code, "\(decision.message)")
            #expect(decision.outcome == .deny)
            #expect(decision.authenticate)
            #expect(decision.identity == nil)
            #expect(decision.policies.isEmpty)
            #expect((decision.id == nil) == Self.counted.contains(code))
            if decision.id == nil {
                let counts = world.engine.refusals.pending?.counts ?? [:]
                #expect(counts.map { "\($0.key.reason) \($0.value)" } == ["\(code) 1"])
            } else {
                let record = try await world.record(answer)
                #expect(record["reason"]?.stringValue == code)
                #expect(record["outcome"] == "deny")
            }
            #expect(!decision.message.contains(token))
            // And again, from whatever is remembered.
            #expect(try await world.reason(token: token) == code)
        }
    }

    @Test func anAlgorithmThatIsNotTheKeysIsRefused() async throws {
        try await World.run(policies: permitAll) { world async throws in
            try await world.put(
                .issuer,
                "ci",
                #"{"url":"\#(World.issuer)","audiences":["safeconduct"],"algorithms":["ES256","EdDSA"],"#
                    + #""maximum_token_seconds":600,"trust_domain":"shop",\#(World.custody)}"#
            )
            #expect(try await world.reason(token: try world.token()) == "permitted")
            let token = try world.token(key: .generate(.edDSA, keyID: "k1"))
            #expect(try await world.reason(token: token) == "token_algorithm_mismatch")
        }
    }

    @Test(arguments: ["issuer_unreachable", "issuer_hostile"]) func keysThatCannotBeHad(_ code: String) async throws {
        try await World.run(policies: permitAll) { world async throws in
            world.keys.fail(World.issuer, code: code)
            #expect(try await world.reason(token: try world.token()) == code)
            // Asserted subjects need no keys.
            #expect(try await world.reason() == "permitted")
        }
    }

    @Test func anIssuerThatNeedsPlainHTTPIsUnusable() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let url = "http://127.0.0.1:9000"
            try await world.put(
                .issuer,
                "local-dev",
                #"{"url":"\#(url)","audiences":["safeconduct"],\#(World.custody)}"#
            )
            #expect(try await world.reason(token: try world.token(issuer: url)) == "issuer_unusable")
            #expect(world.keys.count == 0)
        }
    }

    @Test func furtherClaimsTellIdentitiesApart() async throws {
        try await World.run(policies: permitAll) { world async throws in
            func bound(_ claims: String) -> String {
                World.identity(bound: #"{"issuer":"ci","subject":"shared","claims":{\#(claims)}}"#)
            }
            try await world.put(.identity, "main", bound(#""ref":"main""#))
            try await world.put(.identity, "protected", bound(#""protected":true,"ref":"v7","run":7"#))
            func reason(_ claims: [(String, JSONValue)]) async throws -> String {
                try await world.reason(token: try world.token("shared", claims: claims))
            }
            #expect(try await reason([]) == "identity_unknown")
            #expect(try await reason([("ref", "dev")]) == "identity_unknown")
            #expect(try await reason([("ref", "main")]) == "permitted")
            #expect(try await reason([("ref", "v7"), ("protected", "true"), ("run", 7)]) == "identity_unknown")
            #expect(try await reason([("ref", "v7"), ("protected", true), ("run", 7)]) == "permitted")
            #expect(try await reason([("ref", "main"), ("protected", true), ("run", 7)]) == "permitted")
        }
    }

    @Test func anIssuersOwnConditionsHoldForAllItsTokens() async throws {
        try await World.run(policies: permitAll) { world async throws in
            try await world.put(
                .issuer,
                "ci",
                #"{"url":"\#(World.issuer)","audiences":["safeconduct"],"algorithms":["ES256"],"#
                    + #""maximum_token_seconds":600,"required_claims":{"env":["prod","stage"]},\#(World.custody)}"#
            )
            #expect(try await world.reason(token: try world.token()) == "claim_condition")
            #expect(try await world.reason(token: try world.token(claims: [("env", "dev")])) == "claim_condition")
            #expect(try await world.reason(token: try world.token(claims: [("env", "stage")])) == "permitted")
        }
    }

    @Test func aNamedIdentityHasToBeTheOneThatTheTokenProves() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let token = try world.token()
            let id = try #require(world.engine.view.state.find("worker", kind: .identity))
            for (stated, reason) in [
                ("worker", "permitted"), (id.description, "permitted"), ("reader", "subject_mismatch"),
                ("nobody", "subject_mismatch"), ("", "subject_mismatch"),
            ] {
                let question = Question(
                    subject: .token(token),
                    resource: .operation("orders/show"),
                    statedIdentity: stated
                )
                #expect(World.reason(try await world.ask(question)) == reason, "\(stated)")
            }
        }
    }

    @Test func noTokenAndAPointThatMayNotAsk() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let none = try await world.ask(.none).get()
            #expect(none.reason == "token_missing" && none.authenticate && none.outcome == .deny)
            #expect(try await world.reason("nobody") == "identity_unknown")
            try await world.put(
                .enforcementPoint,
                "strict",
                #"{"apis":["orders"],"subjects":["proven"],\#(World.custody)}"#
            )
            try await world.put(
                .enforcementPoint,
                "trusting",
                #"{"apis":["orders"],"subjects":["asserted"],\#(World.custody)}"#
            )
            #expect(World.reason(try await world.ask(.asserted("worker"), point: "strict")) == "not_granted")
            let before = world.keys.count
            #expect(World.reason(try await world.ask(.token(try world.token()), point: "trusting")) == "not_granted")
            #expect(world.keys.count == before)
            #expect(World.reason(try await world.ask(.asserted("worker"), point: "trusting")) == "permitted")
        }
    }
}
