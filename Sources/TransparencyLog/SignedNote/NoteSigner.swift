// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Signs notes with an Ed25519 key (c2sp.org/signed-note, signature type 0x01). Prints its name, never its key.
public struct NoteSigner: Sendable, CustomStringConvertible, CustomReflectable {
    private let key: SigningKey

    /// Takes the 32-byte private key of RFC 8032 section 5.1.5. Throws `.key` for another length.
    public init(name: KeyName, seed: [UInt8]) throws(TransparencyLogError) {
        key = try SigningKey(name: name, algorithm: .ed25519, seed: seed)
    }

    /// Draws a new key that signs under `name`.
    public init(generating name: KeyName) throws(TransparencyLogError) {
        key = try SigningKey(generating: name, algorithm: .ed25519)
    }

    /// The public half, to be given to verifiers.
    public var verifierKey: VerifierKey {
        key.verifier
    }

    /// The private key, for a sealed store and nothing else.
    public var seed: [UInt8] {
        key.seed
    }

    /// The signature line for `text`. Throws `.note` or `.encoding` when the text cannot stand in a note.
    public func signature(over text: [UInt8]) throws(TransparencyLogError) -> NoteSignature {
        try SignedNote.check(text: text)
        return NoteSignature(name: verifierKey.name, keyID: verifierKey.keyID, blob: try key.sign(text))
    }

    /// A note of `text` with this one signature.
    public func sign(_ text: [UInt8]) throws(TransparencyLogError) -> SignedNote {
        try SignedNote(text: text, signatures: [try signature(over: text)])
    }

    /// The checkpoint as a note with this one signature.
    public func sign(_ checkpoint: Checkpoint) throws(TransparencyLogError) -> SignedNote {
        try sign(checkpoint.text)
    }

    /// The public half only.
    public var description: String {
        "NoteSigner(\(verifierKey))"
    }

    /// Shows the public half only to dumps and debuggers' mirrors.
    public var customMirror: Mirror {
        Mirror(self, children: ["verifierKey": verifierKey])
    }
}
