// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension TlogProof {
    /// Whether the log that `verifier` trusts holds `entry` (the log's own bytes; for us a commitment) at ``index``.
    ///
    /// Checks the checkpoint's signatures, its origin, the witnesses, and the way from the entry to its root.
    public func verify(entry: [UInt8], with verifier: CheckpointVerifier) -> InclusionVerdict {
        verify(leafHash: MerkleTree.leafHash(of: entry), with: verifier)
    }

    /// The same for an entry of which only the RFC 6962 leaf hash is at hand.
    public func verify(leafHash: Hash32, with verifier: CheckpointVerifier) -> InclusionVerdict {
        let verified: VerifiedCheckpoint
        switch verifier.verify(checkpoint) {
        case .verified(let checkpoint): verified = checkpoint
        case .refused(let refusal): return .refused(.checkpoint(refusal))
        }
        let proof = InclusionProof(index: index, size: verified.checkpoint.size, hashes: hashes)
        switch proof.verify(leafHash: leafHash, root: verified.checkpoint.root) {
        case .valid: return .verified(VerifiedEntry(index: index, leafHash: leafHash, checkpoint: verified))
        case .invalid(let fault): return .refused(.proof(fault))
        }
    }
}
