// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing

@Suite("What a lenient verifier lets through, with a signature that is right")
struct JWSStrictnessTests {
    static let good = #"{"alg":"ES256","kid":"forge"}"#

    @Test(
        "Headers",
        arguments: [
            (good, "valid"),
            (#" { "kid" : "forge" , "alg" : "ES256" } "#, "valid"),
            (#"{"alg":"ES256","kid":"forge","typ":"JWT","cty":"x","x5t":"a","x5t#S256":"b"}"#, "valid"),
            (#"{"alg":"ES256"}"#, "valid"),
            (#"{"alg":"none","kid":"forge"}"#, "algorithm_none"),
            (#"{"alg":"NONE","kid":"forge"}"#, "algorithm_none"),
            (#"{"alg":"nOnE"}"#, "algorithm_none"),
            (#"{"alg":"HS256","kid":"forge"}"#, "algorithm_unsupported"),
            (#"{"alg":"es256","kid":"forge"}"#, "algorithm_unsupported"),
            (#"{"alg":"ES256\u0000","kid":"forge"}"#, "algorithm_unsupported"),
            (#"{"alg":"ES384","kid":"forge"}"#, "algorithm_mismatch"),
            (#"{"alg":"RS256","kid":"forge"}"#, "algorithm_mismatch"),
            (#"{"alg":"EdDSA","kid":"forge"}"#, "algorithm_mismatch"),
            (#"{"alg":"ES256","kid":"other"}"#, "key_unknown"),
            (#"{"alg":"ES256","kid":"Forge"}"#, "key_unknown"),
            (#"{"alg":"ES256","kid":"forge","crit":["exp"],"exp":1}"#, "critical"),
            (#"{"alg":"ES256","kid":"forge","crit":[]}"#, "critical"),
            (#"{"alg":"ES256","kid":"forge","b64":false}"#, "header_member"),
            (#"{"alg":"ES256","kid":"forge","b64":false,"crit":["b64"]}"#, "header_member"),
            (#"{"alg":"ES256","kid":"forge","alg":"ES256"}"#, "header"),
            (#"{"alg":"none","alg":"ES256","kid":"forge"}"#, "header"),
            (#"{"alg":"ES256","kid":"forge","\u006bid":"forge"}"#, "header"),
            (#"{"alg":"ES256","kid":"forge","jku":"https://issuer.example/keys"}"#, "embedded_key"),
            (#"{"alg":"ES256","kid":"forge","x5u":"https://issuer.example/x"}"#, "embedded_key"),
            (#"{"alg":"ES256","kid":"forge","x5c":[]}"#, "embedded_key"),
            (#"{"alg":"ES256","kid":"forge","jwk":{}}"#, "embedded_key"),
            (#"{"alg":"ES256","kid":"forge","nonce":"1"}"#, "header_member"),
            (#"{"alg":"ES256","kid":"forge","Alg":"none"}"#, "header_member"),
            (#"{"alg":"ES256","kid":"forge","":1}"#, "header_member"),
            (#"{"alg":"ES256","kid":""}"#, "header"),
            (#"{"alg":"ES256","kid":null}"#, "header"),
            (#"{"alg":"ES256","kid":7}"#, "header"),
            (#"{"alg":"ES256","kid":"forge","typ":1}"#, "header"),
            (#"{"alg":["ES256"],"kid":"forge"}"#, "header"),
            (#"{"alg":null,"kid":"forge"}"#, "header"),
            (#"{"kid":"forge"}"#, "header"),
            (#"{}"#, "header"), (#"[]"#, "header"), (#""ES256""#, "header"), (#"null"#, "header"), (#""#, "malformed"),
            (#"{"alg":"ES256","kid":"forge"}x"#, "header"),
            (#"{"alg":"ES256","kid":"forge",}"#, "header"),
            ("\u{FEFF}{\"alg\":\"ES256\",\"kid\":\"forge\"}", "header"),
            (#"{"alg":"ES256","kid":"\ud800"}"#, "header"),
        ]
    )
    func headers(_ header: String, _ expected: String) throws {
        let forge = try TokenForge()
        #expect(forge.verdict(try forge.token(header: header)) == expected)
    }

    @Test("Spellings of base64url, signed as they are spelled")
    func spellings() throws {
        let forge = try TokenForge()
        let header = Base64URL.string(Self.good.utf8)
        #expect(forge.verdict(try forge.token(part: header, "Zm9v")) == "valid")
        #expect(forge.verdict(try forge.token(part: header, "")) == "valid")
        for payload in ["Zg==", "Zh", "Zm9", "+A", "/A", "Zm9v\n", "Z m9v", "Zm9v?", "Z", "Zm9vZg=", "Zm9vé"] {
            #expect(forge.verdict(try forge.token(part: header, payload)) == "encoding", "\(payload)")
        }
        #expect(forge.verdict(try forge.token(part: header + "=", "Zm9v")) == "encoding")
        #expect(forge.verdict(try forge.token(part: "", "Zm9v")) == "malformed")
        let token = try forge.token(header: Self.good)
        for suffix in ["=", "==", "\n", " ", "A", "AA", "."] { #expect(forge.verdict(token + suffix) != "valid") }
        for prefix in [" ", "\n", "Bearer ", "."] { #expect(forge.verdict(prefix + token) != "valid") }
    }

    @Test(
        "Shapes that are no compact serialization",
        arguments: [
            "", ".", "..", "...", "a", "a.b", "a.b.", ".b.c", "a.b.c.d", "a.b.c.d.e", "..c", "a..", "{}",
            #"{"payload":"Zm9v","protected":"e30","signature":"AA"}"#,
        ]
    )
    func shapes(_ token: String) throws {
        let forge = try TokenForge()
        #expect(["malformed", "encoding"].contains(forge.verdict(token)))
    }

    @Test func bounds() throws {
        let forge = try TokenForge()
        let large = try forge.token(header: Self.good, payload: String(repeating: "a", count: 16 << 10))
        #expect(forge.verdict(large) == "size")
        let header = #"{"alg":"ES256","kid":"forge","typ":"\#(String(repeating: "a", count: 4 << 10))"}"#
        #expect(forge.verdict(try forge.token(header: header)) == "size")
        let deep = String(repeating: "[", count: 3000)
        #expect(forge.verdict(try forge.token(header: deep)) == "header")
        let long = #"{"alg":"ES256","kid":"\#(String(repeating: "k", count: 1025))"}"#
        #expect(forge.verdict(try forge.token(header: long)) == "header")
    }

    @Test("A token without kid is only for a set of one key")
    func withoutKeyID() throws {
        let forge = try TokenForge()
        let token = try UnverifiedJWS(compact: forge.token(header: #"{"alg":"ES256"}"#))
        let other = SigningKey.generate(.es256).verificationKey
        #expect((try? token.verified(with: JWKSet([forge.key.verificationKey]), allowing: .all).get()) != nil)
        for keys in [JWKSet([]), JWKSet([forge.key.verificationKey, other]), JWKSet([other])] {
            #expect(throws: JOSEError.self) { try token.verified(with: keys, allowing: .all).get() }
        }
        // A second member that cannot be used still makes it a set of two.
        let set = try JWKSet(json: ["keys": [.object(forge.key.verificationKey.jwk), ["kty": "future"]]])
        #expect(set.keys.count == 1)
        #expect(throws: JOSEError.self) { try token.verified(with: set, allowing: .all).get() }
    }

    @Test func unverifiedIssuerIsReadable() throws {
        let forge = try TokenForge()
        func issuer(_ payload: String) throws -> String? {
            try UnverifiedJWS(compact: forge.token(header: Self.good, payload: payload)).claimedIssuer
        }
        #expect(try issuer(#"{"iss":"https://a.example"}"#) == "https://a.example")
        #expect(try issuer(#"{"iss":"a","iss":"b"}"#) == nil)
        #expect(try issuer(#"{"iss":1}"#) == nil)
        #expect(try issuer("no json") == nil)
    }
}
