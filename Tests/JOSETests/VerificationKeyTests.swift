// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import JOSE
import StrictJSON
import Testing

struct VerificationKeyTests {
    static let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"

    private func code(_ jwk: JSONValue, _ rule: VerificationKey.PrivateMembers = .refused) -> String {
        do throws(JOSEError) {
            _ = try VerificationKey(jwk: jwk, privateMembers: rule)
            return "valid"
        } catch {
            return error.code.description
        }
    }

    private func with(_ jwk: JSONObject, _ changes: (String, JSONValue?)...) -> JSONValue {
        var changed = jwk
        for (name, value) in changes { changed[name] = value }
        return .object(changed)
    }

    @Test("RFC 7638 section 3.1 and RFC 8037 appendix A.3")
    func thumbprints() throws {
        let rsa = try VerificationKey(jwk: [
            "kty": "RSA", "alg": "RS256", "kid": "2011-04-29", "e": "AQAB",
            "n": .string(
                "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZ"
                    + "CiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqz"
                    + "s8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINH"
                    + "aQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
            ),
        ])
        #expect(Base64URL.string(rsa.thumbprint) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        let okp = try VerificationKey(jwk: ["kty": "OKP", "crv": "Ed25519", "x": .string(Self.x)])
        #expect(Base64URL.string(okp.thumbprint) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    }

    @Test("RFC 8037 appendix A.4")
    func edDSAExample() throws {
        let key = try VerificationKey(jwk: ["kty": "OKP", "crv": "Ed25519", "x": .string(Self.x)])
        let token =
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhij"
            + "cNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        let verified = try UnverifiedJWS(compact: token).verified(with: key, allowing: .edDSA).get()
        #expect(verified.payload == Array("Example of Ed25519 signing".utf8))
    }

    /// A member, its JSON text (nil leaves it out), and what becomes of the key.
    static let memberCases: [(String, String?, String)] = [
        ("use", #""sig""#, "valid"), ("use", #""enc""#, "key_use"), ("use", #""Sig""#, "key_use"),
        ("use", "null", "key_malformed"), ("use", #"["sig"]"#, "key_malformed"), ("use", #""""#, "key_use"),
        ("use", nil, "valid"),
        ("key_ops", #"["verify"]"#, "valid"), ("key_ops", #"["sign","verify"]"#, "valid"),
        ("key_ops", #"["sign"]"#, "key_use"), ("key_ops", "[]", "key_use"), ("key_ops", #"["encrypt"]"#, "key_use"),
        ("key_ops", #"["verify","encrypt"]"#, "key_use"), ("key_ops", #"["verify","verify"]"#, "key_use"),
        ("key_ops", #""verify""#, "key_malformed"), ("key_ops", "[1]", "key_use"), ("key_ops", "null", "key_malformed"),
        ("alg", #""ES256""#, "valid"), ("alg", nil, "valid"), ("alg", #""ES384""#, "key_malformed"),
        ("alg", #""RS256""#, "key_malformed"), ("alg", #""none""#, "key_use"), ("alg", #""HS256""#, "key_use"),
        ("alg", #""ECDH-ES""#, "key_use"), ("alg", #""es256""#, "key_use"), ("alg", "null", "key_malformed"),
        ("alg", #""ES521""#, "key_use"),
        ("kid", #""a""#, "valid"), ("kid", nil, "valid"), ("kid", #""""#, "key_malformed"),
        ("kid", "1", "key_malformed"),
        ("kid", "null", "key_malformed"),
        ("kty", #""RSA""#, "key_malformed"), ("kty", #""OKP""#, "key_malformed"), ("kty", #""oct""#, "key_unsupported"),
        ("kty", #""ec""#, "key_unsupported"), ("kty", #""AKP""#, "key_unsupported"), ("kty", "null", "key_malformed"),
        ("crv", #""P-384""#, "key_malformed"), ("crv", #""secp256k1""#, "key_unsupported"),
        ("crv", #""p-256""#, "key_unsupported"), ("crv", #""Ed25519""#, "key_unsupported"),
        ("crv", "256", "key_malformed"),
        ("n", #""AQAB""#, "key_malformed"), ("k", #""AQAB""#, "key_malformed"), ("d", #""AQAB""#, "key_private"),
        ("x5t", #""whatever""#, "valid"), ("future", "[1]", "valid"),
    ]

    @Test("What the JWK says it is for", arguments: memberCases)
    func members(_ name: String, _ text: String?, _ expected: String) throws {
        let jwk = SigningKey.generate(.es256, keyID: "k").verificationKey.jwk
        let value = try text.map { try JSONValue(parsing: $0) }
        #expect(code(with(jwk, (name, value))) == expected, "\(name) \(text ?? "absent")")
    }

    @Test("Required members", arguments: ["kty", "crv", "x", "y"])
    func missing(_ name: String) {
        let jwk = SigningKey.generate(.es256).verificationKey.jwk
        #expect(code(with(jwk, (name, nil))) == "key_malformed")
    }

    @Test("Coordinates have one length, one spelling, and lie on the curve")
    func coordinates() throws {
        for algorithm in ["ES256", "ES384", "ES512"] {
            let sample = try #require(try SharedData.sampleTokens().first { $0.algorithm == algorithm })
            let jwk = try #require(sample.key.objectValue)
            #expect(code(.object(jwk)) == "valid")
            for name in ["x", "y"] {
                let bytes = try #require(jwk[name]?.stringValue.flatMap { Base64URL.decode($0) })
                for changed in [
                    [0] + bytes, Array(bytes.dropFirst()), bytes + [0], [], [UInt8](repeating: 0, count: bytes.count),
                ] {
                    #expect(code(with(jwk, (name, .string(Base64URL.string(changed))))) == "key_malformed")
                }
                for index in stride(from: 0, to: bytes.count, by: 7) {
                    var flipped = bytes
                    flipped[index] ^= 1
                    #expect(code(with(jwk, (name, .string(Base64URL.string(flipped))))) == "key_malformed")
                }
                #expect(code(with(jwk, (name, .string((jwk[name]?.stringValue ?? "") + "=")))) == "key_malformed")
            }
            // The point at infinity and a compressed point have no JWK.
            #expect(code(with(jwk, ("y", "AA"))) == "key_malformed")
        }
    }

    @Test(
        "Ed25519 keys under which one signature fits many messages, and spellings beyond the field",
        arguments: [
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA", "7P______________________________________________38",
            "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o", "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU",
            "7f______________________________________38", "_____________________________________38",
        ]
    )
    func smallOrder(_ x: String) {
        #expect(code(["kty": "OKP", "crv": "Ed25519", "x": .string(x)]) == "key_malformed")
    }

    @Test("Octet key pairs of other curves")
    func otherCurves() {
        for curve in ["X25519", "Ed448", "ed25519"] {
            #expect(code(["kty": "OKP", "crv": .string(curve), "x": .string(Self.x)]) == "key_unsupported")
        }
        #expect(code(["kty": "OKP", "crv": "Ed25519", "x": .string(Self.x), "y": "AA"]) == "key_malformed")
        for (algorithm, expected) in [
            ("EdDSA", "valid"), ("Ed25519", "valid"), ("Ed448", "key_use"), ("ES256", "key_malformed"),
        ] {
            let jwk: JSONValue = ["kty": "OKP", "crv": "Ed25519", "x": .string(Self.x), "alg": .string(algorithm)]
            #expect(code(jwk) == expected)
        }
    }

    @Test func privateHalves() throws {
        for kind in SigningKey.Kind.allCases {
            let key = SigningKey.generate(kind)
            let jwk = key.verificationKey.jwk
            let own = JSONValue.string(Base64URL.string(key.secretBytes))
            let other = JSONValue.string(Base64URL.string(SigningKey.generate(kind).secretBytes))
            #expect(code(with(jwk, ("d", own))) == "key_private")
            #expect(code(with(jwk, ("d", own)), .checked) == "valid")
            #expect(code(with(jwk, ("d", other)), .checked) == "key_private")
            #expect(code(with(jwk, ("d", "AA")), .checked) == "key_malformed")
            #expect(code(with(jwk, ("d", 1)), .checked) == "key_malformed")
        }
    }

    @Test func serializationRoundTrips() throws {
        for sample in try SharedData.sampleTokens() where !sample.algorithm.hasPrefix("HS") {
            let key = try VerificationKey(jwk: sample.key)
            let again = try VerificationKey(jwk: .object(key.jwk))
            #expect(again.thumbprint == key.thumbprint && again.keyID == key.keyID)
            #expect(again.algorithms.isSubset(of: key.algorithms))
            for (name, value) in [
                ("x", sample.key["x"]), ("y", sample.key["y"]), ("n", sample.key["n"]), ("e", sample.key["e"]),
            ] {
                #expect(key.jwk[name] == value)
            }
        }
    }
}
