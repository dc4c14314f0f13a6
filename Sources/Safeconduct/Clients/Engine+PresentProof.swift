// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import TrustModel
internal import WorkloadIdentity

/// The key that the sender of a request holds, once its proof is spent.
struct PresentedProof: Sendable {
    /// The key's thumbprint, which `cnf.jkt` of a token holds.
    let key: Fingerprint
    let use: OneTimeUses.Use
}

extension Engine {
    /// The key that the sender of a request to an OAuth endpoint shows to hold (RFC 9449 section 5); nil when the request
    /// has no proof. From memory: the proof is not spent yet.
    ///
    /// A nonce is always required: it says that the proof was made lately, whatever the client's clock shows.
    func present(proof request: TokenRequest) -> Result<PresentedProof?, TokenRefusal> {
        guard let proof = request.proofs.first else { return .success(nil) }
        guard request.proofs.count == 1 else {
            return .failure(TokenRefusal(.invalidDPoPProof, "the header DPoP stands more than once"))
        }
        guard let target = DPoPTarget(request.endpoint) else {
            return .failure(TokenRefusal(.temporarilyUnavailable, "this server does not know its own address"))
        }
        let wanted = DPoPRequest(method: "POST", target: target, requiresNonce: true)
        switch proofRules.admission(of: proof, for: wanted, at: NumericDate(now())) {
        case .refused(let refusal):
            return .failure(TokenRefusal(refusal.error, refusal.message, reason: refusal.code))
        case .admitted(let possession):
            guard let key = Fingerprint(bytes: possession.thumbprint) else {
                return .failure(TokenRefusal(.invalidDPoPProof, "the proof's key has no thumbprint"))
            }
            let use = OneTimeUses.Use(
                namespace: "dpop:\(possession.jkt)",
                identifier: possession.identifier,
                issuedAt: Timestamp(possession.issuedAt).advanced(byMilliseconds: 999),
                until: Timestamp(possession.acceptedUntil).advanced(byMilliseconds: 1000)
            )
            return .success(PresentedProof(key: key, use: use))
        }
    }
}

extension TokenRefusal {
    static let proofReplayed = TokenRefusal(
        .invalidDPoPProof,
        "the proof was used before; make one for each request",
        reason: "proof_replayed"
    )
}
