// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What verifying a note came to.
public enum NoteVerdict: Sendable, Hashable {
    /// At least one known key signed, and no signature of a known key failed.
    case verified(VerifiedNote)
    /// The text must be ignored.
    case refused(NoteRefusal)

    /// The verified note, if it is one.
    public var note: VerifiedNote? {
        guard case .verified(let note) = self else { return nil }
        return note
    }
}

/// Why a note must be ignored.
public enum NoteRefusal: Sendable, Hashable {
    /// No signature comes from a known key.
    case unknownKeys
    /// A signature that names a known key does not verify.
    case invalidSignature(KeyName)
}

/// A note whose text may be believed. Only ``NoteVerifier`` makes one.
public struct VerifiedNote: Sendable, Hashable {
    /// The note.
    public let note: SignedNote
    /// The signatures of known keys, each key once, in the order of their lines. Never empty.
    public let signatures: [VerifiedSignature]
}

/// A signature that was checked with the key it names.
public struct VerifiedSignature: Sendable, Hashable {
    /// The key.
    public let key: VerifierKey
    /// When a cosigner says that it signed, in seconds since 1970; `nil` for a plain signature.
    public let timestamp: UInt64?
}
