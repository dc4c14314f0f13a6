// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import TrustStore

extension Engine {
    /// What was told of decisions, as far as anything was. Blocks.
    ///
    /// In a log from before nodes closed in turns two leaves may close one decision: the earlier counts, everywhere alike.
    func outcomes(of decisions: [ObjectID]) throws -> [ObjectID: StoredOutcome] {
        var found: [ObjectID: StoredOutcome] = [:]
        guard !decisions.isEmpty else { return found }
        let keys = decisions.map { OutcomeMark.key(of: $0) }
        for (name, log) in try nodeLogs.outcomeLogs(of: decisions.map(\.time)) {
            for (decision, index) in zip(decisions, try log.marked(keys)) {
                guard let index, let outcome = try outcome(at: index, of: name, log),
                    outcome.record.decision == decision
                else { continue }
                if let other = found[decision], other.record.at <= outcome.record.at { continue }
                found[decision] = outcome
            }
        }
        return found
    }

    /// The outcome whose leaf is at an index. Blocks.
    func outcome(at index: UInt64, of name: LogName) throws -> StoredOutcome? {
        try log(name).flatMap { try outcome(at: index, of: name, $0) }
    }

    private func outcome(at index: UInt64, of name: LogName, _ log: any StoredLog) throws -> StoredOutcome? {
        guard let body = try log.leaves(index..<index + 1).first?.body else { return nil }
        return StoredOutcome(log: name.description, index: index, record: try OutcomeRecord(stored: body))
    }

    /// How far apart decisions may lie in their log to be read in one go, as a multiple of their number.
    private static var spread: UInt64 { 4 }
    /// How many leaves are read in one go.
    private static var chunk: Int { 256 }

    /// The records of decisions; ids that name none are left out. Blocks.
    ///
    /// An access log tells of decisions in about the order in which they were made, so they are read in runs.
    func records(of decisions: [ObjectID]) throws -> [ObjectID: DecisionRecord] {
        var byLog: [LogName: [ObjectID]] = [:]
        for id in Set(decisions) where id.kind == .decision && id.decisionNode > 0 && id.low < .max {
            byLog[.evidence(node: id.decisionNode, month: id.time.month), default: []].append(id)
        }
        var found: [ObjectID: DecisionRecord] = [:]
        for (name, ids) in byLog {
            guard let log = try log(name) else { continue }
            let sorted = ids.sorted { $0.low < $1.low }
            for start in stride(from: 0, to: sorted.count, by: Self.chunk) {
                let run = sorted[start..<min(start + Self.chunk, sorted.count)]
                for id in try bodies(of: run, in: log) {
                    guard EvidenceLeaf(stored: id.body)?.kind == EvidenceLeaf.decision else { continue }
                    let record = try DecisionRecord(stored: id.body)
                    // The time in an id is part of its address: another time names nothing.
                    if record.at == id.id.time { found[id.id] = record }
                }
            }
        }
        return found
    }

    /// The stored bytes of decisions of one log, which come in the order of their indices.
    private func bodies(
        of run: ArraySlice<ObjectID>,
        in log: any StoredLog
    ) throws -> [(id: ObjectID, body: [UInt8])] {
        guard let first = run.first?.low, let last = run.last?.low else { return [] }
        if last - first <= Self.spread * UInt64(run.count) {
            let leaves = try log.leaves(first..<last + 1)
            return run.compactMap { id in
                let offset = id.low - first
                return offset < UInt64(leaves.count) ? leaves[Int(offset)].body.map { (id, $0) } : nil
            }
        }
        return try run.compactMap { id in
            try log.leaves(id.low..<id.low + 1).first?.body.map { (id, $0) }
        }
    }
}
