// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import JOSE
import StrictJSON
import WorkloadIdentity

/// Makes proofs with any header and claims, signed rightly.
struct ProofForge {
    let key = SigningKey.generate(.es256)
    static let now = NumericDate(seconds: 1_000_000)

    func proof(_ changes: [(String, JSONValue?)] = [], type: String = DPoPProof.type) throws -> String {
        var claims = JSONObject([
            ("jti", "j1"), ("htm", "POST"), ("htu", "https://as.example/oauth2/token"), ("iat", 1_000_000),
        ])
        for (name, value) in changes { claims[name] = value }
        let bytes = try key.signEmbeddingKey(JSONValue.object(claims).serialized(), type: type)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Nonces of a process that began long before.
    static func nonces(
        node: String = "node-1",
        startedAt: NumericDate = NumericDate(seconds: 900_000),
        keyByte: UInt8 = 7
    ) throws -> DPoPNonces {
        try DPoPNonces(
            key: [UInt8](repeating: keyByte, count: 32),
            node: node,
            startedAt: startedAt,
            windowSeconds: 100
        )
    }

    static func code(_ outcome: DPoPOutcome) -> String {
        switch outcome {
        case .admitted: "admitted"
        case .refused(let refusal): refusal.code
        }
    }
}
