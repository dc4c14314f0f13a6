// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TransparencyLog
import TrustStore
import TrustStoreContract

@Suite("What is erased leaves the files")
struct SQLiteErasureTests {
    @Test("Destroyed secrets are in no file, whatever order they came and went in")
    func secrets() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let place = try TemporaryPlace()
        let store = try SQLiteStore(directory: place.store)
        var kept: [String: [[UInt8]]] = [:]
        var destroyed: [[UInt8]] = []
        // Some do not fit one page of the database.
        for number in 0..<400 {
            let subject = "nhi_\(UInt32.random(in: 0..<60, using: &generator))/"
            let secret = generator.bytes(number % 40 == 0 ? 9000 : Int.random(in: 16...90, using: &generator))
            _ = try store.sealed.insert("\(subject)\(number)", secret)
            kept[subject, default: []].append(secret)
            guard number % 20 == 19, let gone = kept.keys.sorted().randomElement(using: &generator) else { continue }
            let secrets = kept.removeValue(forKey: gone) ?? []
            for secret in secrets {
                #expect(try place.holds(Array(secret.prefix(16))), "the test looks in the wrong place")
            }
            #expect(try store.sealed.destroy(prefix: gone) == secrets.count)
            for secret in secrets {
                #expect(try !place.holds(Array(secret.prefix(16))), "seed \(seed): it is still there afterwards")
            }
            destroyed += secrets
        }
        store.close()
        #expect(destroyed.count >= 20)
        for secret in destroyed {
            // A piece of either end, and one behind the first page's worth.
            let pieces = [secret.prefix(16), secret.suffix(16)] + (secret.count > 6000 ? [secret[5000..<5016]] : [])
            for piece in pieces {
                #expect(try !place.holds(Array(piece)), "seed \(seed): a destroyed secret is still there")
            }
        }
        for secret in kept.values.joined() {
            #expect(try place.holds(Array(secret.prefix(16))), "seed \(seed): a kept secret is gone")
        }
    }

    @Test("Erased bodies and salts are in no file, and every other leaf is untouched")
    func bodies() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let place = try TemporaryPlace()
        let store = try SQLiteStore(directory: place.store)
        let log = try store.log(.control, signer: try NoteSigner(generating: KeyName("a")))
        var leaves: [StoredLeaf] = []
        for number in 0..<60 {
            let batch = (0..<number % 7 + 1).map { _ in
                let salt = LeafSalt.random(using: &generator)
                let body = generator.bytes(number % 20 == 0 ? 20_000 : Int.random(in: 16...900, using: &generator))
                return StoredLeaf(commitment: LeafCommitment(salt: salt, body: body), salt: salt, body: body)
            }
            try log.append { append in batch.forEach { append.append($0) } }
            leaves += batch
        }
        var gone: Set<Int> = []
        for _ in 0..<40 {
            let index = Int.random(in: 0..<leaves.count, using: &generator)
            if gone.insert(index).inserted {
                #expect(try place.holds(Array(leaves[index].body?.prefix(16) ?? [])))
            }
            try log.eraseBody(of: UInt64(index))
        }
        for (index, leaf) in leaves.enumerated() {
            let (body, salt) = (try #require(leaf.body), try #require(leaf.salt))
            for piece in [Array(body.prefix(16)), Array(body.suffix(16)), salt.bytes] {
                #expect(try place.holds(piece) == !gone.contains(index), "seed \(seed), leaf \(index)")
            }
        }
        #expect(try log.check().faults.isEmpty)
    }
}
