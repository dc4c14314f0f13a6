// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import WorkloadIdentity

@Suite struct JWTSVIDTests {
    private let key = SigningKey.generate(.es256, keyID: "k")
    private let now = NumericDate(seconds: 1_000_000)
    private let rules = JWTSVIDRules(audiences: ["us", "us too"], skewSeconds: 30, maximumLifetimeSeconds: 3600)

    private func bundles(_ keys: [SigningKey], domain: String = "example.org") throws -> TrustBundles {
        let bundle = try TrustBundle(
            trustDomain: TrustDomain(validating: domain),
            x509Authorities: [],
            jwtAuthorities: JWKSet(keys.map(\.verificationKey))
        )
        return try TrustBundles([bundle])
    }

    private func payload(_ changes: [(String, JSONValue?)]) -> [UInt8] {
        var claims = JSONObject([
            ("sub", "spiffe://example.org/api"), ("aud", "us"), ("exp", 1_000_300), ("iat", 999_990),
        ])
        for (name, value) in changes { claims[name] = value }
        return JSONValue.object(claims).serialized()
    }

    private func code(
        _ changes: [(String, JSONValue?)] = [],
        type: String? = "JWT",
        signedWith signer: SigningKey? = nil,
        bundles: TrustBundles? = nil
    ) throws -> String {
        let token = try UnverifiedJWS(compact: (signer ?? key).sign(payload(changes), type: type))
        return try code(token, bundles)
    }

    private func code(_ token: UnverifiedJWS, _ bundles: TrustBundles? = nil) throws -> String {
        switch rules.outcome(of: token, bundles: try bundles ?? self.bundles([key]), at: now) {
        case .verified: return "verified"
        case .refused(let refusal):
            #expect(refusal.message.count > 10)
            return refusal.code
        }
    }

    @Test func verifies() throws {
        let token = try UnverifiedJWS(compact: key.sign(payload([("role", "x")]), type: "JWT"))
        guard case .verified(let svid) = rules.outcome(of: token, bundles: try bundles([key]), at: now) else {
            Issue.record("refused")
            return
        }
        #expect(svid.id.description == "spiffe://example.org/api" && svid.expiresAt == NumericDate(seconds: 1_000_300))
        #expect(svid.issuedAt == NumericDate(seconds: 999_990) && svid.claims.members["role"] == "x")
    }

    @Test func types() throws {
        for type in ["JWT", "JOSE", nil] { #expect(try code(type: type) == "verified") }
        for type in ["jwt", "at+jwt", "wit+jwt", "application/jwt", "JOSE+JSON"] {
            #expect(try code(type: type) == "token_type")
        }
    }

    @Test func claims() throws {
        #expect(try code([("iat", nil)]) == "verified")
        #expect(try code([("iss", "anybody"), ("jti", "j")]) == "verified")
        #expect(try code([("aud", ["us"])]) == "verified")
        #expect(try code([("aud", ["us", "us too"])]) == "verified")
        #expect(try code([("aud", ["us", "others"])]) == "audience_mismatch")
        #expect(try code([("aud", "others")]) == "audience_mismatch")
        #expect(try code([("aud", nil)]) == "claim_missing_aud")
        #expect(try code([("aud", [])]) == "token_claims")
        #expect(try code([("exp", nil)]) == "claim_missing_exp")
        #expect(try code([("exp", "1000300")]) == "token_claims")
        #expect(try code([("exp", 999_971)]) == "token_times_disordered")
        #expect(try code([("iat", nil), ("exp", 999_971)]) == "verified")
        #expect(try code([("iat", nil), ("exp", 999_970)]) == "token_expired")
        #expect(try code([("exp", 1_003_630)]) == "verified")
        #expect(try code([("exp", 1_003_631)]) == "token_lifetime")
        #expect(try code([("iat", 1_000_030)]) == "verified")
        #expect(try code([("iat", 1_000_031)]) == "token_issued_in_future")
        #expect(try code([("nbf", 1_000_030)]) == "verified")
        #expect(try code([("nbf", 1_000_031)]) == "token_not_yet_valid")
        #expect(try code([("nbf", 1_000_300)]) == "token_times_disordered")
    }

    @Test func subjects() throws {
        #expect(try code([("sub", "SPIFFE://Example.ORG/api")]) == "verified")
        #expect(try code([("sub", nil)]) == "claim_missing_sub")
        #expect(try code([("sub", 1)]) == "claim_missing_sub")
        #expect(try code([("sub", "api")]) == "spiffe_id")
        #expect(try code([("sub", "spiffe://example.org/api/")]) == "spiffe_id")
        #expect(try code([("sub", "spiffe://example.org")]) == "spiffe_id_without_path")
        #expect(try code([("sub", "spiffe://other.test/api")]) == "trust_domain_unknown")
    }

    @Test("Only the keys of the id's own trust domain count")
    func keys() throws {
        let other = SigningKey.generate(.es256, keyID: "k")
        let second = SigningKey.generate(.es256, keyID: "second")
        #expect(try code(signedWith: other) == "token_signature")
        #expect(try code(signedWith: second) == "token_key_unknown")
        #expect(try code(signedWith: second, bundles: bundles([key, second])) == "verified")
        #expect(try code(bundles: bundles([])) == "trust_domain_unknown")
        #expect(try code(bundles: TrustBundles()) == "trust_domain_unknown")
        var two = try bundles([key], domain: "other.test")
        for bundle in [try bundles([other])] {
            try two.update(try #require(bundle[TrustDomain(validating: "example.org")]))
        }
        #expect(try code(bundles: two) == "token_signature")
        #expect(try code([("sub", "spiffe://other.test/api")], bundles: two) == "verified")
    }

    @Test("EdDSA is no algorithm of JWT-SVIDs, whatever the bundle holds")
    func algorithms() throws {
        let key = SigningKey.generate(.edDSA, keyID: "e")
        #expect(try code(signedWith: key, bundles: bundles([key])) == "token_algorithm_not_allowed")
        #expect(SignatureAlgorithm.allCases.filter { !JWTSVIDRules.algorithms.contains($0) } == [.edDSA, .ed25519])
    }

    @Test("A header has alg, kid and typ, and nothing more", arguments: [("cty", "JWT"), ("x5t", "AAAA")])
    func header(_ name: String, _ value: String) throws {
        let header: JSONValue = .object(JSONObject([("alg", "ES256"), ("kid", "k"), (name, .string(value))]))
        let payload = Base64URL.string(payload([]))
        let token = try UnverifiedJWS(compact: "\(Base64URL.string(header.serialized())).\(payload).AAAA")
        #expect(try code(token) == "token_header_member")
    }

    @Test(
        "A payload that is no JSON object names nobody",
        arguments: ["", "[]", "{", #""sub""#, #"{"sub":"a","sub":"b"}"#]
    )
    func payloads(_ text: String) throws {
        #expect(try code(try UnverifiedJWS(compact: key.sign(Array(text.utf8), type: "JWT"))) == "claim_missing_sub")
    }
}
