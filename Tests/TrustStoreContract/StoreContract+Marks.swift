// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import TransparencyLog
import TrustStore

extension StoreContract {
    /// The caller's own error.
    private struct Refused: Error {}

    /// The keys that these tests use: of several lengths, in the order of their bytes.
    private static func keys(_ generator: inout SeededGenerator) -> [[UInt8]] {
        var keys: Set<[UInt8]> = [[0], [255], [0, 0], Array(repeating: 7, count: 64)]
        while keys.count < 200 { keys.insert(generator.bytes(Int.random(in: 1...16, using: &generator))) }
        return keys.sorted { $0.lexicographicallyPrecedes($1) }
    }

    func findsLeavesByTheirMarks() throws {
        let store = try open()
        var model = try LogModel(seed: seed)
        let log = try store.log(.control, signer: model.signer)
        var generator = SeededGenerator(seed: seed)
        let keys = Self.keys(&generator)
        try require(try log.marked([keys[0]]) == [nil], "an empty log has a mark")
        var expected: [[UInt8]: UInt64] = [:]
        var rest = keys.shuffled(using: &generator)
        while !rest.isEmpty {
            let new = try (0..<Int.random(in: 1...30, using: &generator)).map { _ in try model.makeLeaf() }
            try log.append { append in
                try require(
                    try append.marked(keys) == keys.map { expected[$0] },
                    "the append sees other marks than there are"
                )
                for leaf in new {
                    let index = append.append(leaf)
                    guard let key = rest.popLast() else { continue }
                    append.mark(key, index)
                    expected[key] = index
                }
            }
            for leaf in new { try model.took(leaf) }
        }
        let other = try open().log(.control, signer: model.signer)
        for log in [log, other] {
            let asked = (keys + [[1, 2, 3, 4], []]).shuffled(using: &generator)
            try require(try log.marked(asked) == asked.map { expected[$0] }, "a key finds another leaf than its own")
            try require(try log.marked([]).isEmpty, "nothing was asked, and something answered")
            for _ in 0..<20 {
                let bounds = [keys.randomElement(using: &generator) ?? [], keys.randomElement(using: &generator) ?? []]
                    .sorted { $0.lexicographicallyPrecedes($1) }
                let limit = Int.random(in: 0...250, using: &generator)
                let within = keys.filter {
                    !$0.lexicographicallyPrecedes(bounds[0]) && $0.lexicographicallyPrecedes(bounds[1])
                }
                let found = try log.marks(from: bounds[0], to: bounds[1], limit: limit)
                try require(found.map(\.key) == Array(within.prefix(limit)), "a range of keys gave others")
                try require(found.allSatisfy { expected[$0.key] == $0.index }, "a range gave other leaves")
            }
        }
        try model.compare(with: log)
        try requireSound(log, leaves: model.size)
    }

    func keepsTheFirstOfTwoMarks() throws {
        let stores = [try open(), try open()]
        var model = try LogModel(seed: seed)
        let logs = try stores.map { try $0.log(.control, signer: model.signer) }
        for (round, log) in (logs + logs).enumerated() {
            let leaf = try model.makeLeaf()
            try log.append { append in
                let index = append.append(leaf)
                append.mark([1], index)
                append.mark([2, UInt8(round)], index)
            }
            try model.took(leaf)
        }
        for log in logs {
            try require(try log.marked([[1], [2, 0], [2, 3]]) == [0, 0, 3], "a later mark took the key")
        }
    }

    func marksWithTheLeafOrNotAtAll() throws {
        let store = try open()
        var model = try LogModel(seed: seed)
        let log = try store.log(.control, signer: model.signer)
        try model.append(3, to: log)
        let leaf = try model.makeLeaf()
        do {
            try log.append { append in
                append.mark([1], append.append(leaf))
                throw Refused()
            }
            try require(false, "the caller's error was swallowed")
        } catch is Refused {}
        // A key without bytes, one too long, and a leaf that is not there spoil the append.
        for (key, index) in [([], 3), (Array(repeating: UInt8(1), count: 65), 3), ([1], 4), ([1], UInt64.max)] {
            let code = try failure {
                try log.append { append in
                    append.append(leaf)
                    append.mark(key, index)
                }
            }
            try require(code == .range, "a wrong mark gave \(code)")
        }
        try require(try log.marked([[1]]) == [nil], "a mark stayed without its leaf")
        try model.compare(with: log)
    }

    func makesMarksAnewFromLeaves() throws {
        let store = try open()
        let model = try LogModel(seed: seed)
        let log = try store.log(.control, signer: model.signer)
        let bodies: [[UInt8]] = [[1], [2], [1], [3, 3], [9]]
        var generator = SeededGenerator(seed: seed)
        try log.append { append in
            for (offset, body) in bodies.enumerated() {
                append.append(salt: .random(using: &generator), body: body)
                append.mark([200, UInt8(offset)], UInt64(offset))
            }
        }
        try log.eraseBody(of: 4)
        let count = try log.remark { leaf in leaf.body.flatMap { $0 == [2] ? nil : $0 } }
        try require(count == 2, "\(count) marks were made of 2 keys")
        for log in [log, try open().log(.control, signer: model.signer)] {
            let found = try log.marked([[1], [2], [3, 3], [9], [200, 0]])
            try require(found == [0, nil, 3, nil, nil], "the marks are not those that the leaves lead to")
        }
        try requireSound(log, leaves: UInt64(bodies.count), erased: 1)
    }
}
