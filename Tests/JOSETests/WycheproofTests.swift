// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing

/// Wycheproof's JWS, JWK and JWC vectors through the batch form, which every other path shares its code with.
@Suite(.enabled(if: SharedData.hasJOSE, "needs the shared conformance data"))
struct WycheproofTests {
    /// Labelled valid, and refused here on purpose: a header algorithm that is not the key's (346, 350) and a
    /// character outside of the alphabet in base64url (372, 373).
    private static let refusedOnPurpose: Set<Int64> = [346, 350, 372, 373]
    /// Labelled invalid for its padding, which the vector does not have: byte by byte it is the right token, so with
    /// HMAC switched on it must verify. Without, as everywhere in the product, it is refused with all others.
    private static let rightByItsBytes: Int64 = 367

    @Test(arguments: ["signature", "key", "crypto"], [false, true])
    func vectors(_ name: String, insecureHMAC: Bool) throws {
        let file = try SharedData.jose("wycheproof_json_web_\(name).json")
        var counts = ["valid": 0, "invalid": 0]
        for group in file["testGroups"]?.arrayValue ?? [] {
            let key = try #require(group["public"] ?? group["private"])
            let isSymmetric = key["kty"] == "oct" || key["keys"]?.arrayValue?.contains { $0["kty"] == "oct" } == true
            for test in group["tests"]?.arrayValue ?? [] {
                // What has no `jws` is encryption, which is not done here.
                guard let token = test["jws"], let id = test["tcId"]?.integerValue else { continue }
                let member = key["keys"] == nil ? "jwk" : "jwks"
                let line = JSONValue.object(JSONObject([("id", .integer(id)), ("jws", token), (member, key)]))
                let answer = try JSONValue(
                    parsing: BatchVerification.answer(line.serialized(), insecureHMAC: insecureHMAC)
                )
                let result = try #require(test["result"]?.stringValue)
                var expected = result == "valid"
                if name == "signature", Self.refusedOnPurpose.contains(id) { expected = false }
                if name == "signature", id == Self.rightByItsBytes { expected = true }
                if isSymmetric, !insecureHMAC { expected = false }
                #expect(answer["valid"]?.boolValue == expected, "\(name) \(id): \(test["comment"] ?? .null) \(answer)")
                counts[result, default: 0] += 1
            }
        }
        print("wycheproof \(name): \(counts["valid"] ?? 0) valid, \(counts["invalid"] ?? 0) invalid")
        #expect((counts["invalid"] ?? 0) > 8)
    }

    @Test(
        "RFC 7520 section 4: four signed examples",
        arguments: [
            "4_1.rsa_v15_signature", "4_2.rsa-pss_signature", "4_3.ecdsa_signature",
            "4_4.hmac-sha2_integrity_protection",
        ]
    )
    func cookbook(_ name: String) throws {
        let file = try SharedData.jose("rfc7520/\(name).json")
        let key = try #require(file["input"]?["key"])
        let token = try #require(file["output"]?["compact"])
        let payload = try #require(file["input"]?["payload"]?.stringValue)
        let compact = Array(try #require(token.stringValue).utf8)
        if key["kty"] == "oct" {
            #expect(try InsecureHMACKey(jwk: key).payload(of: compact).get() == Array(payload.utf8))
        } else {
            // The examples' keys come with their private half, which a published key must not have.
            #expect(throws: JOSEError.self) { try VerificationKey(jwk: key) }
            let verified = try UnverifiedJWS(compact: compact)
                .verified(with: try VerificationKey(jwk: key, privateMembers: .checked), allowing: .all).get()
            #expect(verified.payload == Array(payload.utf8))
        }
    }

    @Test("RFC 7520 section 3: the public keys are read, the private ones refused")
    func cookbookKeys() throws {
        for name in ["3_1.ec_public_key", "3_3.rsa_public_key"] {
            let key = try VerificationKey(jwk: SharedData.jose("rfc7520/\(name).json"))
            #expect(key.keyID == "bilbo.baggins@hobbiton.example")
        }
        for name in ["3_2.ec_private_key", "3_4.rsa_private_key"] {
            let json = try SharedData.jose("rfc7520/\(name).json")
            #expect(throws: JOSEError.self) { try VerificationKey(jwk: json) }
            let key = try VerificationKey(jwk: json, privateMembers: .checked)
            #expect(key.jwk["d"] == nil)
            var tampered = try #require(json.objectValue)
            let half = try #require(tampered["d"]?.stringValue.flatMap { Base64URL.decode($0) })
            tampered["d"] = .string(Base64URL.string(half.dropLast() + [(half.last ?? 0) ^ 2]))
            #expect(throws: JOSEError.self) { try VerificationKey(jwk: .object(tampered), privateMembers: .checked) }
        }
    }
}
