// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import JOSE
internal import TrustModel
internal import WorkloadIdentity

extension Engine {
    /// What DPoP proofs for endpoints of this server must be (RFC 9449 sections 4.3 and 8).
    ///
    /// Nonces are of the control plane and not of one process: what proofs are spent in is shared by all nodes and outlives
    /// every process, so a nonce that one node gave counts at the others and after a restart. The memory's own beginning
    /// stands in for that of the process.
    static func proofRules(_ sealer: Sealer, since began: Timestamp) throws -> DPoPRules {
        let key = try sealer.secret("key/dpop-nonces") { SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) } }
        return try DPoPRules(nonces: DPoPNonces(key: key, node: "control-plane", startedAt: NumericDate(began)))
    }

    /// The nonce for the next proof, which every answer of the token endpoint brings (RFC 9449 section 8.2).
    public func dpopNonce() -> String { proofRules.nonces.nonce(at: NumericDate(now())) }

    /// The algorithms of DPoP proofs and of client assertions, by their names in metadata.
    public static var clientAlgorithms: [String] { IssuerRule.defaultAlgorithms.algorithms.map(\.rawValue) }
}
