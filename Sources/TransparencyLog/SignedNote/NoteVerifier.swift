// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The keys that are trusted to sign a note.
public struct NoteVerifier: Sendable, Hashable {
    /// The trusted keys.
    public let keys: [VerifierKey]
    private let identifiers: [Identifier: Int]

    private struct Identifier: Sendable, Hashable {
        let name: KeyName
        let keyID: UInt32
    }

    /// Throws `.key` when two keys share name and id: a signature line could not tell them apart.
    public init(_ keys: [VerifierKey]) throws(TransparencyLogError) {
        var identifiers: [Identifier: Int] = [:]
        for (index, key) in keys.enumerated() {
            let identifier = Identifier(name: key.name, keyID: key.keyID)
            guard identifiers.updateValue(index, forKey: identifier) == nil else {
                throw TransparencyLogError(.key, "two verifier keys share name and key id")
            }
        }
        self.keys = keys
        self.identifiers = identifiers
    }

    /// Checks every signature of a known key; others are ignored (c2sp.org/signed-note, "Signatures").
    ///
    /// One failing signature of a known key refuses the whole note, as the specification recommends.
    public func verify(_ note: SignedNote) -> NoteVerdict {
        var verified: [VerifiedSignature] = []
        var seen: Set<Int> = []
        for signature in note.signatures {
            let identifier = Identifier(name: signature.name, keyID: signature.keyID)
            guard let index = identifiers[identifier] else { continue }
            guard let result = Self.verify(signature.blob, of: keys[index], over: note.text) else {
                return .refused(.invalidSignature(signature.name))
            }
            if seen.insert(index).inserted { verified.append(result) }
        }
        guard !verified.isEmpty else { return .refused(.unknownKeys) }
        return .verified(VerifiedNote(note: note, signatures: verified))
    }

    private static func verify(_ blob: [UInt8], of key: VerifierKey, over text: [UInt8]) -> VerifiedSignature? {
        switch key.algorithm {
        case .ed25519:
            guard key.isSignature(blob, over: text) else { return nil }
            return VerifiedSignature(key: key, timestamp: nil)
        case .cosignatureV1:
            // A cosignature speaks about a checkpoint; over any other text it means nothing.
            guard let cosignature = CosignatureV1(blob: blob), (try? Checkpoint(text: text)) != nil,
                key.isSignature(
                    cosignature.signature,
                    over: CosignatureV1.message(at: cosignature.timestamp, text: text)
                )
            else { return nil }
            return VerifiedSignature(key: key, timestamp: cosignature.timestamp)
        }
    }
}
