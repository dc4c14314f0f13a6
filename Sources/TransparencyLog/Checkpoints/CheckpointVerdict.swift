// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What verifying a checkpoint came to.
public enum CheckpointVerdict: Sendable, Hashable {
    /// The log signed it, and enough witnesses did.
    case verified(VerifiedCheckpoint)
    /// The checkpoint must be ignored.
    case refused(CheckpointRefusal)

    /// The verified checkpoint, if it is one.
    public var checkpoint: VerifiedCheckpoint? {
        guard case .verified(let checkpoint) = self else { return nil }
        return checkpoint
    }
}

/// Why a checkpoint must be ignored.
public enum CheckpointRefusal: Sendable, Hashable {
    /// The note around it does not verify.
    case note(NoteRefusal)
    /// The signed text is not a checkpoint.
    case malformed(TransparencyLogError)
    /// It is the checkpoint of another log.
    case otherOrigin
    /// None of the log's own keys signed it.
    case notSignedByLog
    /// Fewer witnesses than wanted cosigned it.
    case tooFewWitnesses(found: Int, wanted: Int)
}

/// A checkpoint that may be believed. Only ``CheckpointVerifier`` makes one.
public struct VerifiedCheckpoint: Sendable, Hashable {
    /// The claim.
    public let checkpoint: Checkpoint
    /// The note that carried it.
    public let note: SignedNote
    /// The signatures of known keys, the log's and the witnesses'.
    public let signatures: [VerifiedSignature]
}
