// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing

struct JWKSetTests {
    private let a = SigningKey.generate(.es256, keyID: "a")
    private let b = SigningKey.generate(.edDSA, keyID: "b")

    private func verdict(_ token: [UInt8], _ keys: JWKSet) -> String {
        do throws(JOSEError) {
            _ = try UnverifiedJWS(compact: token).verified(with: keys, allowing: .all).get()
            return "valid"
        } catch {
            return error.code.description
        }
    }

    private func set(_ members: JSONValue...) throws -> JWKSet { try JWKSet(json: ["keys": .array(members)]) }

    @Test func kidSelectsExactly() throws {
        let keys = try set(.object(a.verificationKey.jwk), .object(b.verificationKey.jwk))
        #expect(keys.keys.count == 2)
        #expect(verdict(try a.sign([1]), keys) == "valid")
        #expect(verdict(try b.sign([1]), keys) == "valid")
        #expect(verdict(try SigningKey.generate(.es256, keyID: "c").sign([1]), keys) == "key_unknown")
        #expect(verdict(try SigningKey.generate(.es256, keyID: "a").sign([1]), keys) == "signature")
        // Canonically equivalent is not equal.
        let composed = SigningKey.generate(.es256, keyID: "\u{E9}")
        let decomposed = try SigningKey(.es256, secretBytes: composed.secretBytes, keyID: "e\u{301}")
        #expect(verdict(try decomposed.sign([1]), JWKSet([composed.verificationKey])) == "key_unknown")
    }

    @Test func duplicateKidsAreAmbiguous() throws {
        let twin = try SigningKey(.es256, secretBytes: SigningKey.generate(.es256).secretBytes, keyID: "a")
        let token = try a.sign([1])
        #expect(
            verdict(token, try set(.object(a.verificationKey.jwk), .object(twin.verificationKey.jwk)))
                == "key_ambiguous"
        )
        #expect(
            verdict(token, try set(.object(a.verificationKey.jwk), ["kty": "future", "kid": "a"])) == "key_ambiguous"
        )
        // The twins do not hide the others.
        let keys = try set(
            .object(b.verificationKey.jwk),
            .object(a.verificationKey.jwk),
            .object(twin.verificationKey.jwk)
        )
        #expect(verdict(try b.sign([1]), keys) == "valid")
    }

    @Test("Members that cannot be used are skipped with their reason")
    func skipped() throws {
        var encryption = b.verificationKey.jwk
        encryption["use"] = "enc"
        var secret = b.verificationKey.jwk
        secret["d"] = .string(Base64URL.string(b.secretBytes))
        secret["kid"] = "leaked"
        let keys = try set(
            .object(a.verificationKey.jwk),
            ["kty": "AKP", "kid": "new"],
            .object(encryption),
            .object(secret),
            7,
            [:]
        )
        #expect(keys.keys.map(\.keyID) == ["a"])
        #expect(keys.skipped.map(\.index) == [1, 2, 3, 4, 5])
        #expect(
            keys.skipped.map(\.reason.code)
                == [.keyUnsupported, .keyUse, .keyPrivate, .keyMalformed, .keyMalformed]
        )
        #expect(verdict(try a.sign([1]), keys) == "valid")
        // Asking for a skipped key tells why it was skipped.
        #expect(verdict(try b.sign([1]), keys) == "key_use")
    }

    @Test(
        "What is no key set",
        arguments: [
            "[]", "{}", #"{"keys":{}}"#, #"{"keys":null}"#, #"{"keys":"x"}"#, "null", #"{"keys":[],"keys":[]}"#,
            #"{"keys":[]"#, "",
            #"{"keys":[{"kty":"oct","k":"AA"},{"kty":"EC"}]}"#, #"{"keys":[{"kty":"oct","k":"AA"}]}"#,
        ]
    )
    func refused(_ text: String) {
        #expect(throws: JOSEError.self) { try JWKSet(parsing: Array(text.utf8)) }
    }

    @Test func bounds() throws {
        let empty = try JWKSet(parsing: Array(#"{"keys":[],"more":1}"#.utf8))
        #expect(verdict(try a.sign([1]), empty) == "key_unknown")
        let many = #"{"keys":[\#(Array(repeating: #"{"kty":"x"}"#, count: 129).joined(separator: ","))]}"#
        #expect(throws: JOSEError.self) { try JWKSet(parsing: Array(many.utf8)) }
        let large = #"{"keys":[],"pad":"\#(String(repeating: "x", count: 256 << 10))"}"#
        #expect(throws: JOSEError.self) { try JWKSet(parsing: Array(large.utf8)) }
    }

    @Test func publishedSetReadsBack() throws {
        let published = JWKSet([a.verificationKey, b.verificationKey]).json
        #expect(published["keys"]?.arrayValue?.allSatisfy { $0["d"] == nil } == true)
        let keys = try JWKSet(parsing: published.serialized())
        #expect(verdict(try a.sign([1]), keys) == "valid")
        #expect(verdict(try b.sign([1]), keys) == "valid")
    }
}
