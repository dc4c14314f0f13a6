// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import WorkloadIdentity

struct IssuerRuleTests {
    private let key = SigningKey.generate(.es256, keyID: "k")
    private let now = NumericDate(seconds: 1_000_000)
    private let issuer = "https://issuer.example/tenant"

    private func rule(
        algorithms: SignatureAlgorithms = IssuerRule.defaultAlgorithms,
        types: [TokenType] = IssuerRule.defaultTypes,
        conditions: [ClaimCondition] = [],
        isOneTime: Bool = false
    ) throws -> IssuerRule {
        try IssuerRule(
            issuer: IssuerURL(issuer),
            audiences: ["safeconduct"],
            algorithms: algorithms,
            types: types,
            maximumLifetimeSeconds: 900,
            skewSeconds: 30,
            conditions: conditions,
            isOneTime: isOneTime
        )
    }

    private func token(_ changes: [(String, JSONValue?)] = [], type: String? = "JWT") throws -> UnverifiedJWS {
        var claims = JSONObject([
            ("iss", .string(issuer)), ("sub", "repo:a/b"), ("aud", "safeconduct"), ("iat", 999_990), ("exp", 1_000_300),
            ("repository_id", "42"), ("jti", "j1"),
        ])
        for (name, value) in changes { claims[name] = value }
        return try UnverifiedJWS(compact: key.sign(JSONValue.object(claims).serialized(), type: type))
    }

    private func code(_ outcome: FederationOutcome) -> String {
        switch outcome {
        case .admitted: "admitted"
        case .refused(let refusal): refusal.code
        }
    }

    private func admit(_ token: UnverifiedJWS, _ rule: IssuerRule) -> String {
        code(rule.admission(of: token, keys: JWKSet([key.verificationKey]), at: now))
    }

    @Test func admitsAndTellsWho() throws {
        let outcome = try rule(isOneTime: true).admission(of: token(), keys: JWKSet([key.verificationKey]), at: now)
        guard case .admitted(let subject) = outcome else {
            Issue.record("refused: \(outcome)")
            return
        }
        #expect(subject.subject == "repo:a/b" && subject.issuer.description == issuer && subject.oneTimeID == "j1")
        #expect(subject.acceptedUntil == NumericDate(seconds: 1_000_330))
        #expect(subject.claims.members["repository_id"] == "42")
    }

    @Test func refusals() throws {
        #expect(try admit(token(), rule()) == "admitted")
        #expect(try admit(token(type: nil), rule()) == "admitted")
        #expect(try admit(token(type: "at+jwt"), rule()) == "token_type")
        #expect(try admit(token(type: "JWT"), rule(types: [.accessToken])) == "token_type")
        #expect(try admit(token(), rule(algorithms: .rs256)) == "token_algorithm_not_allowed")
        #expect(try admit(token([("iss", "https://issuer.example")]), rule()) == "issuer_mismatch")
        #expect(try admit(token([("aud", "other")]), rule()) == "audience_mismatch")
        #expect(try admit(token([("exp", 1_000_890)]), rule()) == "admitted")
        #expect(try admit(token([("exp", 1_000_891)]), rule()) == "token_lifetime")
        #expect(try admit(token([("exp", 999_991)]), rule()) == "admitted")
        #expect(try admit(token([("iat", 999_000), ("exp", 999_900)]), rule()) == "token_expired")
        #expect(try admit(token([("sub", nil)]), rule()) == "claim_missing_sub")
        #expect(try admit(token([("sub", 1)]), rule()) == "token_claims")
        #expect(try admit(token([("jti", nil)]), rule()) == "admitted")
        #expect(try admit(token([("jti", nil)]), rule(isOneTime: true)) == "claim_missing_jti")
        let condition = try ClaimCondition(ClaimPath("repository_id"), anyOf: ["42", "43"])
        #expect(try admit(token(), rule(conditions: [condition])) == "admitted")
        #expect(try admit(token([("repository_id", 42)]), rule(conditions: [condition])) == "claim_condition")
        #expect(try admit(token([("repository_id", nil)]), rule(conditions: [condition])) == "claim_condition")
        let stranger = SigningKey.generate(.es256, keyID: "k").verificationKey
        let outcome = try rule().admission(of: token(), keys: JWKSet([stranger]), at: now)
        #expect(code(outcome) == "token_signature")
    }

    @Test("A remembered token is held to the rule of now")
    func remembered() throws {
        let verified = try token().verified(with: key.verificationKey, allowing: .es256).get()
        #expect(try code(rule().admission(of: verified, at: now)) == "admitted")
        #expect(try code(rule().admission(of: verified, at: NumericDate(seconds: 1_000_330))) == "token_expired")
        #expect(try code(rule(algorithms: .rs256).admission(of: verified, at: now)) == "token_algorithm_not_allowed")
    }

    @Test("Rules that would admit everything or nothing cannot be made")
    func impossibleRules() throws {
        let issuer = try IssuerURL(issuer)
        func refuses(_ make: () throws -> IssuerRule) { #expect(throws: WorkloadIdentityError.self) { try make() } }
        refuses { try IssuerRule(issuer: issuer, audiences: []) }
        refuses { try IssuerRule(issuer: issuer, audiences: [""]) }
        refuses { try IssuerRule(issuer: issuer, audiences: [String](repeating: "a", count: 33)) }
        refuses { try IssuerRule(issuer: issuer, audiences: ["a"], algorithms: []) }
        refuses { try IssuerRule(issuer: issuer, audiences: ["a"], algorithms: .init(rawValue: 1 << 15)) }
        refuses { try IssuerRule(issuer: issuer, audiences: ["a"], types: []) }
        refuses { try IssuerRule(issuer: issuer, audiences: ["a"], skewSeconds: 61) }
        refuses { try IssuerRule(issuer: issuer, audiences: ["a"], skewSeconds: -1) }
        refuses { try IssuerRule(issuer: issuer, audiences: ["a"], maximumLifetimeSeconds: 0) }
        refuses { try IssuerRule(issuer: issuer, audiences: ["a"], maximumLifetimeSeconds: 86_401) }
        #expect(
            (try? IssuerRule(issuer: issuer, audiences: ["a"], maximumLifetimeSeconds: 86_400, skewSeconds: 60)) != nil
        )
    }
}
