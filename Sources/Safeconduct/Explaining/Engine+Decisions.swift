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
            return StoredDecision(id: id, log: name, index: id.low, leaf: leaf, record: record)
        }
    }

    /// The newest decisions, newest first.
    ///
    /// - Parameters:
    ///   - before: Only those older than this one.
    ///   - limit: How many at most.
    public func decisions(before: ObjectID?, limit: Int) async throws -> [StoredDecision] {
        try await blocking {
            var found: [StoredDecision] = []
            for name in try self.store.evidenceLogs().reversed() {
                guard case .evidence(let node, let month) = name, found.count < limit, let log = try self.log(name)
                else { continue }
                if let before, month > before.time.month { continue }
                var end = try log.head().size
                if let before, month == before.time.month { end = min(end, before.low) }
                // Other leaves lie between the decisions, so a page may take several reads.
                while found.count < limit, end > 0 {
                    let start = end - min(end, UInt64(limit - found.count))
                    for (offset, leaf) in try log.leaves(start..<end).enumerated().reversed() {
                        guard let body = leaf.body, EvidenceLeaf.isDecision(body) else { continue }
                        let record = try DecisionRecord(stored: body)
                        let index = start + UInt64(offset)
                        found.append(
                            StoredDecision(
                                id: .decision(at: record.at, node: node, index: index),
                                log: name,
                                index: index,
                                leaf: leaf,
                                record: record
                            )
                        )
                    }
                    end = start
                }
            }
            return found
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
