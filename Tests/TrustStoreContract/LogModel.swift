// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import TransparencyLog
import TrustStore

/// What a log should hold, kept in memory and computed with the library's plain tree.
struct LogModel {
    let signer: NoteSigner
    let verifier: CheckpointVerifier
    private(set) var leaves: [StoredLeaf] = []
    /// The root of each size, the empty tree's first.
    private(set) var roots = [MerkleTree.emptyRoot]
    private var frontier = Frontier()
    private var generator: SeededGenerator

    init(_ origin: String = "contract.example/log", seed: UInt64) throws {
        generator = SeededGenerator(seed: seed ^ 0x5EED)
        signer = try NoteSigner(name: KeyName(origin), seed: generator.bytes(32))
        verifier = try CheckpointVerifier(origin: origin, logKeys: [signer.verifierKey])
    }

    var size: UInt64 { frontier.size }

    /// A leaf with a body of random length and contents.
    mutating func makeLeaf(bodyLength: ClosedRange<Int> = 0...700) throws -> StoredLeaf {
        let salt = LeafSalt.random(using: &generator)
        let body = generator.bytes(Int.random(in: bodyLength, using: &generator))
        return StoredLeaf(commitment: LeafCommitment(salt: salt, body: body), salt: salt, body: body)
    }

    /// Notes that a leaf was appended.
    mutating func took(_ leaf: StoredLeaf) throws {
        try frontier.append(leaf.commitment.leafHash)
        leaves.append(leaf)
        roots.append(frontier.root)
    }

    /// Makes `count` leaves, appends them in one call, and notes them.
    mutating func append(_ count: Int, to log: some StoredLog) throws {
        let new = try (0..<count).map { _ in try makeLeaf(bodyLength: 0...60) }
        let first = size
        try log.append { append in
            try require(append.size == first, "the append begins at \(append.size), not \(first)")
            for (offset, leaf) in new.enumerated() {
                let index = append.append(leaf)
                try require(index == first + UInt64(offset), "a leaf was given another index than the next")
            }
        }
        for leaf in new { try took(leaf) }
    }

    /// Appends in batches of random sizes around the tile width until there are at least `count` leaves.
    mutating func fill(_ log: some StoredLog, to count: UInt64) throws {
        while size < count {
            let batch = [1, 2, 3, 7, 100, 255, 256, 257, 300].randomElement(using: &generator) ?? 1
            try append(batch, to: log)
        }
    }

    /// Compares head, checkpoint and every leaf with the log's.
    func compare(with log: some StoredLog) throws {
        try compareHead(try log.head())
        let stored = try log.leaves(0..<UInt64.max)
        try require(stored.count == leaves.count, "the log has \(stored.count) leaves, not \(leaves.count)")
        for (index, pair) in zip(stored, leaves).enumerated() {
            try require(Self.same(pair.0, pair.1), "leaf \(index) came back as another")
        }
    }

    /// Checks that a head is that of this log when it had so many leaves.
    func compareHead(_ head: LogHead) throws {
        try require(head.size == size, "the head is at \(head.size), not \(size)")
        try require(head.root == roots[Int(size)], "the head has another root")
        guard size > 0 else {
            try require(head.checkpoint.isEmpty, "an empty log has a checkpoint")
            return
        }
        let verdict = verifier.verify(try SignedNote(parsing: head.checkpoint))
        let checkpoint = try present(verdict.checkpoint, "the checkpoint does not verify").checkpoint
        try require(checkpoint.size == size && checkpoint.root == head.root, "the checkpoint is not the head's")
    }

    /// Whether two leaves are the same in every part.
    static func same(_ one: StoredLeaf, _ other: StoredLeaf) -> Bool {
        one.commitment == other.commitment && one.salt == other.salt && one.body == other.body
    }
}

/// Checks that a log finds nothing wrong with itself.
func requireSound(_ log: some StoredLog, leaves: UInt64, erased: UInt64 = 0) throws {
    let check = try log.check()
    try require(check.faults.isEmpty, "faults: \(check.faults)")
    try require(check.leaves == leaves, "the check read \(check.leaves) leaves, not \(leaves)")
    try require(check.erased == erased, "the check counted \(check.erased) erased leaves, not \(erased)")
}
