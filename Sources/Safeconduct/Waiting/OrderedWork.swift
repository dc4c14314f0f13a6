// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Foundation
internal import Synchronization

/// Work done on all processors whose results come in the order in which it was asked for. One thread asks and takes.
struct OrderedWork<Part: Sendable> {
    /// A part being made.
    private final class Pending: Sendable {
        private let result = Mutex<Result<Part, any Error>?>(nil)
        private let done = DispatchSemaphore(value: 0)

        init(on queue: DispatchQueue, _ make: @escaping @Sendable () throws -> Part) {
            queue.async {
                let part = Result(catching: make)
                self.result.withLock { $0 = part }
                self.done.signal()
            }
        }

        /// Blocks until it is made. Taken out, so that what it holds belongs to the taker alone.
        func take() throws -> Part {
            done.wait()
            guard let part = result.withLock({ $0.take() }) else {
                throw EngineError(.internal, "a part was taken twice")
            }
            return try part.get()
        }
    }

    private let queue: DispatchQueue
    private let window = 2 * max(ProcessInfo.processInfo.activeProcessorCount, 1)
    private var pending: [Pending] = []

    /// - Parameter label: The name of its threads.
    init(label: String) {
        queue = DispatchQueue(label: label, qos: .userInitiated, attributes: .concurrent)
    }

    /// Asks for a part, and gives the earliest one that was not taken once enough are under way; blocks for that one.
    mutating func add(_ make: @escaping @Sendable () throws -> Part) throws -> Part? {
        pending.append(Pending(on: queue, make))
        return pending.count > window ? try next() : nil
    }

    /// The earliest part that was not taken; nil when all were.
    mutating func next() throws -> Part? {
        pending.isEmpty ? nil : try pending.removeFirst().take()
    }
}
