// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import WorkloadIdentity

struct DPoPRulesTests {
    private let forge = ProofForge()

    private func request(_ token: String? = nil, requiresNonce: Bool = false) throws -> DPoPRequest {
        let target = try #require(DPoPTarget("https://AS.example:443/oauth2/token?x=1"))
        return DPoPRequest(method: "POST", target: target, accessToken: token, requiresNonce: requiresNonce)
    }

    private func admit(_ proof: String, _ request: DPoPRequest, at now: NumericDate = ProofForge.now) throws -> String {
        let rules = try DPoPRules(nonces: ProofForge.nonces(), maximumAgeSeconds: 60, skewSeconds: 10)
        return ProofForge.code(rules.admission(of: proof, for: request, at: now))
    }

    // RFC 9449, the proofs of sections 4.1 and 7.1.
    private static let header =
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0Rs"
        + "cEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2"
        + "In19"
    private static let atTokenEndpoint =
        header + ".eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rv"
        + "a2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfb"
        + "V37xRZT3Lg"
    private static let atResource =
        header + ".eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9w"
        + "cm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtz"
        + "bVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"

    @Test("The proofs of RFC 9449")
    func standardExamples() throws {
        let rules = try DPoPRules(nonces: ProofForge.nonces())
        let endpoint = try #require(DPoPTarget("https://server.example.com/token"))
        let first = rules.admission(
            of: Self.atTokenEndpoint,
            for: DPoPRequest(method: "POST", target: endpoint),
            at: NumericDate(seconds: 1_562_262_620)
        )
        guard case .admitted(let possession) = first else {
            Issue.record("refused: \(first)")
            return
        }
        #expect(possession.jkt == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")
        #expect(possession.holds(jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"))
        #expect(!possession.holds(jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4J") && !possession.holds(jkt: ""))
        #expect(possession.identifier == "-BwC3ESc6acc2lTc")
        #expect(possession.acceptedUntil == NumericDate(seconds: 1_562_262_676))
        let resource = try #require(DPoPTarget("https://resource.example.org/protectedresource"))
        let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
        let second = DPoPRequest(method: "GET", target: resource, accessToken: token)
        let later = NumericDate(seconds: 1_562_262_620)
        #expect(ProofForge.code(rules.admission(of: Self.atResource, for: second, at: later)) == "admitted")
        let other = DPoPRequest(method: "GET", target: resource, accessToken: token + "x")
        let mismatch = ProofForge.code(rules.admission(of: Self.atResource, for: other, at: later))
        #expect(mismatch == "proof_access_token_mismatch")
    }

    @Test(
        arguments: [
            ([], "admitted"),
            ([("htu", "HTTPS://as.example:443/oauth2/%74oken?a=b#c")], "admitted"),
            ([("jti", nil)], "proof_claim_jti"), ([("jti", "")], "proof_claims"), ([("jti", 1)], "proof_claims"),
            ([("jti", .string(String(repeating: "j", count: 257)))], "proof_claim_jti"),
            ([("htm", nil)], "proof_claim_htm"), ([("htm", "post")], "proof_method_mismatch"),
            ([("htm", "GET")], "proof_method_mismatch"), ([("htm", ["POST"])], "proof_claim_htm"),
            ([("htu", nil)], "proof_claim_htu"), ([("htu", "/oauth2/token")], "proof_claim_htu"),
            ([("htu", "https://as.example/oauth2/token/")], "proof_target_mismatch"),
            ([("htu", "http://as.example/oauth2/token")], "proof_target_mismatch"),
            ([("htu", "https://as.example:8443/oauth2/token")], "proof_target_mismatch"),
            ([("htu", "https://as.example@evil.example/oauth2/token")], "proof_claim_htu"),
            ([("iat", nil)], "proof_claim_iat"), ([("iat", "now")], "proof_claims"),
            ([("iat", 999_941)], "admitted"), ([("iat", 999_940)], "proof_expired"),
            ([("iat", 1_000_010)], "admitted"), ([("iat", 1_000_011)], "proof_issued_in_future"),
            ([("ath", "AAAA")], "proof_claim_ath"),
            ([("ath", "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo")], "proof_access_token_mismatch"),
            ([("nonce", 1)], "proof_claim_nonce"), ([("nonce", "abc")], "proof_nonce_unknown"),
        ] as [([(String, JSONValue?)], String)]
    )
    func claims(_ changes: [(String, JSONValue?)], _ expected: String) throws {
        #expect(try admit(forge.proof(changes), request()) == expected)
    }

    @Test("A bound use has the hash of its token, and no other use has one")
    func accessToken() throws {
        let hash = JSONValue.string(Base64URL.string(DPoPProof.hash(ofAccessToken: "secret")))
        #expect(try admit(forge.proof([("ath", hash)]), request("secret")) == "admitted")
        #expect(try admit(forge.proof([("ath", hash)]), request("Secret")) == "proof_access_token_mismatch")
        #expect(try admit(forge.proof(), request("secret")) == "proof_access_token_mismatch")
        #expect(try admit(forge.proof([("ath", hash)]), request()) == "proof_access_token_mismatch")
    }

