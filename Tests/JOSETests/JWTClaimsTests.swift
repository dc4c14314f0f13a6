// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing

struct JWTClaimsTests {
    private static let key = SigningKey.generate(.es256)
    private static let now = NumericDate(seconds: 1_000_000)
    private static let base: JSONObject = JSONObject([
        ("iss", "https://issuer.example"), ("sub", "job"), ("aud", "us"), ("iat", 999_990), ("exp", 1_000_300),
        ("jti", "1"),
    ])

    private static func verified(_ payload: String, type: String? = "JWT") throws -> VerifiedJWS {
        try UnverifiedJWS(compact: key.sign(Array(payload.utf8), type: type))
            .verified(with: key.verificationKey, allowing: .es256).get()
    }

    @Test(
        "Registered claims of the wrong type make the token malformed",
        arguments: [
            #"{"iss":1}"#, #"{"iss":null}"#, #"{"iss":""}"#, #"{"iss":["a"]}"#, #"{"sub":1}"#, #"{"sub":""}"#,
            #"{"sub":null}"#,
            #"{"jti":1}"#, #"{"jti":""}"#, #"{"aud":1}"#, #"{"aud":null}"#, #"{"aud":[]}"#, #"{"aud":""}"#,
            #"{"aud":["a",1]}"#,
            #"{"aud":["a",""]}"#, #"{"aud":[["a"]]}"#, #"{"aud":{"a":1}}"#, #"{"exp":"1"}"#, #"{"exp":null}"#,
            #"{"exp":-1}"#,
            #"{"exp":true}"#, #"{"exp":[1]}"#, #"{"exp":1e99}"#, #"{"exp":99999999999999}"#, #"{"nbf":"1"}"#,
            #"{"iat":"1"}"#,
            #"{"iat":1,"iat":1}"#, #"{"sub":"a","sub":"b"}"#, #"{"a":{"b":1,"b":2}}"#, "[]", "null", "1", "\"a\"", "",
            "{", "{} x",
            #"{"sub":"\ud800"}"#, "{\"sub\":\"a\u{1}\"}",
        ]
    )
    func malformed(_ payload: String) throws {
        let token = try Self.verified(payload)
        #expect(throws: JOSEError.self) { try JWTClaims(token) }
    }

