// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Foundation
internal import Synchronization

/// Carries out items one batch at a time on a thread of its own: what queues while one batch commits is the next batch.
///
/// Whoever comes alone waits for nobody. Under load the next batch is given about as long to gather as the last one took
/// to commit: those whom the last batch answered ask again just then, and one commit for all of them costs what one for
/// a few does.
final class GroupCommit<Item: Sendable, Result: Sendable>: Sendable {
    /// What one caller submitted together: it commits in one batch and is answered at once.
    private struct Waiting {
        let items: [Item]
        let cost: Int
        let continuation: CheckedContinuation<[Result], Never>
    }

    private struct Lane {
        var waiting: [Waiting] = []
        var cost = 0

        /// Takes the items in, unless that made more than `limit` wait.
        mutating func enter(_ new: Waiting, limit: Int) -> Bool {
            // What comes alone may always wait, however large.
            guard waiting.isEmpty || cost + new.cost <= limit else { return false }
            waiting.append(new)
            cost += new.cost
            return true
        }

        /// Moves what fits into a batch of `count` items over to it; what was submitted together stays together.
        mutating func leave(for batch: inout [Waiting], atMost count: Int) {
            var items = batch.reduce(0) { $0 + $1.items.count }
            var left = 0
            for new in waiting {
                // The first one goes in any case, or it would wait for ever.
                guard batch.isEmpty || new.items.count <= count - items else { break }
                batch.append(new)
                items += new.items.count
                cost -= new.cost
                left += 1
            }
            waiting.removeFirst(left)
        }
    }

    private struct Queue {
        var urgent = Lane()
        var usual = Lane()
        var draining = false
    }

    private let queue = Mutex(Queue())
    private let thread: DispatchQueue
    private let limit: Int
    private let overflow: Result
    private let batch: Int
    private let cost: @Sendable (Item) -> Int
    private let isUrgent: @Sendable (Item) -> Bool
    private let commit: @Sendable ([Item]) -> [Result]

    /// A group commit.
    ///
    /// - Parameters:
    ///   - label: The thread's name.
    ///   - limit: The most that may wait, in units of `cost`; what comes on top is answered `overflow` at once.
    ///   - overflow: The answer to what may not wait.
    ///   - batch: The most items of one batch.
    ///   - cost: What an item counts for while it waits.
    ///   - isUrgent: Whether an item goes into the next batch before all others, and has room of its own to wait in.
    ///   - commit: Carries out a batch, blocking, and gives one result for each item.
    init(
        label: String,
        limit: Int,
        overflow: Result,
        batch: Int = .max,
        cost: @escaping @Sendable (Item) -> Int = { _ in 1 },
        isUrgent: @escaping @Sendable (Item) -> Bool = { _ in false },
        commit: @escaping @Sendable ([Item]) -> [Result]
    ) {
        thread = DispatchQueue(label: label)
        self.limit = limit
        self.overflow = overflow
        self.batch = batch
        self.cost = cost
        self.isUrgent = isUrgent
        self.commit = commit
    }

    /// Carries out `item` and gives its result once its batch is committed.
    func submit(_ item: Item) async -> Result { await submit([item], isUrgent: isUrgent(item)).first ?? overflow }

    /// Carries out items together and gives one result for each once they are committed: all of them may wait, or none.
    func submit(_ items: [Item]) async -> [Result] {
        items.isEmpty ? [] : await submit(items, isUrgent: items.allSatisfy(isUrgent))
    }

    private func submit(_ items: [Item], isUrgent: Bool) async -> [Result] {
        let cost = items.reduce(0) { $0 + self.cost($1) }
        return await withCheckedContinuation { continuation in
            let new = Waiting(items: items, cost: cost, continuation: continuation)
            let start: Bool? = queue.withLock { queue in
                let entered =
                    isUrgent ? queue.urgent.enter(new, limit: limit) : queue.usual.enter(new, limit: limit)
                guard entered else { return nil }
                defer { queue.draining = true }
                return !queue.draining
            }
            switch start {
            case nil: continuation.resume(returning: items.map { _ in overflow })
            case true?: thread.async { self.drain() }
            case false?: break
            }
        }
    }

    /// The longest that a batch is left to gather, in microseconds.
    private static var longestPause: Int64 { 400 }

    private func drain() {
        var pause: Int64 = 0
        while true {
            if pause > 0 { usleep(UInt32(pause)) }
            let next = queue.withLock { queue in
                var taken: [Waiting] = []
                queue.urgent.leave(for: &taken, atMost: batch)
                queue.usual.leave(for: &taken, atMost: batch)
                if taken.isEmpty { queue.draining = false }
                return taken
            }
            if next.isEmpty { return }
            let start = ContinuousClock.now
            let results = commit(next.count == 1 ? next[0].items : next.flatMap { $0.items })
            let taken = min(ContinuousClock.now - start, .microseconds(Self.longestPause))
            pause = next.count > 1 ? taken.components.attoseconds / 1_000_000_000_000 : 0
            var first = 0
            for waiting in next {
                let end = first + waiting.items.count
                var own = Array(results[min(first, results.count)..<min(end, results.count)])
                // A commit that gave too few results would otherwise leave somebody waiting for ever.
                while own.count < waiting.items.count { own.append(overflow) }
                waiting.continuation.resume(returning: own)
                first = end
            }
        }
    }
}

/// Runs blocking work on a thread that is not one of the cooperative pool.
func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(with: Swift.Result(catching: work)) }
    }
}
