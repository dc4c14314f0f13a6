// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization
import TransparencyLog
import TrustStore

extension StoreContract {
    func keepsOneLogBetweenStores() throws {
        let stores = try (0..<3).map { _ in try open() }
        var model = try LogModel(seed: seed)
        let logs = try stores.map { try $0.log(.control, signer: model.signer) }
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let log = logs[Int.random(in: 0..<3, using: &generator)]
            try model.append(Int.random(in: 0...40, using: &generator), to: log)
            try model.compareHead(try logs[Int.random(in: 0..<3, using: &generator)].head())
        }
        for log in logs {
            try model.compare(with: log)
        }
        try requireSound(logs[0], leaves: model.size)
    }

    func appendsFromManyThreads() throws {
        let stores = try [open(), open()]
        let model = try LogModel(seed: seed)
        let logs = try stores.map { try $0.log(.control, signer: model.signer) }
        let writers = 4
        let rounds = 30
        // What each writer was told: index and body of every leaf of its own.
        let acknowledged = Mutex<[UInt64: [UInt8]]>([:])
        try inParallel(writers) { writer in
            var generator = SeededGenerator(seed: seed &+ UInt64(writer))
            for round in 0..<rounds {
                let bodies = (0..<Int.random(in: 1...5, using: &generator)).map { part in
                    [UInt8(writer), UInt8(round), UInt8(part)]
                }
                let first = try logs[writer % 2].append { append in
                    let first = append.nextIndex
                    for body in bodies { append.append(salt: .random(using: &generator), body: body) }
                    return first
                }
                try acknowledged.withLock { acknowledged in
                    for (offset, body) in bodies.enumerated() {
                        let former = acknowledged.updateValue(body, forKey: first + UInt64(offset))
                        try require(former == nil, "two writers were given the same index")
                    }
                }
            }
        }
        let told = acknowledged.withLock { $0 }
        let stored = try logs[0].leaves(0..<UInt64.max)
        try require(stored.count == told.count, "\(stored.count) leaves are stored, \(told.count) were acknowledged")
        for (index, leaf) in stored.enumerated() {
            try require(told[UInt64(index)] == leaf.body, "leaf \(index) is not what its writer was told")
        }
        try requireSound(logs[1], leaves: UInt64(told.count))
    }

    func readsWhileOthersAppend() throws {
        let store = try open()
        var model = try LogModel(seed: seed)
        let log = try store.log(.control, signer: model.signer)
        try model.append(10, to: log)
        let (start, verifier) = (model, model.verifier)
        let isDone = Mutex(false)
        try inParallel(4) { part in
            guard part > 0 else {
                var model = start
                defer { isDone.withLock { $0 = true } }
                for round in 0..<50 { try model.append(1 + round % 30, to: log) }
                return
            }
            var generator = SeededGenerator(seed: seed &+ UInt64(part))
            var last = try log.head()
            repeat {
                let head = try log.head()
                try require(head.size >= last.size, "the head went back")
                let note = try SignedNote(parsing: head.checkpoint)
                try require(verifier.verify(note).checkpoint != nil, "a checkpoint does not verify")
                let consistency = try log.consistencyProof(old: last.size, new: head.size)
                let grown = ConsistencyProof(oldSize: last.size, newSize: head.size, hashes: consistency)
                try require(grown.verify(oldRoot: last.root, newRoot: head.root).isValid, "two heads do not agree")
                let index = UInt64.random(in: 0..<head.size, using: &generator)
                let leaf = try present(try log.leaves(index..<index + 1).first, "leaf \(index) is not there")
                let hashes = try log.inclusionProof(index: index, size: head.size)
                let proof = InclusionProof(index: index, size: head.size, hashes: hashes)
                let verdict = proof.verify(leafHash: leaf.commitment.leafHash, root: head.root)
                try require(verdict.isValid, "leaf \(index) is not proved at \(head.size)")
                last = head
            } while !isDone.withLock { $0 }
        }
        try requireSound(log, leaves: try log.head().size)
    }

    /// Runs `body` on several threads at once; throws the first error.
    func inParallel(_ count: Int, _ body: @Sendable (Int) throws -> Void) throws {
        let failures = Mutex<[any Error]>([])
        DispatchQueue.concurrentPerform(iterations: count) { part in
            do {
                try body(part)
            } catch {
                failures.withLock { $0.append(error) }
            }
        }
        if let first = failures.withLock({ $0.first }) { throw first }
    }
}