    @Test func audiences() throws {
        #expect(try JWTClaims(Self.verified(#"{"aud":"a"}"#)).audiences == ["a"])
        #expect(try JWTClaims(Self.verified(#"{"aud":["a","b"]}"#)).audiences == ["a", "b"])
        #expect(try JWTClaims(Self.verified("{}")).audiences.isEmpty)
        let many = (0..<33).map { "\"\($0)\"" }.joined(separator: ",")
        let token = try Self.verified(#"{"aud":[\#(many)]}"#)
        #expect(throws: JOSEError.self) { try JWTClaims(token) }
    }

    /// What the rules make of the base claims with some changed.
    private func verdict(
        _ changes: [(String, JSONValue?)],
        type: String? = "JWT",
        required: [RegisteredClaim] = [.subject],
        at now: NumericDate = now
    ) throws -> String {
        var claims = Self.base
        for (name, value) in changes { claims[name] = value }
        let token = try Self.verified(
            String(decoding: JSONValue.object(claims).serialized(), as: UTF8.self),
            type: type
        )
        let rules = ClaimsRules(
            issuer: "https://issuer.example",
            audiences: ["us", "us-too"],
            types: [.absent, .jwt],
            skewSeconds: 30,
            maximumLifetimeSeconds: 600,
            required: required
        )
        return rules.refusal(of: try JWTClaims(token), header: token.header, at: now)?.code ?? "accepted"
    }

    /// A claim, its JSON text (nil leaves it out), and the verdict.
    static let claimCases: [(String, String?, String)] = [
        ("x", "1", "accepted"),
        ("iss", nil, "claim_missing_iss"), ("iss", #""https://issuer.example/""#, "issuer_mismatch"),
        ("iss", #""https://ISSUER.example""#, "issuer_mismatch"),
        ("iss", #""https://issuer.example ""#, "issuer_mismatch"),
        ("sub", nil, "claim_missing_sub"),
        ("aud", nil, "claim_missing_aud"), ("aud", #""them""#, "audience_mismatch"), ("aud", #"["us"]"#, "accepted"),
        ("aud", #"["us","us-too"]"#, "accepted"), ("aud", #"["us","them"]"#, "audience_mismatch"),
        ("aud", #"["them","us"]"#, "audience_mismatch"), ("aud", #""US""#, "audience_mismatch"),
        ("exp", nil, "claim_missing_exp"), ("exp", "999970", "token_times_disordered"),
        ("exp", "999990", "token_times_disordered"), ("exp", "1000590", "accepted"),
        ("exp", "1000591", "token_lifetime"),
        ("exp", "1000590.000000001", "token_lifetime"),
        ("iat", nil, "claim_missing_iat"), ("iat", "1000030", "accepted"), ("iat", "1000031", "token_issued_in_future"),
        ("iat", "0", "token_lifetime"), ("iat", "1000030.000000001", "token_issued_in_future"),
        ("nbf", "1000030", "accepted"), ("nbf", "1000031", "token_not_yet_valid"), ("nbf", "0", "accepted"),
        ("nbf", "1000300", "token_times_disordered"), ("nbf", "1000030.5", "token_not_yet_valid"),
    ]

    @Test("One claim at a time", arguments: claimCases)
    func one(_ name: String, _ text: String?, _ expected: String) throws {
        let value = try text.map { try JSONValue(parsing: $0) }
        #expect(try verdict([(name, value)]) == expected, "\(name) \(text ?? "absent")")
    }

    @Test("Expiry is exact, the skew included")
    func expiry() throws {
        let cases: [(Int64, Int64, String)] = [
            (1_000_299, 0, "accepted"), (1_000_329, 999_999_999, "accepted"), (1_000_330, 0, "token_expired"),
            (1_000_330, 1, "token_expired"), (2_000_000, 0, "token_expired"),
        ]
        for (seconds, nanoseconds, expected) in cases {
            #expect(try verdict([], at: NumericDate(seconds: seconds, nanoseconds: nanoseconds)) == expected)
        }
        #expect(try verdict([("exp", .number("1000300.5"))], at: NumericDate(seconds: 1_000_330)) == "accepted")
        #expect(
            try verdict([("exp", .number("1000300.5"))], at: NumericDate(seconds: 1_000_330, nanoseconds: 500_000_000))
                == "token_expired"
        )
    }

    @Test(
        "One kind of token does not pass for another",
        arguments: [
            (nil as String?, "accepted"), ("JWT", "accepted"), ("jwt", "accepted"), ("application/jwt", "accepted"),
            ("APPLICATION/JWT", "accepted"), ("at+jwt", "token_type"), ("dpop+jwt", "token_type"),
            ("application/at+jwt", "token_type"),
            ("application/jwt/x", "token_type"), ("text/jwt", "token_type"), ("jwt ", "token_type"),
            ("JWTé", "token_type"),
        ]
    )
    func types(_ type: String?, _ expected: String) throws { #expect(try verdict([], type: type) == expected) }

    @Test func requiredClaims() throws {
        #expect(try verdict([("jti", nil)]) == "accepted")
        #expect(try verdict([("jti", nil)], required: [.identifier]) == "claim_missing_jti")
        #expect(try verdict([], required: [.notBefore]) == "claim_missing_nbf")
        for claim in RegisteredClaim.allCases where claim != .notBefore {
            #expect(try verdict([], required: [claim]) == "accepted")
        }
    }

    @Test func refusalsExplainThemselvesWithoutQuoting() {
        let refusals: [ClaimsRefusal] = [
            .missing(.subject), .type, .issuer, .audience, .expired(at: Self.now), .notYetValid(until: Self.now),
            .issuedInFuture(at: Self.now), .timesDisordered, .lifetime,
        ]
        #expect(Set(refusals.map(\.code)).count == refusals.count)
        #expect(refusals.allSatisfy { !$0.message.isEmpty })
    }
}
