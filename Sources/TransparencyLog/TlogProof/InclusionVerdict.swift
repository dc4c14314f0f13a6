// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What verifying a `.tlog-proof` came to.
public enum InclusionVerdict: Sendable, Hashable {
    /// The log holds the entry.
    case verified(VerifiedEntry)
    /// The proof shows nothing.
    case refused(InclusionRefusal)

    /// The verified entry, if it is one.
    public var entry: VerifiedEntry? {
        guard case .verified(let entry) = self else { return nil }
        return entry
    }
}

/// Why a `.tlog-proof` shows nothing.
public enum InclusionRefusal: Sendable, Hashable {
    /// The checkpoint in it must be ignored.
    case checkpoint(CheckpointRefusal)
    /// The hashes do not lead from the entry to the checkpoint's root.
    case proof(ProofFault)
    /// The file is no receipt of ours: its extra data are not a salt of 32 bytes.
    case noSalt
}

/// That a log holds an entry. Only ``TlogProof`` makes one.
public struct VerifiedEntry: Sendable, Hashable {
    /// The zero-based place of the entry in the log.
    public let index: UInt64
    /// The RFC 6962 hash of the entry.
    public let leafHash: Hash32
    /// The believed checkpoint.
    public let checkpoint: VerifiedCheckpoint
}
