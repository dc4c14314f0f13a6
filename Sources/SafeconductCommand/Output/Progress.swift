// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How far a long piece of work is, on a terminal only: in a file such lines would be noise.
struct Progress {
    private let label: String
    private let shows: Bool
    private var last = ContinuousClock.now - .seconds(1)

    /// Progress of the named work; `quiet` shows none.
    init(_ label: String, quiet: Bool) {
        self.label = label
        shows = !quiet && Console.isTerminal(STDERR_FILENO)
    }

    /// Shows that `done` of `total` are done, at most ten times a second.
    mutating func show(_ done: UInt64, of total: UInt64) {
        guard shows, ContinuousClock.now - last >= .milliseconds(100) else { return }
        last = .now
        let share = total == 0 ? 100 : min(100, Int(100 * (Double(done) / Double(total))))
        let bar = String(repeating: "#", count: share / 5) + String(repeating: ".", count: 20 - share / 5)
        Console.rewrite("\(label) [\(bar)] \(share) % (\(done) of \(total))")
    }

    /// Takes the line away.
    func finish() {
        if shows { Console.rewrite("") }
    }
}
