// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import WorkloadIdentity

struct ClientAssertionTests {
    private let key = SigningKey.generate(.es256, keyID: "k")
    private let now = NumericDate(seconds: 1_000_000)
    private static let issuer = "https://as.example"
    private static let endpoint = "https://as.example/oauth2/token"

    private func rules(
        otherNames: [String] = [],
        legacy: [String] = [],
        algorithms: SignatureAlgorithms = IssuerRule.defaultAlgorithms,
        grace: Int64 = 0
    ) throws -> ClientAssertionRules {
        try ClientAssertionRules(
            clientID: "client-1",
            otherNames: otherNames,
            audience: Self.issuer,
            legacyAudiences: legacy,
            algorithms: algorithms,
            skewSeconds: 30,
            graceSeconds: grace
        )
    }

    private func token(_ changes: [(String, JSONValue?)] = [], type: String? = nil) throws -> UnverifiedJWS {
        var claims = JSONObject([
            ("iss", "client-1"), ("sub", "client-1"), ("aud", .string(Self.issuer)), ("iat", 999_990),
            ("exp", 1_000_290), ("jti", "j1"),
        ])
        for (name, value) in changes { claims[name] = value }
        return try UnverifiedJWS(compact: key.sign(JSONValue.object(claims).serialized(), type: type))
    }

    private func outcome(_ token: UnverifiedJWS, _ rules: ClientAssertionRules) -> ClientAssertionOutcome {
        rules.admission(of: token, keys: JWKSet([key.verificationKey]), at: now)
    }

    private func code(_ outcome: ClientAssertionOutcome) -> String {
        switch outcome {
        case .admitted(let assertion): assertion.usedLegacyAudience ? "legacy" : "admitted"
        case .refused(let refusal): refusal.code
        }
    }

    @Test func tellsWhatToSpend() throws {
        guard case .admitted(let assertion) = outcome(try token(), try rules(grace: 5)) else {
            Issue.record("refused")
            return
        }
        #expect(assertion.subject == "client-1" && assertion.identifier == "j1" && !assertion.usedLegacyAudience)
        #expect(assertion.issuedAt == NumericDate(seconds: 999_990))
        #expect(assertion.expiresAt == NumericDate(seconds: 1_000_290))
        #expect(assertion.acceptedUntil == NumericDate(seconds: 1_000_295))
    }

    @Test(
        arguments: [
            ([], "admitted"),
            ([("iss", nil)], "claim_missing_iss"), ([("iss", "client-2")], "issuer_mismatch"),
            ([("iss", "CLIENT-1")], "issuer_mismatch"), ([("sub", nil)], "claim_missing_sub"),
            ([("sub", "client-2")], "subject_mismatch"), ([("sub", "")], "token_claims"),
            ([("iss", "client-2"), ("sub", "client-2")], "issuer_mismatch"),
            ([("aud", nil)], "claim_missing_aud"), ([("aud", .string(endpoint))], "audience_mismatch"),
            ([("aud", .string(issuer + "/"))], "audience_mismatch"),
            ([("aud", [.string(issuer)])], "admitted"),
            ([("aud", [.string(issuer), "https://other.example"])], "audience_mismatch"),
            ([("aud", [.string(issuer), .string(endpoint)])], "audience_mismatch"),
            ([("exp", nil)], "claim_missing_exp"), ([("iat", nil)], "claim_missing_iat"),
            ([("jti", nil)], "claim_missing_jti"), ([("jti", "")], "token_claims"),
            ([("jti", .string(String(repeating: "j", count: 256)))], "admitted"),
            ([("jti", .string(String(repeating: "j", count: 257)))], "identifier_size"),
            ([("exp", 1_000_291)], "token_lifetime"),
            ([("iat", 999_700), ("exp", 1_000_000)], "token_expired"),
            ([("iat", 999_701), ("exp", 1_000_001)], "admitted"),
            ([("iat", 1_000_030), ("exp", 1_000_330)], "admitted"),
            ([("iat", 1_000_031), ("exp", 1_000_331)], "token_issued_in_future"),
            ([("nbf", 1_000_030)], "admitted"), ([("nbf", 1_000_031)], "token_not_yet_valid"),
        ] as [([(String, JSONValue?)], String)]
    )
    func claims(_ changes: [(String, JSONValue?)], _ expected: String) throws {
        #expect(code(outcome(try token(changes), try rules())) == expected)
    }

    @Test("An expired assertion has its grace, and not the clock's skew")
    func grace() throws {
        let late = try token([("iat", 999_700), ("exp", 999_991)])
        #expect(code(outcome(late, try rules(grace: 10))) == "admitted")
        #expect(code(outcome(late, try rules(grace: 9))) == "token_expired")
        let early = try token([("iat", 1_000_050), ("exp", 1_000_060)])
        #expect(code(outcome(early, try rules(grace: 60))) == "token_issued_in_future")
    }

