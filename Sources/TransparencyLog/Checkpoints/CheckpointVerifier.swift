// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What makes a checkpoint of one log believable: its origin, the log's keys, and the witnesses wanted.
public struct CheckpointVerifier: Sendable, Hashable {
    /// Which log.
    public let origin: String
    /// How many different witnesses must have cosigned.
    public let quorum: Int
    private let notes: NoteVerifier
    private let logKeys: Set<VerifierKey>
    private let witnesses: Set<VerifierKey>

    /// Throws `.key` without a log key, when two keys cannot be told apart or two witnesses share a public key, or when
    /// the quorum is not from 0 to the number of witnesses.
    public init(
        origin: String,
        logKeys: [VerifierKey],
        witnesses: [VerifierKey] = [],
        quorum: Int = 0
    ) throws(TransparencyLogError) {
        guard !logKeys.isEmpty else { throw TransparencyLogError(.key, "a log has at least one key") }
        // One key under two names would count as two witnesses.
        guard Set(witnesses.map(\.publicKey)).count == witnesses.count else {
            throw TransparencyLogError(.key, "two witnesses share a public key")
        }
        guard quorum >= 0 && quorum <= witnesses.count else {
            throw TransparencyLogError(.key, "the quorum is more than there are witnesses")
        }
        notes = try NoteVerifier(logKeys + witnesses)
        self.origin = origin
        self.quorum = quorum
        self.logKeys = Set(logKeys)
        self.witnesses = Set(witnesses)
    }

    /// Judges a note that should be a checkpoint of this log.
    public func verify(_ note: SignedNote) -> CheckpointVerdict {
        let verified: VerifiedNote
        switch notes.verify(note) {
        case .verified(let note): verified = note
        case .refused(let refusal): return .refused(.note(refusal))
        }
        let checkpoint: Checkpoint
        do throws(TransparencyLogError) {
            checkpoint = try Checkpoint(text: note.text)
        } catch {
            return .refused(.malformed(error))
        }
        guard checkpoint.hasOrigin(origin) else { return .refused(.otherOrigin) }
        guard verified.signatures.contains(where: { logKeys.contains($0.key) }) else {
            return .refused(.notSignedByLog)
        }
        let found = verified.signatures.count { witnesses.contains($0.key) }
        guard found >= quorum else { return .refused(.tooFewWitnesses(found: found, wanted: quorum)) }
        return .verified(VerifiedCheckpoint(checkpoint: checkpoint, note: note, signatures: verified.signatures))
    }
}

// Written by hand because origins compare by their bytes, not by canonical equivalence as strings do.
extension CheckpointVerifier {
    /// Compares origin bytes, quorum and keys.
    public static func == (lhs: CheckpointVerifier, rhs: CheckpointVerifier) -> Bool {
        lhs.origin.utf8.elementsEqual(rhs.origin.utf8) && lhs.quorum == rhs.quorum
            && lhs.logKeys == rhs.logKeys && lhs.witnesses == rhs.witnesses
    }

    /// Feeds the keys and the quorum.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(quorum)
        hasher.combine(logKeys)
        hasher.combine(witnesses)
    }
}
