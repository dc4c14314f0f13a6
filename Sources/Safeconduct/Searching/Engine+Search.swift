// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import TrustStore

extension Engine {
    /// The most leaves that one page reads: what a search may cost, whatever it looks for.
    static var leavesPerPage: Int { 10_000 }
    /// So many decisions are asked for their outcomes at once.
    private static var asksAtOnce: Int { 128 }

    /// The decisions that a query looks for, the newest first.
    ///
    /// - Parameters:
    ///   - query: Which.
    ///   - cursor: Where the page before ended; nil for the newest.
    ///   - limit: How many at most.
    public func decisions(
        _ query: DecisionQuery,
        after cursor: DecisionCursor? = nil,
        limit: Int
    ) async throws -> DecisionPage {
        try await blocking {
            var scan = DecisionScan(
                try self.store.evidenceLogs(),
                after: cursor,
                since: query.since,
                until: query.until
            ) { try self.log($0) }
            return try self.page(&scan, query, limit, leaves: Self.leavesPerPage)
        }
    }

    private func page(
        _ scan: inout DecisionScan,
        _ query: DecisionQuery,
        _ limit: Int,
        leaves: Int
    ) throws -> DecisionPage {
        var found: [StoredDecision] = []
        while found.count < limit, !scan.isExhausted {
            if scan.leavesRead >= leaves { return DecisionPage(decisions: found, next: scan.cursor) }
            var candidates: [(decision: StoredDecision, cursor: DecisionCursor)] = []
            while candidates.count < Self.asksAtOnce, scan.leavesRead < leaves, let leaf = try scan.next() {
                guard EvidenceLeaf.isDecision(leaf.body) else { continue }
                let record = try DecisionRecord(stored: leaf.body)
                guard query.admits(record) else { continue }
                candidates.append((self.stored(leaf, record), scan.cursor))
            }
            let told = try self.told(candidates.map(\.decision))
            for (index, decision) in told.enumerated() where query.admits(decision) {
                found.append(decision)
                guard found.count == limit else { continue }
                let isLast = index == told.count - 1 && scan.isExhausted
                return DecisionPage(decisions: found, next: isLast ? nil : candidates[index].cursor)
            }
        }
        return DecisionPage(decisions: found, next: limit > 0 ? nil : scan.cursor)
    }

    private func stored(_ leaf: DecisionScan.Found, _ record: DecisionRecord) -> StoredDecision {
        StoredDecision(
            id: .decision(at: record.at, node: leaf.node, index: leaf.index),
            log: leaf.log,
            index: leaf.index,
            leaf: leaf.leaf,
            record: record
        )
    }

    /// The decisions with what is known of what came of them. Blocks.
    func told(_ decisions: [StoredDecision]) throws -> [StoredDecision] {
        let outcomes = try outcomes(of: decisions.map(\.id))
        let now = now()
        return decisions.map { decision in
            var decision = decision
            decision.outcome = outcomes[decision.id]
            decision.state = decision.state(at: now, window: configuration.outcomeWindow)
            return decision
        }
    }
}

extension StoredDecision {
    /// What is known of what came of it; nil for a call that was stopped, of which nobody has to tell.
    fileprivate func state(at now: Timestamp, window: Int64) -> OutcomeState? {
        if let told = outcome?.record {
            if !told.enforced { return .contradicting }
            return told.result(permitted: record.outcome.permits) == .failed ? .failed : .reported
        }
        guard record.act == .call, record.outcome.permits else { return nil }
        return now.milliseconds - record.at.milliseconds > window ? .unknown : .open
    }
}
