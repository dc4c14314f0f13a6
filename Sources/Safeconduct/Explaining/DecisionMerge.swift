// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import TrustStore

/// Reads the decisions of one month from every node's log, the newest first.
struct DecisionMerge {
    /// One node's log, read from its end.
    private struct Source {
        let name: LogName
        let node: UInt16
        let log: any StoredLog
        /// How many leaves are still to be listed.
        var rest: UInt64
        /// The newest of those, once read; older ones below it.
        var newest: StoredDecision?
        var read: [StoredLeaf] = []
    }

    private let month: Int
    private var sources: [Source]
    private static var chunk: UInt64 { 128 }

    /// - Parameters:
    ///   - logs: The month's logs, by node.
    ///   - cursor: Where to go on; nil for the ends of the logs.
    init(month: Int, logs: [(node: UInt16, log: any StoredLog)], from cursor: DecisionCursor?) throws {
        self.month = month
        sources = try logs.map { node, log in
            let size = try log.head().size
            let rest = cursor.map { min(size, $0.rests[node] ?? 0) } ?? size
            return Source(name: .evidence(node: node, month: month), node: node, log: log, rest: rest)
        }
    }

    /// The next older decision; nil when there is none in this month.
    mutating func next() throws -> StoredDecision? {
        var best: Int?
        for index in sources.indices {
            try fill(index)
            guard let newest = sources[index].newest else { continue }
            if let found = best, let other = sources[found].newest, other.record.at >= newest.record.at { continue }
            best = index
        }
        guard let best, var decision = sources[best].newest else { return nil }
        sources[best].newest = nil
        sources[best].rest -= 1
        decision.cursor = DecisionCursor(
            month: month,
            rests: Dictionary(uniqueKeysWithValues: sources.map { ($0.node, $0.rest) })
        )
        return decision
    }

    /// Reads the newest leaf that is still to be listed; other leaves, and those whose body was erased, are passed over.
    private mutating func fill(_ index: Int) throws {
        while sources[index].newest == nil, sources[index].rest > 0 {
            if sources[index].read.isEmpty {
                let end = sources[index].rest
                sources[index].read = try sources[index].log.leaves(end - min(end, Self.chunk)..<end)
            }
            guard let leaf = sources[index].read.popLast() else { return }
            guard let body = leaf.body, EvidenceLeaf.isDecision(body) else {
                sources[index].rest -= 1
                continue
            }
            let record = try DecisionRecord(stored: body)
            let place = sources[index].rest - 1
            sources[index].newest = StoredDecision(
                id: .decision(at: record.at, node: sources[index].node, index: place),
                log: sources[index].name,
                index: place,
                leaf: leaf,
                record: record
            )
        }
    }
}
