// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Cosigns checkpoints, as a witness does (c2sp.org/tlog-cosignature, type 0x04). Prints its name, never its key.
///
/// A cosignature says that the cosigner has seen the log grow consistently up to this checkpoint. Checking that first,
/// and remembering it, is the caller's duty.
public struct Cosigner: Sendable, CustomStringConvertible, CustomReflectable {
    private let key: SigningKey

    /// Takes the 32-byte private key of RFC 8032 section 5.1.5. Throws `.key` for another length.
    public init(name: KeyName, seed: [UInt8]) throws(TransparencyLogError) {
        key = try SigningKey(name: name, algorithm: .cosignatureV1, seed: seed)
    }

    /// Draws a new key that cosigns under `name`.
    public init(generating name: KeyName) throws(TransparencyLogError) {
        key = try SigningKey(generating: name, algorithm: .cosignatureV1)
    }

    /// The public half, to be given to verifiers.
    public var verifierKey: VerifierKey {
        key.verifier
    }

    /// The private key, for a sealed store and nothing else.
    public var seed: [UInt8] {
        key.seed
    }

    /// The signature line for a checkpoint, as of `timestamp` seconds since 1970. Throws `.checkpoint` for a time past
    /// 2^63 - 1.
    public func cosign(
        _ checkpoint: Checkpoint,
        at timestamp: UInt64
    ) throws(TransparencyLogError) -> NoteSignature {
        guard timestamp <= CosignatureV1.maximumTimestamp else {
            throw TransparencyLogError(.checkpoint, "the time of a cosignature is at most 2^63 - 1")
        }
        let signature = try key.sign(CosignatureV1.message(at: timestamp, text: checkpoint.text))
        let blob = CosignatureV1.blob(timestamp: timestamp, signature: signature)
        return NoteSignature(name: verifierKey.name, keyID: verifierKey.keyID, blob: blob)
    }

    /// The public half only.
    public var description: String {
        "Cosigner(\(verifierKey))"
    }

    /// Shows the public half only to dumps and debuggers' mirrors.
    public var customMirror: Mirror {
        Mirror(self, children: ["verifierKey": verifierKey])
    }
}
