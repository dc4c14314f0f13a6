// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import TransparencyLog
import TrustStore

extension StoreContract {
    /// The caller's own error, which must come back as it is.
    private struct Refused: Error {}

    func appendsAndReads() throws {
        let store = try open()
        var model = try LogModel(seed: seed)
        let log = try store.log(.control, signer: model.signer)
        try model.compare(with: log)
        try model.fill(log, to: 900)
        try model.compare(with: log)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let first = UInt64.random(in: 0...model.size, using: &generator)
            let end = UInt64.random(in: first...model.size + 10, using: &generator)
            let stored = try log.leaves(first..<end)
            let expected = model.leaves[Int(first)..<Int(min(end, model.size))]
            try require(stored.count == expected.count, "\(first)..<\(end) gave \(stored.count) leaves")
            try require(zip(stored, expected).allSatisfy(LogModel.same), "\(first)..<\(end) gave other leaves")
        }
        try requireSound(log, leaves: model.size)
    }

    func appendsAllOrNothing() throws {
        let store = try open()
        var model = try LogModel(seed: seed)
        let log = try store.log(.control, signer: model.signer)
        for count in [0, 1, 255, 44] {
            try model.append(count, to: log)
            let lost = try (0..<300).map { _ in try model.makeLeaf(bodyLength: 0...20) }
            do {
                try log.append { append in
                    for leaf in lost { append.append(leaf) }
                    throw Refused()
                }
                try require(false, "the caller's error was swallowed")
            } catch is Refused {}
            // A leaf that cannot be stored spoils those before it, too.
            let half = StoredLeaf(commitment: lost[0].commitment, salt: lost[0].salt, body: nil)
            let code = try failure {
                try log.append { append in
                    append.append(lost[1])
                    append.append(half)
                }
            }
            try require(code == .range, "half a leaf gave \(code)")
            try model.compare(with: log)
        }
        try model.append(3, to: log)
        try model.compare(with: log)
        try requireSound(log, leaves: model.size)
    }

    func appendsNothingWhenNothingIsGiven() throws {
        let store = try open()
        var model = try LogModel(seed: seed)
        let log = try store.log(.control, signer: model.signer)
        try require(try log.append { $0.nextIndex } == 0, "an empty log does not begin at 0")
        try model.compare(with: log)
        try model.append(5, to: log)
        let before = try log.head()
        let answer = try log.append { append -> String? in append.size == 5 ? nil : "wrong" }
        try require(answer == nil, "the closure's answer did not come back")
        try require(try log.head().checkpoint == before.checkpoint, "an empty append changed the checkpoint")
        try model.compare(with: log)
    }

    func refusesToAppendWithinAppend() throws {
        let store = try open()
        var model = try LogModel(seed: seed)
        let log = try store.log(.control, signer: model.signer)
        let leaf = try model.makeLeaf()
        try log.append { append in
            append.append(leaf)
            let codes = try [
                failure { try log.append { _ in } },
                failure { try log.eraseBody(of: 0) },
            ]
            try require(codes == [.busy, .busy], "writing within an append gave \(codes)")
            // Reading is allowed, and sees what was there before.
            try require(try log.head().size == 0, "an append is seen before its end")
        }
        try model.took(leaf)
        try model.compare(with: log)
    }

    func showsOthersLeavesInsideAppend() throws {
        let (here, there) = (try open(), try open())
        var model = try LogModel(seed: seed)
        let mine = try here.log(.control, signer: model.signer)
        let theirs = try there.log(.control, signer: model.signer)
        try model.append(10, to: mine)
        try model.append(260, to: theirs)
        let new = try model.makeLeaf()
        try mine.append { append in
            try require(append.size == 270, "the head is stale")
            let seen = try append.leaves(10..<400)
            try require(seen.count == 260, "\(seen.count) leaves of the other store are seen")
            try require(zip(seen, model.leaves[10...]).allSatisfy(LogModel.same), "they are other leaves")
            append.append(new)
            try require(try append.leaves(270..<271).isEmpty, "a leaf is read before it is stored")
        }
        try model.took(new)
        try model.compare(with: theirs)
    }

    func survivesReopening() throws {
        var model = try LogModel(seed: seed)
        for count in [0, 1, 1, 253, 1, 1, 255, 256, 300, 2] {
            let log = try open().log(.control, signer: model.signer)
            try model.compareHead(try log.head())
            try model.append(count, to: log)
        }
        let log = try open().log(.control, signer: model.signer)
        try model.compare(with: log)
        try requireSound(log, leaves: model.size)
    }

    func takesUnusualBodies() throws {
        let store = try open()
        var model = try LogModel(seed: seed)
        let log = try store.log(.control, signer: model.signer)
        for length in [0, 1, 4000, 70_000, 1_500_000] {
            let leaf = try model.makeLeaf(bodyLength: length...length)
            let salt = try present(leaf.salt, "no salt")
            _ = try log.append { append in append.append(salt: salt, body: leaf.body ?? []) }
            try model.took(leaf)
        }
        // A leaf whose body was erased before it came here.
        let bare = StoredLeaf(commitment: try model.makeLeaf().commitment, salt: nil, body: nil)
        _ = try log.append { $0.append(bare) }
        try model.took(bare)
        try model.compare(with: log)
        try requireSound(log, leaves: 6, erased: 1)
    }
}
