// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing

@Suite("One token of each algorithm, made by another implementation")
struct SampleTokenTests {
    private func answer(_ token: String, _ key: JSONValue) throws -> JSONValue {
        let line = JSONValue.object(JSONObject([("id", 1), ("jws", .string(token)), ("jwk", key)]))
        return try JSONValue(parsing: BatchVerification.answer(line.serialized(), insecureHMAC: true))
    }

    @Test func everyAlgorithmVerifies() throws {
        let samples = try SharedData.sampleTokens()
        #expect(samples.count == SignatureAlgorithm.allCases.count + InsecureHMACAlgorithm.allCases.count)
        for sample in samples {
            #expect(try answer(sample.token, sample.key)["valid"] == true, "\(sample.algorithm)")
        }
    }

    @Test("A token verifies under no other algorithm, and only where it is allowed")
    func algorithmsAreNotExchangeable() throws {
        for sample in try SharedData.sampleTokens() where !sample.algorithm.hasPrefix("HS") {
            let own = try #require(SignatureAlgorithm(name: sample.algorithm))
            let key = try VerificationKey(jwk: sample.key)
            let token = try UnverifiedJWS(compact: sample.token)
            var others = SignatureAlgorithms.all
            others.remove(SignatureAlgorithms(own))
            #expect(throws: JOSEError.self) { try token.verified(with: key, allowing: others).get() }
            // A key that says another algorithm refuses, even where both fit the key type.
            for other in SignatureAlgorithm.allCases where other != own {
                var object = try #require(sample.key.objectValue)
                object["alg"] = .string(other.rawValue)
                guard let pinned = try? VerificationKey(jwk: .object(object)) else { continue }
                #expect(throws: JOSEError.self) { try token.verified(with: pinned, allowing: .all).get() }
            }
        }
    }

    @Test("Another algorithm's name over the same signature is refused")
    func relabelled() throws {
        for sample in try SharedData.sampleTokens() {
            let parts = sample.token.split(separator: ".").map(String.init)
            let keyID = sample.key["kid"]?.stringValue ?? ""
            let names = SignatureAlgorithm.allCases.map(\.rawValue) + ["none", "HS256", "HS384", "HS512", "ES256K", ""]
            for name in names where name != sample.algorithm {
                let header = Base64URL.string(#"{"alg":"\#(name)","kid":"\#(keyID)"}"#.utf8)
                #expect(try answer("\(header).\(parts[1]).\(parts[2])", sample.key)["valid"] == false)
            }
        }
    }
}
