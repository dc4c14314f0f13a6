// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import TransparencyLog
import TrustStore

extension StoreContract {
    /// A log that spans several tiles, and what it should hold.
    private func filled(to count: UInt64 = 1100) throws -> (log: Store.Log, model: LogModel) {
        var model = try LogModel(seed: seed)
        let log = try open().log(.evidence(node: 1, month: 202_611), signer: model.signer)
        try model.fill(log, to: count)
        return (log, model)
    }

    func provesInclusion() throws {
        let (log, model) = try filled()
        var generator = SeededGenerator(seed: seed)
        for round in 0..<60 {
            let size = round == 0 ? model.size : UInt64.random(in: 1...model.size, using: &generator)
            for index in [0, size - 1, UInt64.random(in: 0..<size, using: &generator)] {
                let hashes = try log.inclusionProof(index: index, size: size)
                let proof = InclusionProof(index: index, size: size, hashes: hashes)
                let leafHash = model.leaves[Int(index)].commitment.leafHash
                try require(
                    proof.verify(leafHash: leafHash, root: model.roots[Int(size)]).isValid,
                    "leaf \(index) is not proved in the tree of \(size)"
                )
            }
        }
    }

    func provesConsistency() throws {
        let (log, model) = try filled()
        var generator = SeededGenerator(seed: seed)
        for round in 0..<120 {
            let new = round == 0 ? model.size : UInt64.random(in: 0...model.size, using: &generator)
            for old in [0, new, UInt64.random(in: 0...new, using: &generator)] {
                let hashes = try log.consistencyProof(old: old, new: new)
                let proof = ConsistencyProof(oldSize: old, newSize: new, hashes: hashes)
                try require(
                    proof.verify(oldRoot: model.roots[Int(old)], newRoot: model.roots[Int(new)]).isValid,
                    "\(new) is not proved to begin with \(old)"
                )
            }
        }
    }

    func servesTiles() throws {
        let (log, model) = try filled(to: 700)
        let leafHashes = model.leaves.map(\.commitment.leafHash)
        for index in 0...model.size >> 8 {
            let own = leafHashes[(Int(index) << 8)...].prefix(256)
            for width in [1, 2, 100, 255, 256] {
                let bytes = try log.tile(level: 0, index: index, width: width)
                let expected = own.count >= width ? own.prefix(width).flatMap(\.bytes) : nil
                try require(bytes == expected, "the tile \(index) of width \(width) is another")
            }
        }
        // Level 1: the roots of the full tiles below.
        let full = Int(model.size >> 8)
        let roots = (0..<full).map { tile in
            var frontier = Frontier()
            for hash in leafHashes[tile << 8..<(tile + 1) << 8] { try? frontier.append(hash) }
            return frontier.root
        }
        try require(
            try log.tile(level: 1, index: 0, width: full) == roots.flatMap(\.bytes),
            "the tile of level 1 is another"
        )
        for (level, index, width) in [(1, 0, full + 1), (1, 1, 1), (2, 0, 1), (7, 0, 1), (8, 0, 1), (63, 0, 1)]
            + [(-1, 0, 1), (64, 0, 1), (0, 0, 0), (0, 0, 257), (0, 0, -1), (Int.max, 0, 1)]
        {
            let tile = try log.tile(level: level, index: UInt64(index), width: width)
            try require(tile == nil, "there is a tile \(level)/\(index) of width \(width)")
        }
        try require(try log.tile(level: 0, index: .max, width: 1) == nil, "there is a tile at the end of numbers")
    }

    func servesBundles() throws {
        let (log, model) = try filled(to: 600)
        for index in 0...model.size >> 8 {
            let own = model.leaves[(Int(index) << 8)...].prefix(256).map(\.commitment)
            for width in [1, 2, 100, 255, 256] {
                let bytes = try log.bundle(index: index, width: width)
                guard own.count >= width else {
                    try require(bytes == nil, "there is a bundle \(index) of width \(width)")
                    continue
                }
                let bundle = try EntryBundle(bytes: try present(bytes, "no bundle \(index)"), width: width)
                try require(try bundle.commitments() == Array(own.prefix(width)), "the bundle \(index) is another")
                let tile = try log.tile(level: 0, index: index, width: width)
                try require(tile == bundle.leafHashes.flatMap(\.bytes), "bundle and tile \(index) disagree")
            }
        }
        for (index, width) in [(model.size >> 8 + 1, 1), (UInt64.max, 1), (0, 0), (0, 257), (0, -1)] {
            try require(try log.bundle(index: index, width: width) == nil, "there is a bundle \(index) of \(width)")
        }
    }

    func refusesWhatIsNotThere() throws {
        let (log, model) = try filled(to: 10)
        let size = model.size
        for (index, tree) in [(size, size), (0, size + 1), (0, 0), (5, 5), (0, UInt64.max), (UInt64.max, size)] {
            let code = try failure { _ = try log.inclusionProof(index: index, size: tree) }
            try require(code == .range, "a proof of \(index) in \(tree) gave \(code)")
        }
        for (old, new) in [(0, size + 1), (2, 1), (UInt64.max, UInt64.max), (size + 1, size)] {
            let code = try failure { _ = try log.consistencyProof(old: old, new: new) }
            try require(code == .range, "a proof from \(old) to \(new) gave \(code)")
        }
        try require(try log.leaves(size..<UInt64.max).isEmpty, "there are leaves after the last")
        try require(try log.leaves(UInt64.max..<UInt64.max).isEmpty, "there are leaves at the end of numbers")
        try require(try log.leaves(3..<3).isEmpty, "an empty range has leaves")
    }
}
