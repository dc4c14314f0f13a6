// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Our receipts are proof files whose entry is a commitment and whose extra data are its salt: with the body beside it,
/// the file can be checked with none of our code.
extension TlogProof {
    /// A receipt for the leaf that `salt` hides. Throws `.proof` when there are more than 63 hashes.
    public init(
        receiptFor proof: InclusionProof,
        salt: LeafSalt,
        checkpoint: SignedNote
    ) throws(TransparencyLogError) {
        try self.init(index: proof.index, hashes: proof.hashes, checkpoint: checkpoint, extra: salt.bytes)
    }

    /// The salt that a receipt carries; `nil` when the extra data are not 32 bytes.
    public var salt: LeafSalt? {
        extra.flatMap { LeafSalt(bytes: $0) }
    }

    /// Whether the log that `verifier` trusts holds a commitment to `body`, the bytes as stored.
    ///
    /// The salt comes from the file and is not signed, yet no other salt leads to the same leaf.
    public func verify(body: [UInt8], with verifier: CheckpointVerifier) -> InclusionVerdict {
        guard let salt else { return .refused(.noSalt) }
        return verify(leafHash: LeafCommitment(salt: salt, body: body).leafHash, with: verifier)
    }
}
