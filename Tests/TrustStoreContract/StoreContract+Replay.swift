// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TrustModel
import TrustStore

extension StoreContract {
    private static var now: Timestamp { Timestamp(seconds: 1_795_246_800) }

    private func use(_ name: String, _ seconds: Int64) -> SingleUse {
        SingleUse(key: Fingerprint(of: name), until: Self.now.advanced(byMilliseconds: seconds * 1000))
    }

    func spendsOnce() throws {
        let replay = try open().replay
        _ = try replay.begin(at: Self.now)
        try require(try replay.spend([], at: Self.now).isEmpty, "nothing was given and something came back")
        let first = try replay.spend([use("a", 60), use("b", 60), use("a", 90)], at: Self.now)
        try require(first == [.spent, .spent, .spentBefore], "one batch gave \(first)")
        let later = try replay.spend([use("b", 3600), use("c", 60), use("", 60)], at: Self.now)
        try require(later == [.spentBefore, .spent, .spent], "the next batch gave \(later)")
        // Another process, or this one after a restart.
        let again = try open().replay.spend([use("a", 60), use("c", 60), use("d", 60)], at: Self.now)
        try require(again == [.spentBefore, .spentBefore, .spent], "a reopened store gave \(again)")
    }

    func spendsOnceBetweenStores() throws {
        let stores = try (0..<3).map { _ in try open().replay }
        for store in stores { _ = try store.begin(at: Self.now) }
        let wins = Mutex<[Int: Int]>([:])
        let keys = 40
        try inParallel(6) { part in
            var generator = SeededGenerator(seed: seed &+ UInt64(part))
            for _ in 0..<20 {
                let chosen = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                    Int.random(in: 0..<keys, using: &generator)
                }
                let outcomes = try stores[part % 3].spend(chosen.map { use("key-\($0)", 600) }, at: Self.now)
                wins.withLock { wins in
                    for (key, outcome) in zip(chosen, outcomes) where outcome == .spent { wins[key, default: 0] += 1 }
                }
            }
        }
        let won = wins.withLock { $0 }
        try require(won.values.allSatisfy { $0 == 1 }, "a use was spent more than once")
        let rest = try stores[0].spend((0..<keys).map { use("key-\($0)", 600) }, at: Self.now)
        for (key, outcome) in rest.enumerated() {
            try require((outcome == .spent) == (won[key] == nil), "use \(key) was lost or never spent")
        }
    }

    func remembersWhenItBegan() throws {
        let began = try open().replay.begin(at: Self.now)
        try require(began == Self.now, "a new memory did not begin now")
        let later = try open().replay.begin(at: Self.now.advanced(byMilliseconds: 5000))
        try require(later == Self.now, "a memory began twice")
    }

    func forgetsOnlyWhatIsOver() throws {
        let replay = try open().replay
        _ = try replay.begin(at: Self.now)
        var generator = SeededGenerator(seed: seed)
        // The end of every use that was spent.
        var ends: [String: Int64] = [:]
        for round in 0..<30 {
            let now = Int64(round) * 60
            let uses = (0..<20).map { number in
                ("\(round)/\(number)", now + Int64.random(in: 1...900, using: &generator))
            }
            let outcomes = try replay.spend(
                uses.map { use($0.0, $0.1) },
                at: Self.now.advanced(byMilliseconds: now * 1000)
            )
            try require(outcomes.allSatisfy { $0 == .spent }, "round \(round) gave \(outcomes)")
            for (name, end) in uses { ends[name] = end }
            // Whoever comes again gets the answer that it does not count, remembered or not.
            let old = ends.sorted { $0.key < $1.key }.filter { _ in generator.next() % 4 == 0 }
            let repeated = try replay.spend(
                old.map { use($0.key, $0.value) },
                at: Self.now.advanced(byMilliseconds: now * 1000)
            )
            for (outcome, one) in zip(repeated, old) {
                try require(outcome != .spent, "\(one.key) was spent twice")
                try require(outcome == .spentBefore || one.value < now, "\(one.key) was forgotten before its end")
            }
        }
        let late = Self.now.advanced(byMilliseconds: 86_400_000)
        // Each call forgets some of what is over; in the end all of it.
        for round in 0..<10 { _ = try replay.spend([use("late/\(round)", 90_000)], at: late) }
        let first = try present(ends.first, "nothing was spent")
        let outcome = try replay.spend([use(first.key, first.value)], at: late)
        try require(outcome == [.forgotten], "what was over long ago gave \(outcome)")
    }
}
