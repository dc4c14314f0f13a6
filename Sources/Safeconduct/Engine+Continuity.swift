// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import TransparencyLog
internal import TrustModel
internal import TrustStore

extension Engine {
    /// Refuses to begin a new control log where there was one: its keys would sign a second history under the same
    /// origin, and every cut and hold would be forgotten.
    static func checkNothingWasLost(_ store: any TrustStore, _ log: any StoredLog) throws {
        let isNew = try store.sealed.read(begunMark) == nil && store.evidenceLogs().isEmpty
        // Another node may have begun it just now: the marks are looked at before the log.
        guard try isNew || log.head().size > 0 else {
            throw EngineError(
                .corrupt,
                "the control log of this data directory is missing; put a backup into an empty directory with "
                    + "'safeconduct restore', or begin with an empty one"
            )
        }
    }

    /// Remembers beside the keys that the control log has begun.
    static func markBegun(_ store: any TrustStore) throws {
        if try store.sealed.read(begunMark) == nil { _ = try store.sealed.insert(begunMark, [1]) }
    }

    private static var begunMark: String { "begun" }

    /// Compares the evidence of every node with the control log: neither may be older than the other says.
    ///
    /// - Throws: ``EngineError`` with `.corrupt` when evidence was decided at a revision that the control log does not
    ///   have (an old copy of it was put back, and with it revoked credentials), or when evidence that the control log
    ///   anchors is missing, shorter or different.
    static func checkContinuity(
        _ store: any TrustStore,
        _ state: TrustState,
        _ origins: LogOrigins,
        control log: any StoredLog,
        signer: (LogName) throws -> NoteSigner
    ) throws {
        let names = try store.evidenceLogs()
        var anchors = Dictionary(uniqueKeysWithValues: state.anchors.map { ($0.origin, $0) })
        for name in names {
            guard case .evidence(let number, _) = name, state.node(number) != nil else { throw olderThanEvidence }
            let evidence = try store.log(name, signer: try signer(name))
            let head = try evidence.head()
            if let anchor = anchors.removeValue(forKey: origins.origin(of: name)) {
                try check(anchor, evidence, head)
            }
            // Another node may decide at this moment, by entries that were appended after the state was read.
            try checkRevision(of: evidence, head) { try log.head().size }
        }
        for anchor in anchors.values where origins.bases.contains(where: { anchor.origin.hasPrefix($0 + "evidence-") })
        {
            throw EngineError(.corrupt, "the evidence log '\(anchor.origin)' is missing; the control log anchors it")
        }
    }

    /// Whether what was anchored is still a beginning of the log.
    private static func check(_ anchor: EvidenceAnchor, _ log: any StoredLog, _ head: LogHead) throws {
        let fault = EngineError(
            .corrupt,
            "the evidence log '\(anchor.origin)' is not a continuation of what the control log anchors"
        )
        guard head.size >= anchor.size, let bytes = Data(base64Encoded: anchor.root),
            let root = Hash32(bytes: Array(bytes))
        else { throw fault }
        let proof = ConsistencyProof(
            oldSize: anchor.size,
            newSize: head.size,
            hashes: try log.consistencyProof(old: anchor.size, new: head.size)
        )
        guard proof.verify(oldRoot: root, newRoot: head.root) == .valid else { throw fault }
    }

    /// Whether the newest leaves were written at revisions that the control log has.
    private static func checkRevision(of log: any StoredLog, _ head: LogHead, size: () throws -> UInt64) throws {
        for stored in try log.leaves(head.size - min(head.size, 64)..<head.size) {
            // Nothing erases a body; without the newest ones an older control log could be put beside them.
            guard let body = stored.body else {
                throw EngineError(
                    .corrupt,
                    "a leaf of the evidence has lost its body; 'safeconduct log fsck' says which"
                )
            }
            // Some leaves name no revision.
            guard let leaf = EvidenceLeaf(stored: body) else {
                throw EngineError(.corrupt, "a leaf of the evidence is unreadable")
            }
            guard let rev = leaf.rev, try rev >= size() else { continue }
            throw olderThanEvidence
        }
    }

    private static var olderThanEvidence: EngineError {
        EngineError(
            .corrupt,
            "the control log is older than the evidence: decisions were made at revisions that it lacks"
        )
    }
}
