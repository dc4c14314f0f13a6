// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import TrustStore

extension StoreContract {
    private struct Refused: Error {}

    /// The newest snapshot's lines; nil when there is none.
    private func lines(_ store: Store) throws -> [[UInt8]]? {
        var lines: [[UInt8]] = []
        return try store.readSnapshot { lines.append($0) } ? lines : nil
    }

    func keepsSnapshots() throws {
        let store = try open()
        try require(try lines(store) == nil, "a new store has a snapshot")
        var generator = SeededGenerator(seed: seed)
        // Empty lines, lines of newlines, and more than any chunk is likely to hold.
        var written: [[UInt8]] = [[], [0x0A], [0x0A, 0x0A], generator.bytes(70_000), []]
        for _ in 0..<400 { written.append(generator.bytes(Int.random(in: 0...300, using: &generator))) }
        written.append([UInt8](repeating: 7, count: 3_000_000))
        written.append([1])
        try store.saveSnapshot(size: 1000) { add in
            for line in written { try add(line) }
        }
        for store in [store, try open()] {
            try require(try lines(store) == written, "the snapshot came back as another")
        }
        // Whoever reads may use the store, and an error of theirs stops the reading.
        var seen = 0
        do {
            _ = try store.readSnapshot { _ in
                _ = try store.sealed.read("x")
                seen += 1
                if seen == 3 { throw Refused() }
            }
            try require(false, "the reader's error was swallowed")
        } catch is Refused {}
        try require(seen == 3, "the reading went on after an error")
    }

    func replacesSnapshots() throws {
        let store = try open()
        for size in 1...5 {
            let written = (0..<size).map { [UInt8($0)] }
            try store.saveSnapshot(size: UInt64(size)) { add in
                for line in written { try add(line) }
            }
            try require(try lines(store) == written, "the newest snapshot is not the one that is read")
        }
        // One without lines is a snapshot all the same.
        try store.saveSnapshot(size: 6) { _ in }
        try require(try lines(store) == [], "an empty snapshot was not kept")
        // One of the same size replaces the older.
        try store.saveSnapshot(size: 6) { add in try add([6]) }
        try require(try lines(store) == [[6]], "a snapshot of the same size was not replaced")
    }

    func dropsUnfinishedSnapshots() throws {
        let store = try open()
        for kept in [nil, [[UInt8](repeating: 1, count: 10)]] {
            if let kept {
                try store.saveSnapshot(size: 1) { add in try kept.forEach(add) }
            }
            do {
                try store.saveSnapshot(size: 9) { add in
                    for _ in 0..<8 { try add([UInt8](repeating: 2, count: 400_000)) }
                    throw Refused()
                }
                try require(false, "the writer's error was swallowed")
            } catch is Refused {}
            try require(try lines(store) == kept, "an unfinished snapshot is read")
        }
    }

    func keepsTheNewerSnapshot() throws {
        let (here, there) = (try open(), try open())
        try here.saveSnapshot(size: 5) { add in
            try add([5])
            // Another node finishes a newer one meanwhile.
            try there.saveSnapshot(size: 8) { add in try add([8]) }
            for _ in 0..<4 { try add([UInt8](repeating: 5, count: 400_000)) }
        }
        try require(try lines(here) == [[8]], "an older snapshot replaced a newer one")
        try here.saveSnapshot(size: 6) { add in try add([6]) }
        try require(try lines(there) == [[8]], "an older snapshot replaced a newer one")
        try there.saveSnapshot(size: 9) { add in try add([9]) }
        try require(try lines(here) == [[9]], "a newer snapshot was not kept")
    }
}