    @Test("What requests-oauth2client 1.8.0 sends")
    func realClient() throws {
        let text =
            "eyJhbGciOiJFUzI1NiIsImp3ayI6eyJrdHkiOiJFQyIsImFsZyI6IkVTMjU2IiwiY3J2IjoiUC0yNTYiLCJ4IjoickRib05GVDdF"
            + "R1hvRDlKUlJRemN1WTY3N1prX2M1YWZSY252RlR4eG9VNCIsInkiOiJpdENxazFtZ1o2NDJDWmxNeGJRTUNEaGtSLTdYQnY2SVNh"
            + "NHM2TmZfUkJvIn0sInR5cCI6ImRwb3Arand0In0.eyJqdGkiOiI5ZTM4ZDQwOS0xMWZmLTQ5YmItYTVkMS03YzFmOGZiZTJmMmMi"
            + "LCJodG0iOiJHRVQiLCJodHUiOiJodHRwczovL2FwaS5leGFtcGxlL29yZGVycyIsImlhdCI6MTc5NTMxOTI0OCwibm9uY2UiOiJu"
            + "MSIsImF0aCI6ImZVSHlPMnIyWjNEWjUzRXNOcldCYjB4V1hvYU55NTlJaUtDQXFrc21RRW8ifQ.B2Ft_K6n8W1Pkr_wf4zi7adwR"
            + "Msij0lZCNOBj_NO06JuJOCf5DFebxG-MisauhvIg_XgpskJjR400Vvt14inGA"
        let proof = try DPoPProof(text, allowing: .es256)
        #expect(Base64URL.string(proof.key.thumbprint) == "eeS2VAdYSGCGrkpHunUEwVnVtXpUU4Sn2hXPsyeRVjk")
        #expect(proof.method == "GET" && proof.target == DPoPTarget("https://api.example/orders?x=1"))
        #expect(proof.nonce == "n1" && proof.issuedAt == NumericDate(seconds: 1_795_319_248))
        let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
        #expect(proof.accessTokenHash == DPoPProof.hash(ofAccessToken: token))
    }

    @Test func typesAndForeignTokens() throws {
        #expect(try admit(forge.proof(type: "JWT"), request()) == "proof_header")
        #expect(try admit(forge.proof(type: "DPoP+jwt"), request()) == "proof_header")
        #expect(try admit(forge.proof(type: "application/dpop+jwt"), request()) == "proof_header")
        let plain = try String(decoding: forge.key.sign("{}".utf8, type: "dpop+jwt"), as: UTF8.self)
        #expect(try admit(plain, request()) == "proof_header")
        #expect(try admit("", request()) == "proof_malformed")
        let two = try forge.proof() + ", " + forge.proof()
        #expect(try admit(two, request()) == "proof_malformed")
        #expect(try admit(String(repeating: "a", count: DPoPProof.maximumBytes + 1), request()) == "proof_size")
    }

    @Test func nonces() throws {
        let nonces = try ProofForge.nonces()
        let good = nonces.nonce(at: ProofForge.now)
        #expect(try admit(forge.proof(), request(requiresNonce: true)) == "proof_nonce_missing")
        #expect(try admit(forge.proof([("nonce", .string(good))]), request(requiresNonce: true)) == "admitted")
        let old = nonces.nonce(at: NumericDate(seconds: 999_700))
        #expect(
            try admit(forge.proof([("nonce", .string(old))]), request(requiresNonce: true)) == "proof_nonce_unknown"
        )
        #expect(DPoPRefusal.nonceMissing.error == .useDPoPNonce && DPoPRefusal.nonce.error == .useDPoPNonce)
        #expect(DPoPRefusal.method.error == .invalidDPoPProof && DPoPRefusal.beforeStart.error == .useDPoPNonce)
    }

    @Test("A proof that the process before could have admitted needs a nonce of this one")
    func restart() throws {
        let nonces = try ProofForge.nonces(startedAt: NumericDate(seconds: 999_995, nanoseconds: 500_000_000))
        let rules = try DPoPRules(nonces: nonces, maximumAgeSeconds: 60, skewSeconds: 10)
        func code(_ issuedAt: Int64, nonce: String? = nil) throws -> String {
            let proof = try forge.proof([("iat", .integer(issuedAt)), ("nonce", nonce.map { .string($0) })])
            return ProofForge.code(rules.admission(of: proof, for: try request(), at: ProofForge.now))
        }
        #expect(try code(999_990) == "proof_before_start")
        // A clock up to ten seconds ahead could have written this before the start.
        #expect(try code(1_000_005) == "proof_before_start")
        #expect(try code(1_000_006) == "admitted")
        #expect(try code(999_990, nonce: nonces.nonce(at: ProofForge.now)) == "admitted")
        let before = try ProofForge.nonces(startedAt: NumericDate(seconds: 999_000)).nonce(at: ProofForge.now)
        #expect(try code(999_990, nonce: before) == "proof_nonce_unknown")
    }

    @Test func impossibleRules() throws {
        let nonces = try ProofForge.nonces()
        func refuses(_ make: () throws -> DPoPRules) { #expect(throws: WorkloadIdentityError.self) { try make() } }
        refuses { try DPoPRules(nonces: nonces, algorithms: []) }
        refuses { try DPoPRules(nonces: nonces, maximumAgeSeconds: 0) }
        refuses { try DPoPRules(nonces: nonces, maximumAgeSeconds: 301) }
        refuses { try DPoPRules(nonces: nonces, skewSeconds: 61) }
    }
}
