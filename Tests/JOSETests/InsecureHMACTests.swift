// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing

struct InsecureHMACTests {
    private func code(_ jwk: JSONValue) -> String {
        do throws(JOSEError) {
            _ = try InsecureHMACKey(jwk: jwk)
            return "valid"
        } catch {
            return error.code.description
        }
    }

    private func oct(_ algorithm: String, bytes: Int, _ more: (String, JSONValue)...) -> JSONValue {
        let k = Base64URL.string([UInt8](repeating: 7, count: bytes))
        return .object(JSONObject([("kty", "oct"), ("alg", .string(algorithm)), ("k", .string(k))] + more))
    }

    @Test("A secret is at least as long as its hash", arguments: [("HS256", 32), ("HS384", 48), ("HS512", 64)])
    func length(_ algorithm: String, _ minimum: Int) {
        #expect(code(oct(algorithm, bytes: minimum)) == "valid")
        #expect(code(oct(algorithm, bytes: minimum - 1)) == "key_weak")
        #expect(code(oct(algorithm, bytes: 0)) == "key_weak")
    }

    @Test func membersAreChecked() {
        #expect(
            code(["kty": "oct", "k": .string(Base64URL.string([UInt8](repeating: 7, count: 32)))]) == "key_malformed"
        )
        #expect(code(oct("A256GCM", bytes: 32)) == "key_use")
        #expect(code(oct("ES256", bytes: 32)) == "key_use")
        #expect(code(oct("HS256", bytes: 32, ("use", "enc"))) == "key_use")
        #expect(code(oct("HS256", bytes: 32, ("key_ops", ["encrypt"]))) == "key_use")
        #expect(code(oct("HS256", bytes: 32, ("x", "AA"))) == "key_malformed")
        #expect(code(.object(SigningKey.generate(.es256).verificationKey.jwk)) == "key_unsupported")
    }

    @Test("The public members of a key are no secret")
    func confusion() throws {
        let key = SigningKey.generate(.edDSA, keyID: "k").verificationKey
        let secret = try #require(key.jwk["x"]?.stringValue)
        let jwk: JSONValue = ["kty": "oct", "alg": "HS256", "kid": "k", "k": .string(secret)]
        let mixed: JSONValue = ["keys": [jwk, .object(key.jwk)]]
        #expect(throws: JOSEError.self) { try JWKSet(json: mixed) }
        #expect(throws: JOSEError.self) { try InsecureHMACKeySet(json: mixed) }
        #expect(throws: JOSEError.self) { try InsecureHMACKeySet(json: ["keys": [.object(key.jwk)]]) }
        #expect(throws: JOSEError.self) { try InsecureHMACKeySet(json: ["keys": []]) }
        #expect(throws: JOSEError.self) { try JWKSet(json: ["keys": [jwk]]) }
    }

    @Test func secretsAreNotShown() throws {
        let key = try InsecureHMACKey(jwk: oct("HS256", bytes: 32, ("kid", "named")))
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped] {
            #expect(text.contains("named") && !text.contains("7, 7") && !text.contains("0707"))
        }
    }
}
