// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import JOSE
import StrictJSON
import Testing

struct RSAKeyTests {
    private func code(n: String, e: String = "AQAB", _ more: (String, JSONValue)...) -> String {
        do throws(JOSEError) {
            _ = try VerificationKey(
                jwk: .object(JSONObject([("kty", "RSA"), ("n", .string(n)), ("e", .string(e))] + more))
            )
            return "valid"
        } catch {
            return error.code.description
        }
    }

    private func sampleModulus() throws -> [UInt8] {
        let sample = try #require(try SharedData.sampleTokens().first { $0.algorithm == "RS256" })
        return try #require(sample.key["n"]?.stringValue.flatMap { Base64URL.decode($0) })
    }

    @Test func modulusBounds() throws {
        let modulus = try sampleModulus()
        #expect(code(n: Base64URL.string(modulus)) == "valid")
        #expect(code(n: Base64URL.string([0] + modulus)) == "key_malformed")
        #expect(code(n: Base64URL.string(modulus.dropLast() + [(modulus.last ?? 0) & 0xFE])) == "key_malformed")
        #expect(code(n: Base64URL.string(modulus.dropFirst())) == "key_weak")
        // One bit short of 2048.
        #expect(code(n: Base64URL.string([0x7F] + modulus.dropFirst())) == "key_weak")
        #expect(code(n: Base64URL.string([UInt8](repeating: 0xFF, count: 1025))) == "key_weak")
        #expect(code(n: "") == "key_malformed")
        #expect(code(n: "AQ") == "key_weak")
        let small = try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: 1024)).publicKey.getKeyPrimitives()
        #expect(code(n: Base64URL.string(Array(small.modulus))) == "key_weak")
    }

    @Test(
        "Exponents",
        arguments: [
            ("AQAB", "valid"), ("Aw", "valid"), ("BQ", "valid"), ("_____w", "valid"), ("AQ", "key_weak"),
            ("Ag", "key_weak"),
            ("BA", "key_weak"), ("AQAA", "key_weak"), ("AQAAAAE", "key_weak"), ("AAEAAQ", "key_malformed"),
            ("AA", "key_malformed"), ("", "key_malformed"), ("AQAB=", "key_malformed"), ("AQAC", "key_weak"),
        ]
    )
    func exponents(_ e: String, _ expected: String) throws {
        #expect(code(n: Base64URL.string(try sampleModulus()), e: e) == expected)
    }

    @Test("A modulus of the generator of CVE-2017-15361, made by its recipe")
    func brokenGenerator() {
        let modulus =
            "uXxyUuQjiL4Z9YzyQWUMVVRRd7Ur97f9k7w2iDUgNgMbH2qFmTRFA6FDT2JjRvYMKNckxETnfWQavxETcsgeq2NoMhDR16JU1DKvaTQJYyvjwF0X5"
            + "PArbjfDcHm3-fjENFfsS-RlAPzVZyv8PMHEWYLV88AQDj1etly00jz8cuCYwobyQpkp_1TZv38fmitAt_wAI0xbx8n4wzMK79mGTV5muHxEVdLVD1a"
            + "KhyuARfAN-e-DxSUzJ0IRvPBNe8tfz9cG8y-BQbPfgT1BbwxWhpSo9VHyOHoQ1eKEX2rmUzi7QYpUYwwVDxEPkHjf070qVk9kkLYuOubHLfN-7f1XVQ"
        #expect(code(n: modulus) == "key_weak")
    }

    @Test("A modulus with a changed byte mostly shows a small factor; none is called ROCA")
    func tamperedModulus() throws {
        let modulus = try sampleModulus()
        var codes: [String: Int] = [:]
        for index in 1..<255 {
            var changed = modulus
            changed[index] ^= 0x10
            codes[code(n: Base64URL.string(changed)), default: 0] += 1
        }
        #expect(codes["key_weak"] == nil)
        #expect((codes["key_malformed"] ?? 0) > 100)
    }

    @Test("Without alg the caller's list decides; with alg the key does")
    func algorithmsOfAKey() throws {
        let modulus = Base64URL.string(try sampleModulus())
        let open = try VerificationKey(jwk: ["kty": "RSA", "n": .string(modulus), "e": "AQAB"])
        #expect(open.algorithms == .rsa)
        #expect(open.jwk["alg"] == nil)
        for algorithm in SignatureAlgorithms.rsa.algorithms {
            let pinned = try VerificationKey(
                jwk: ["kty": "RSA", "n": .string(modulus), "e": "AQAB", "alg": .string(algorithm.rawValue)])
            #expect(pinned.algorithms == SignatureAlgorithms(algorithm))
            #expect(pinned.thumbprint == open.thumbprint)
        }
        #expect(code(n: modulus, ("alg", "RSA-OAEP")) == "key_use")
        #expect(code(n: modulus, ("alg", "ES256")) == "key_malformed")
        #expect(code(n: modulus, ("crv", "P-256")) == "key_malformed")
    }

    @Test("Signatures of the wrong length are refused before any arithmetic")
    func signatureLength() throws {
        for sample in try SharedData.sampleTokens() where ["RS256", "PS256"].contains(sample.algorithm) {
            let key = try VerificationKey(jwk: sample.key)
            let parts = sample.token.split(separator: ".").map(String.init)
            let signature = try #require(Base64URL.decode(parts[2]))
            for changed in [
                [0] + signature, signature + [0], Array(signature.dropLast()), Array(signature.dropFirst()), [1],
            ] {
                let token = try UnverifiedJWS(compact: "\(parts[0]).\(parts[1]).\(Base64URL.string(changed))")
                #expect(throws: JOSEError.self) { try token.verified(with: key, allowing: .all).get() }
            }
        }
    }
}
