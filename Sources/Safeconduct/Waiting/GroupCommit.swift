// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization

/// Carries out items one batch at a time on a thread of its own: what queues while one batch commits is the next batch.
///
/// This is the whole of group commit: no timer, no delay when idle, larger batches under load.
final class GroupCommit<Item: Sendable, Result: Sendable>: Sendable {
    private struct Waiting {
        let item: Item
        let continuation: CheckedContinuation<Result, Never>
    }

    private struct Queue {
        var waiting: [Waiting] = []
        var draining = false
    }

    private let queue = Mutex(Queue())
    private let thread: DispatchQueue
    private let limit: Int
    private let overflow: Result
    private let commit: @Sendable ([Item]) -> [Result]

    /// A group commit.
    ///
    /// - Parameters:
    ///   - label: The thread's name.
    ///   - limit: The most items that may wait; what comes on top is answered `overflow` at once.
    ///   - overflow: The answer to what may not wait.
    ///   - commit: Carries out a batch, blocking, and gives one result for each item.
    init(
        label: String,
        limit: Int,
        overflow: Result,
        commit: @escaping @Sendable ([Item]) -> [Result]
    ) {
        thread = DispatchQueue(label: label)
        self.limit = limit
        self.overflow = overflow
        self.commit = commit
    }

    /// Carries out `item` and gives its result once its batch is committed.
    func submit(_ item: Item) async -> Result {
        await withCheckedContinuation { continuation in
            let start: Bool? = queue.withLock { queue in
                guard queue.waiting.count < limit else { return nil }
                queue.waiting.append(Waiting(item: item, continuation: continuation))
                defer { queue.draining = true }
                return !queue.draining
            }
            switch start {
            case nil: continuation.resume(returning: overflow)
            case true?: thread.async { self.drain() }
            case false?: break
            }
        }
    }

    private func drain() {
        while true {
            let batch = queue.withLock { queue in
                let batch = queue.waiting
                queue.waiting = []
                if batch.isEmpty { queue.draining = false }
                return batch
            }
            if batch.isEmpty { return }
            let results = commit(batch.map(\.item))
            for (waiting, result) in zip(batch, results) { waiting.continuation.resume(returning: result) }
        }
    }
}

/// Runs blocking work on a thread that is not one of the cooperative pool.
func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(with: Swift.Result(catching: work)) }
    }
}
