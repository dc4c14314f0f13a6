// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import Synchronization

/// The reports that wait to be sent. It never grows beyond its limit: the oldest goes first, and is counted.
final class OutcomeQueue: Sendable {
    struct Report: Sendable {
        let decision: String
        let outcome: CallOutcome
        /// When the call ended.
        let made: ContinuousClock.Instant
        var attempts = 0
    }

    private struct State {
        var waiting: Deque<Report> = []
        var counts = ReportCounts()
    }

    /// Yields when there may be something to send; it ends when the queue is closed.
    let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
        // One signal is enough, however many reports it stands for.
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var counts: ReportCounts {
        state.withLock { state in
            var counts = state.counts
            counts.waiting = state.waiting.count
            return counts
        }
    }

    func add(_ report: Report) {
        state.withLock { state in
            if state.waiting.count >= limit {
                state.waiting.removeFirst()
                state.counts.dropped += 1
            }
            state.waiting.append(report)
        }
        signal.yield()
    }

    /// Puts a report that could not be sent in front again, unless newer ones have taken the room.
    func putBack(_ report: Report) {
        state.withLock { state in
            if state.waiting.count < limit {
                state.waiting.prepend(report)
            } else {
                state.counts.dropped += 1
            }
        }
    }

    func take(atMost count: Int) -> [Report] {
        state.withLock { state in
            let taken = Array(state.waiting.prefix(count))
            state.waiting.removeFirst(taken.count)
            return taken
        }
    }

    func note(_ change: (inout ReportCounts) -> Void) { state.withLock { change(&$0.counts) } }

    /// Ends ``signals``.
    func close() { signal.finish() }
}
