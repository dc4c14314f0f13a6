// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// Checks a receipt without any server.
struct ReceiptCheck {
    /// The log that the receipt speaks of.
    let origin: String
    private let proof: TlogProof

    /// Reads a `.tlog-proof` file.
    init(receipt: [UInt8]) throws(CommandFailure) {
        do throws(TransparencyLogError) {
            proof = try TlogProof(parsing: receipt)
            origin = try Checkpoint(text: proof.checkpoint.text).origin
        } catch {
            throw CommandFailure(.error, "the receipt is malformed: \(error.message)")
        }
    }

    /// The key of the receipt's log among those given.
    func key(among keys: [VerifierKey]) -> VerifierKey? {
        keys.first { $0.name.text.utf8.elementsEqual(origin.utf8) }
    }

    /// Where `body` stands in the log of `key`.
    ///
    /// - Throws: ``CommandFailure`` with the status `error` when the receipt does not show that it does.
    func verify(body: [UInt8], key: VerifierKey) throws(CommandFailure) -> VerifiedEntry {
        let verifier: CheckpointVerifier
        do throws(TransparencyLogError) {
            verifier = try CheckpointVerifier(origin: key.name.text, logKeys: [key])
        } catch {
            throw CommandFailure(.error, "the key cannot be used: \(error.message)")
        }
        switch proof.verify(body: body, with: verifier) {
        case .verified(let entry): return entry
        case .refused(let refusal):
            throw CommandFailure(.error, "NOT verified: \(Self.sentence(refusal))")
        }
    }

    private static func sentence(_ refusal: InclusionRefusal) -> String {
        switch refusal {
        case .checkpoint(let refusal): CheckpointSentence.of(refusal)
        case .proof: "the body is not the one that stands in the log"
        case .noSalt: "the receipt has no salt of 32 bytes"
        }
    }
}

/// Why a checkpoint is not believed, in words.
enum CheckpointSentence {
    static func of(_ refusal: CheckpointRefusal) -> String {
        switch refusal {
        case .note: "the checkpoint's signature is not that of the key"
        case .malformed(let error): "the checkpoint is malformed: \(error.message)"
        case .otherOrigin: "the checkpoint is of another log"
        case .notSignedByLog: "the log did not sign the checkpoint"
        case .tooFewWitnesses(let found, let wanted): "\(found) of \(wanted) wanted witnesses cosigned the checkpoint"
        }
    }
}

/// Verifier keys as text.
enum LogKeys {
    /// The keys, one a line (C2SP signed-note).
    static func read(_ text: String) throws(CommandFailure) -> [VerifierKey] {
        var keys: [VerifierKey] = []
        for line in text.split(separator: "\n") { keys.append(try key(String(line))) }
        return keys
    }

    /// One key.
    static func key(_ text: String) throws(CommandFailure) -> VerifierKey {
        do throws(TransparencyLogError) { return try VerifierKey(text) } catch {
            throw CommandFailure(.error, "the verifier key is malformed: \(error.message)")
        }
    }
}
