// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import TransparencyLog
internal import TrustModel
internal import TrustStore

/// Writes the evidence of this node: one log for each month, what queues together committed together.
final class EvidenceWriter: Sendable {
    /// A leaf ready to be written: hashing it is its maker's work, not the one writing thread's.
    struct Item: Sendable {
        let month: Int
        let leaf: StoredLeaf
        /// What it counts for in the queue: one, and one more for each KiB.
        let cost: Int
        /// The key that the leaf is found by, where it has one. A second leaf with that key is not written.
        let mark: [UInt8]?

        init(at time: Timestamp, body: [UInt8], mark: [UInt8]? = nil, salt: LeafSalt = .random()) {
            self.mark = mark
            month = time.month
            cost = 1 + body.count >> 10
            leaf = StoredLeaf(commitment: LeafCommitment(salt: salt, body: body), salt: salt, body: body)
        }
    }

    /// The leaves of decisions, ready to be written.
    static func items(_ decisions: [MadeDecision]) -> [Item] {
        zip(decisions, LeafSalt.random(count: decisions.count)).map { made, salt in
            Item(at: made.at, body: made.stored, salt: salt)
        }
    }

    /// What became of a leaf.
    enum Outcome: Sendable {
        /// It is durable, at this index of its month's log.
        case written(index: UInt64)
        /// It is not: the leaf at this index of its month's log has its key already.
        case taken(index: UInt64)
        /// It is not.
        case failed(EngineError)
    }

    /// How many leaves of less than one KiB may wait for the disk; of larger ones, fewer.
    static var queueLimit: Int { 50_000 }

    private let store: any TrustStore
    private let node: UInt16
    private let signer: @Sendable (LogName) throws -> NoteSigner
    private let logs = Mutex<[Int: any StoredLog]>([:])
    private let failure = Mutex<EngineError?>(nil)
    /// Whether the logs from before the start have been looked at.
    private let isCaughtUp = Mutex(false)

    init(store: any TrustStore, node: UInt16, signer: @escaping @Sendable (LogName) throws -> NoteSigner) {
        self.store = store
        self.node = node
        self.signer = signer
    }

    /// The log of a month, opened or made.
    func log(month: Int) throws -> any StoredLog {
        try logs.withLock { logs in
            if let log = logs[month] { return log }
            let name = LogName.evidence(node: node, month: month)
            let log = try store.log(name, signer: try signer(name))
            try OutcomeMark.mend(log)
            logs[month] = log
            return log
        }
    }

    /// The logs that may have grown since they were last asked for: at first all of this node's, for the end of one may
    /// have been written just before the last stop; then those opened so far. Blocks.
    func grownLogs() throws -> [any StoredLog] {
        try isCaughtUp.withLock { isCaughtUp in
            guard !isCaughtUp else { return }
            for case .evidence(node, let month) in try store.evidenceLogs() { _ = try log(month: month) }
            isCaughtUp = true
        }
        return logs.withLock { Array($0.values) }
    }

    /// Why the last leaves could not be written; nil when they were.
    var fault: EngineError? { failure.withLock { $0 } }

    /// What is left of the disk is for cuts and holds.
    static let short = EngineError(.unavailable, "the disk is full, and what is left of it is kept for cuts and holds")

    /// Commits a batch. Called on one thread at a time.
    func commit(_ items: [Item]) -> [Outcome] {
        guard store.reserve != .short else { return items.map { _ in .failed(Self.short) } }
        var fault: EngineError?
        defer { failure.withLock { $0 = fault } }
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(items.count)
        // Almost always one run; two in the batch that crosses midnight at the end of a month.
        var start = 0
        while start < items.count {
            let month = items[start].month
            var end = start + 1
            while end < items.count, items[end].month == month { end += 1 }
            let run = items[start..<end]
            do {
                outcomes += try log(month: month).append { append in try Self.write(run, &append) }
            } catch {
                let failure = (error as? StoreError).map(EngineError.init) ?? EngineError(.internal, "\(error)")
                fault = failure
                outcomes.append(contentsOf: Array(repeating: .failed(failure), count: run.count))
            }
            start = end
        }
        return outcomes
    }

    /// Appends the leaves but those whose keys are taken.
    private static func write(_ run: ArraySlice<Item>, _ append: inout LogAppend) throws -> [Outcome] {
        let keys = run.compactMap { $0.mark }
        var taken: [[UInt8]: UInt64] = [:]
        if !keys.isEmpty {
            for (key, index) in zip(keys, try append.marked(keys)) { taken[key] = index }
        }
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(run.count)
        for item in run {
            if let key = item.mark, let index = taken[key] {
                outcomes.append(.taken(index: index))
                continue
            }
            let index = append.append(item.leaf)
            outcomes.append(.written(index: index))
            guard let key = item.mark else { continue }
            append.mark(key, index)
            taken[key] = index
        }
        return outcomes
    }
}
