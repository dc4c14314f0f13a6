// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel
import WorkloadIdentity

@testable import Safeconduct

@Suite struct ProofOfPossessionTests {
    private static func reason(_ result: Result<PresentedProof?, TokenRefusal>) -> String {
        switch result {
        case .success(let proof): proof == nil ? "no proof" : "proven"
        case .failure(let refusal): "\(refusal.error.code) \(refusal.reason)"
        }
    }

    @Test func aNonceIsAlwaysAskedFor() async throws {
        try await World.run { world async throws in
            let key = SigningKey.generate(.es256)
            func present(_ nonce: String?, _ changes: JSONValue = [:]) throws -> String {
                Self.reason(
                    world.engine.present(
                        proof: try World.request([], proofs: [world.proof(key, nonce: nonce, changes)])
                    )
                )
            }
            let nonce = world.engine.dpopNonce()
            #expect(try present(nil) == "use_dpop_nonce proof_nonce_missing")
            #expect(try present("abc") == "use_dpop_nonce proof_nonce_unknown")
            #expect(try present(nonce) == "proven")
            // The nonce of one node is good at the others, and after a start.
            #expect(try await world.neighbour().engine.dpopNonce() == nonce)
            #expect(try await world.reopened().engine.dpopNonce() == nonce)
            world.clock.advance(seconds: 300)
            #expect(try present(nonce) == "use_dpop_nonce proof_nonce_unknown")
        }
    }

    @Test func itIsForThisEndpointAndMoment() async throws {
        try await World.run { world async throws in
            let key = SigningKey.generate(.edDSA)
            let nonce = world.engine.dpopNonce()
            let now = world.clock.now.milliseconds / 1000
            for (changes, wanted) in [
                (["htm": "GET"], "proof_method_mismatch"),
                (["htu": "https://trust.example/oauth2/revoke"], "proof_target_mismatch"),
                (["htu": .string(World.tokenEndpoint + "?a=b")], "proven"),
                (["iat": .integer(now - 61)], "proof_expired"),
                (["iat": .integer(now + 30)], "proof_issued_in_future"), (["ath": "x"], "proof_claim_ath"),
                (["jti": .null], "proof_claim_jti"),
            ] as [(JSONValue, String)] {
                let proof = try world.proof(key, nonce: nonce, changes)
                let found = Self.reason(world.engine.present(proof: try World.request([], proofs: [proof])))
                #expect(found == wanted || found == "invalid_dpop_proof \(wanted)")
            }
            let proof = try world.proof(key, nonce: nonce)
            let twice = try World.request([], proofs: [proof, proof])
            #expect(Self.reason(world.engine.present(proof: twice)) == "invalid_dpop_proof invalid_dpop_proof")
            #expect(Self.reason(world.engine.present(proof: try World.request([]))) == "no proof")
        }
    }
}
