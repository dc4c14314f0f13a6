// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import TrustModel

/// How many permitted calls wait to be told what came of them, and of how many nobody told in time.
///
/// One number for each second: a decision's id says when it was made, and the log sees to it that each is told once, so
/// nothing has to be remembered about any single one. Counts begin with the process, as those of metrics do.
final class OutcomeLedger: Sendable {
    private struct State {
        /// Permitted and not told, by the second of the decision.
        var open: [Int64: Int64] = [:]
        /// The seconds before this one are settled.
        var settled: Int64
        var unknown: Int64 = 0
        var overdue: Int64 = 0

        mutating func close(_ second: Int64) {
            guard let count = open[second] else { return }
            open[second] = count > 1 ? count - 1 : nil
        }
    }

    private let started: Int64
    private let state: Mutex<State>

    init(started: Timestamp) {
        self.started = started.milliseconds / 1000
        state = Mutex(State(settled: self.started))
    }

    /// Permitted calls whose answers are let out together, by the second of the decision: hardly ever more than one.
    struct Opening {
        fileprivate var counts: [(second: Int64, count: Int64)] = []

        mutating func add(_ decidedAt: Timestamp) {
            let second = decidedAt.milliseconds / 1000
            if counts.last?.second == second {
                counts[counts.count - 1].count += 1
            } else {
                counts.append((second, 1))
            }
        }
    }

    /// Calls were permitted, and their answers are let out.
    func opened(_ opening: Opening) {
        guard !opening.counts.isEmpty else { return }
        state.withLock { state in
            for (second, count) in opening.counts { state.open[second, default: 0] += count }
        }
    }

    /// It was told what came of a permitted call of this node.
    func told(decidedAt time: Timestamp) {
        let second = time.milliseconds / 1000
        state.withLock { state in
            if second < state.settled {
                // Counted as unknown before, or decided before this process began.
                if second >= started { state.overdue += 1 }
            } else {
                state.close(second)
            }
        }
    }

    /// The seconds that are not settled yet and end before `time`, oldest first.
    func due(before time: Timestamp) -> [Int64] {
        state.withLock { state in state.open.keys.filter { ($0 + 1) * 1000 <= time.milliseconds }.sorted() }
    }

    /// Settles a second: what is open of it is unknown, but for `elsewhere`, which other nodes were told.
    func settle(_ second: Int64, elsewhere: Int64) {
        state.withLock { state in
            let open = state.open.removeValue(forKey: second) ?? 0
            state.unknown += max(open - elsewhere, 0)
            state.settled = max(state.settled, second + 1)
        }
    }

    /// Permitted calls that there is still time to tell about.
    var open: Int64 { state.withLock { $0.open.values.reduce(0, +) } }

    /// Permitted calls that nobody told about in time.
    var unknown: Int64 { state.withLock { $0.unknown } }

    /// How many of those were told about later.
    var overdue: Int64 { state.withLock { $0.overdue } }
}