    @Test("An endpoint for an audience only where it is set so, and it shows")
    func legacyAudience() throws {
        let legacy = try rules(legacy: [Self.endpoint])
        #expect(code(outcome(try token([("aud", .string(Self.endpoint))]), legacy)) == "legacy")
        #expect(
            code(outcome(try token([("aud", [.string(Self.issuer), .string(Self.endpoint)])]), legacy)) == "legacy"
        )
        #expect(code(outcome(try token(), legacy)) == "admitted")
        let foreign: JSONValue = [.string(Self.endpoint), "https://other.example"]
        #expect(code(outcome(try token([("aud", foreign)]), legacy)) == "audience_mismatch")
    }

    @Test func typesKeysAndAlgorithms() throws {
        for type in ["JWT", "jwt", "client-authentication+jwt", "application/client-authentication+jwt"] {
            #expect(code(outcome(try token(type: type), try rules())) == "admitted")
        }
        for type in ["at+jwt", "dpop+jwt", "txntoken+jwt"] {
            #expect(code(outcome(try token(type: type), try rules())) == "token_type")
        }
        #expect(code(outcome(try token(), try rules(algorithms: .ps256))) == "token_algorithm_not_allowed")
        let stranger = JWKSet([SigningKey.generate(.es256, keyID: "k").verificationKey])
        #expect(code(try rules().admission(of: try token(), keys: stranger, at: now)) == "token_signature")
        let verified = try token().verified(with: key.verificationKey, allowing: .all).get()
        #expect(code(try rules(algorithms: .ps256).admission(of: verified, at: now)) == "token_algorithm_not_allowed")
    }

    @Test("What requests-oauth2client 1.8.0 sends")
    func realClient() throws {
        let assertion =
            "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImNsaWVudC1rZXkifQ.eyJpc3MiOiJjbGllbnQtMSIsInN1YiI6ImNsa"
            + "WVudC0xIiwiYXVkIjoiaHR0cHM6Ly9hcy5leGFtcGxlIiwiaWF0IjoxNzk1MzE5MjQ4LCJleHAiOjE3OTUzMTkzMDgsImp0aSI6I"
            + "jc1Y2RlYmY3LTViYjktNDhjOS04ODE0LWE4ZjAxYjJkMzg4MyJ9.v33xzqgP3wAH1m6AzHa0HUomIb-mVDxhPaip5cbUuPjF2hkA"
            + "ZzEkoIE7NY0cqTM5laMSlYLbqV7jqugi3fHCsA"
        let jwk: JSONValue = [
            "kty": "EC", "kid": "client-key", "alg": "ES256", "crv": "P-256",
            "x": "wAr0h6wmniA8_7qkomjr94Cecu4kVG8dPMRY-RRFdZo", "y": "m-bRKH_UjaVH1Sw4BJVxltoohJC9IDQI7eUhwS6V0Dc",
        ]
        let outcome = try rules().admission(
            of: UnverifiedJWS(compact: assertion),
            keys: JWKSet([VerificationKey(jwk: jwk)]),
            at: NumericDate(seconds: 1_795_319_250)
        )
        #expect(code(outcome) == "admitted")
    }

    @Test("A client with several names says the same one twice")
    func names() throws {
        let both = try rules(otherNames: ["caf\u{E9}"])
        #expect(code(outcome(try token([("iss", "caf\u{E9}"), ("sub", "caf\u{E9}")]), both)) == "admitted")
        #expect(code(outcome(try token([("sub", "caf\u{E9}")]), both)) == "subject_mismatch")
        // Canonically equivalent is not equal.
        #expect(code(outcome(try token([("iss", "cafe\u{301}"), ("sub", "cafe\u{301}")]), both)) == "issuer_mismatch")
        #expect(code(outcome(try token([("iss", "caf\u{E9}"), ("sub", "cafe\u{301}")]), both)) == "subject_mismatch")
    }

    @Test("Rules that would admit everything or nothing cannot be made")
    func impossibleRules() {
        func refuses(_ make: () throws -> ClientAssertionRules) {
            #expect(throws: WorkloadIdentityError.self) { try make() }
        }
        refuses { try ClientAssertionRules(clientID: "", audience: "a") }
        refuses { try ClientAssertionRules(clientID: "c", audience: "") }
        refuses { try ClientAssertionRules(clientID: "c", audience: "a", legacyAudiences: [""]) }
        refuses { try ClientAssertionRules(clientID: "c", audience: "a", algorithms: []) }
        refuses { try ClientAssertionRules(clientID: "c", audience: "a", maximumLifetimeSeconds: 301) }
        refuses { try ClientAssertionRules(clientID: "c", audience: "a", maximumLifetimeSeconds: 0) }
        refuses { try ClientAssertionRules(clientID: "c", audience: "a", skewSeconds: 61) }
        refuses { try ClientAssertionRules(clientID: "c", audience: "a", graceSeconds: -1) }
        refuses { try ClientAssertionRules(clientID: "c", otherNames: Array(repeating: "d", count: 8), audience: "a") }
    }
}
