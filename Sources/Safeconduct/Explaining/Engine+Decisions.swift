// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TransparencyLog
public import TrustModel
public import TrustStore

/// A decision as it lies in its log.
public struct StoredDecision: Sendable {
    /// Its id.
    public let id: ObjectID
    /// The log that holds its leaf.
    public let log: LogName
    /// The index of its leaf.
    public let index: UInt64
    /// The leaf.
    public let leaf: StoredLeaf
    let record: DecisionRecord
    /// What came of it, once that was told.
    var outcome: StoredOutcome?
    /// What is known of what came of it; nil for a call that was stopped, of which nobody has to tell.
    public internal(set) var state: OutcomeState?
}

extension Engine {
    /// The decision of this id; nil when there is none.
    public func decision(_ id: ObjectID) async throws -> StoredDecision? {
        guard id.kind == .decision, id.decisionNode > 0, id.low < .max else { return nil }
        let name = LogName.evidence(node: id.decisionNode, month: id.time.month)
        return try await blocking {
            guard let log = try self.log(name), let leaf = try log.leaves(id.low..<(id.low + 1)).first,
                let body = leaf.body, EvidenceLeaf.isDecision(body)
            else { return nil }
            let record = try DecisionRecord(stored: body)
            // The time in an id is part of its address: another time names nothing.
            guard record.at == id.time else { return nil }
            return try self.told([StoredDecision(id: id, log: name, index: id.low, leaf: leaf, record: record)]).first
        }
    }

    /// The receipt of a decision: a proof file that needs none of our code to verify (C2SP tlog-proof). Its `extra` is
    /// the salt of the leaf's commitment.
    public func receipt(of decision: StoredDecision) async throws -> [UInt8]? {
        try await blocking {
            guard let log = try self.log(decision.log), let salt = decision.leaf.salt else { return nil }
            let head = try log.head()
            let proof = try log.inclusionProof(index: decision.index, size: head.size)
            let note = try SignedNote(parsing: head.checkpoint)
            return try TlogProof(
                receiptFor: InclusionProof(index: decision.index, size: head.size, hashes: proof),
                salt: salt,
                checkpoint: note
            ).bytes
        }
    }

    /// The state at a revision, folded from the log; the newest one without work.
    public func state(at rev: UInt64) async throws -> TrustState {
        if view.state.rev == rev { return view.state }
        return try await blocking { try self.rememberedState(at: rev) }
    }
}
