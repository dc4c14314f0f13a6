// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import JOSE
import StrictJSON
import Testing

@Suite("A token that brings its own key proves that key and nothing else")
struct SelfSignedJWSTests {
    private func code(_ token: [UInt8], type: String = "proof+jwt", _ allowed: SignatureAlgorithms = .all) -> String {
        do throws(JOSEError) {
            _ = try SelfSignedJWS(compact: token, type: type, allowing: allowed)
            return "valid"
        } catch {
            return error.code.description
        }
    }

    @Test(arguments: SigningKey.Kind.allCases)
    func roundTrip(_ kind: SigningKey.Kind) throws {
        let key = SigningKey.generate(kind)
        let token = try key.signEmbeddingKey(#"{"jti":"a"}"#.utf8, type: "proof+jwt")
        let read = try SelfSignedJWS(compact: token, type: "proof+jwt", allowing: .all)
        #expect(read.key.thumbprint == key.verificationKey.thumbprint)
        #expect(try JWTClaims(read).identifier == "a")
        // The general reader stays closed to it.
        #expect(throws: JOSEError.self) { try UnverifiedJWS(compact: token) }
        #expect(code(try key.sign(#"{"jti":"a"}"#.utf8, type: "proof+jwt")) == "header")
        #expect(code(token, type: "Proof+jwt") == "header")
        #expect(code(token, .rs256) == "algorithm_not_allowed")
    }

    @Test("What a header may and may not have")
    func headers() throws {
        let secret = P256.Signing.PrivateKey()
        let point = Array(secret.publicKey.x963Representation)
        let (x, y) = (Base64URL.string(point[1...32]), Base64URL.string(point[33...]))
        let jwk = #""kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(y)""#
        let d = Base64URL.string(Array(secret.rawRepresentation))
        func token(_ header: String) throws -> [UInt8] {
            let input = "\(Base64URL.string(header.utf8)).\(Base64URL.string("{}".utf8))"
            let signature = try secret.signature(for: SHA256.hash(data: Array(input.utf8)))
            return Array("\(input).\(Base64URL.string(Array(signature.rawRepresentation)))".utf8)
        }
        let good = #""typ":"proof+jwt","alg":"ES256""#
        for (header, expected) in [
            ("{\(good),\"jwk\":{\(jwk)}}", "valid"),
            ("{\(good),\"kid\":\"a\",\"jwk\":{\(jwk),\"kid\":\"b\",\"alg\":\"ES256\",\"use\":\"sig\"}}", "valid"),
            ("{\(good)}", "header"),
            ("{\(good),\"jwk\":null}", "key_malformed"),
            ("{\(good),\"jwk\":\"\"}", "key_malformed"),
            ("{\(good),\"jwk\":{\(jwk),\"d\":\"\(d)\"}}", "key_private"),
            ("{\(good),\"jwk\":{\(jwk),\"alg\":\"ES384\"}}", "key_malformed"),
            ("{\(good),\"jwk\":{\(jwk),\"use\":\"enc\"}}", "key_use"),
            ("{\(good),\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\"}}", "key_unsupported"),
            ("{\(good),\"jwk\":{\(jwk)},\"jku\":\"https://a.example\"}", "embedded_key"),
            ("{\(good),\"jwk\":{\(jwk)},\"x5c\":[]}", "embedded_key"),
            ("{\(good),\"jwk\":{\(jwk)},\"crit\":[\"jwk\"]}", "critical"),
            ("{\(good),\"jwk\":{\(jwk)},\"jwk\":{\(jwk)}}", "header"),
            (#"{"typ":"proof+jwt","alg":"none","jwk":{\#(jwk)}}"#, "algorithm_none"),
            (#"{"typ":"proof+jwt","alg":"HS256","jwk":{\#(jwk)}}"#, "algorithm_unsupported"),
            (#"{"typ":"proof+jwt","alg":"ES384","jwk":{\#(jwk)}}"#, "algorithm_mismatch"),
            (#"{"alg":"ES256","jwk":{\#(jwk)}}"#, "header"),
        ] { #expect(code(try token(header)) == expected, "\(header)") }
        // Somebody else's signature under this key.
        let other = P256.Signing.PrivateKey()
        let input = "\(Base64URL.string("{\(good),\"jwk\":{\(jwk)}}".utf8)).e30"
        let forged = try other.signature(for: SHA256.hash(data: Array(input.utf8)))
        #expect(code(Array("\(input).\(Base64URL.string(Array(forged.rawRepresentation)))".utf8)) == "signature")
    }
}
