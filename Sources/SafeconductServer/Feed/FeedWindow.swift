// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import Synchronization
import TrustModel

/// The newest events, read from the log once for all readers. Whoever is further behind reads for itself.
final class FeedWindow: Sendable {
    private struct Kept {
        /// The revision of the first event kept, or of the next one.
        var first: UInt64
        var events: [FeedEvent] = []
        var bytes = 0
        /// The reading of the next events; whoever needs them waits for it.
        var reading: Task<Void, any Error>?

        var end: UInt64 { first + UInt64(events.count) }
    }

    private enum Step {
        case found([FeedEvent])
        case wait(Task<Void, any Error>)
        case behind
    }

    private let engine: Engine
    private let limits: FeedLimits
    private let kept: Mutex<Kept>

    init(_ engine: Engine, _ limits: FeedLimits) {
        self.engine = engine
        self.limits = limits
        kept = Mutex(Kept(first: engine.view.state.size))
    }

    /// The next events from `rev` on, which this node has folded; at most one batch.
    func events(from rev: UInt64) async throws -> [FeedEvent] {
        while true {
            switch step(rev) {
            case .found(let events): return events
            case .wait(let reading): try await reading.value
            case .behind: return try await read(from: rev)
            }
        }
    }

    private func step(_ rev: UInt64) -> Step {
        kept.withLock { kept in
            if rev < kept.first { return .behind }
            if rev < kept.end {
                let start = Int(rev - kept.first)
                return .found(Array(kept.events[start..<min(kept.events.count, start + limits.batchEvents)]))
            }
            // A reader ahead of the window finds it empty: nobody has read for a while.
            if rev > kept.end {
                kept.events = []
                kept.bytes = 0
                kept.first = rev
            }
            if let reading = kept.reading { return .wait(reading) }
            let end = kept.end
            let reading = Task { [self] in
                defer { self.kept.withLock { $0.reading = nil } }
                let events = try await read(from: end)
                keep(events)
            }
            kept.reading = reading
            return .wait(reading)
        }
    }

    private func keep(_ events: [FeedEvent]) {
        kept.withLock { kept in
            guard let first = events.first, first.rev == kept.end else { return }
            kept.events.append(contentsOf: events)
            kept.bytes += events.reduce(0) { $0 + $1.whole.count }
            var dropped = 0
            while kept.events.count - dropped > limits.windowEvents || kept.bytes > limits.windowBytes,
                dropped < kept.events.count - 1
            {
                kept.bytes -= kept.events[dropped].whole.count
                dropped += 1
            }
            kept.events.removeFirst(dropped)
            kept.first += UInt64(dropped)
        }
    }

    private func read(from rev: UInt64) async throws -> [FeedEvent] {
        let placed = try await engine.entries(rev..<UInt64.max, limit: limits.batchEvents)
        let state = engine.view.state
        return placed.map { FeedEvent($0, state) }
    }
}
