// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TransparencyLog
import TrustStore
import TrustStoreContract

@Suite("Damaged files")
struct SQLiteDamageTests {
    @Test(
        "What opening must notice",
        arguments: [
            "UPDATE head SET size = size + 1", "UPDATE head SET size = size - 1", "UPDATE head SET size = -1",
            "UPDATE head SET size = 9223372036854775807", "UPDATE head SET size = 0",
            "UPDATE head SET size = 0, root = zeroblob(32), checkpoint = x''",
            "UPDATE head SET root = zeroblob(32)", "UPDATE head SET root = zeroblob(31)",
            "UPDATE head SET checkpoint = x''", "UPDATE head SET checkpoint = zeroblob(200)",
            "UPDATE head SET checkpoint = CAST(replace(CAST(checkpoint AS TEXT), char(10) || '300' || char(10), "
                + "char(10) || '299' || char(10)) AS BLOB)",
            "UPDATE head SET origin = 'other.example'", "DELETE FROM head", "DROP TABLE head",
            "DROP TABLE head; CREATE TABLE head (size, root, checkpoint, origin, vkey);"
                + "INSERT INTO head VALUES (NULL, 'x', 3, x'', 0.5)",
            "DELETE FROM leaves WHERE idx = 299", "INSERT INTO leaves VALUES (300, zeroblob(32), 1, NULL, NULL)",
            "INSERT INTO leaves VALUES (-1, zeroblob(32), 1, NULL, NULL); DELETE FROM leaves WHERE idx >= 0",
            "DROP TABLE leaves", "DELETE FROM tiles WHERE level = 1", "DROP TABLE tiles",
            "UPDATE tiles SET hashes = zeroblob(32 * 44) WHERE n = 1",
            "UPDATE tiles SET hashes = zeroblob(32) WHERE level = 1",
            "UPDATE tiles SET hashes = x'' WHERE level = 1", "DELETE FROM schema", "UPDATE schema SET purpose = 'x'",
            "PRAGMA application_id = 7", "UPDATE schema SET version = 0", "DROP TABLE schema",
        ]
    )
    func opening(_ sql: String) throws {
        let sample = try SampleStore()
        try sample.tamper(sql)
        let error = try storeError { _ = try sample.log() }
        #expect(error?.code == .corrupt, "\(String(describing: error))")
    }

    @Test(
        "A damaged file is named, together with what to do about it",
        arguments: [
            ("control.db", "restore a backup"), ("sealed.db", "restore a backup"), ("replay.db", "move it away"),
        ]
    )
    func named(file: String, remedy: String) throws {
        let sample = try SampleStore(leaves: 3)
        let path = sample.place.store + "/" + file
        for (text, words) in [("no database ", "SQLite: "), ("", "not a database of this store")] {
            if text.isEmpty {
                try FileManager.default.removeItem(atPath: path)
                try sample.tamper("CREATE TABLE another (a)", in: file)
                chmod(path, 0o600)
            } else {
                try Data(String(repeating: text, count: 1000).utf8).write(to: URL(fileURLWithPath: path))
            }
            let error = try #require(try storeError { _ = try SQLiteStore(directory: sample.place.store) })
            #expect(error.code == .corrupt)
            #expect(error.message.hasPrefix(file + ": "), "\(error)")
            #expect(error.message.contains(words) && error.message.contains(remedy), "\(error)")
        }
        guard file == "replay.db" else { return }
        try FileManager.default.removeItem(atPath: path)
        #expect(try sample.log().head().size == 3)
    }

    @Test("What reading must notice")
    func reading() throws {
        let sample = try SampleStore()
        try sample.tamper(
            """
            UPDATE leaves SET body = zeroblob(40) WHERE idx = 3;
            UPDATE leaves SET salt = zeroblob(32) WHERE idx = 5;
            UPDATE leaves SET salt = zeroblob(3) WHERE idx = 7;
            UPDATE leaves SET body = NULL WHERE idx = 9;
            UPDATE leaves SET commitment = zeroblob(31) WHERE idx = 11;
            DELETE FROM leaves WHERE idx = 13;
            """
        )
        let log = try sample.log()
        for index in stride(from: UInt64(3), through: 13, by: 2) {
            #expect(try log.leaves(index - 1..<index).count == 1)
            #expect(try storeError { _ = try log.leaves(index - 1..<index + 1) }?.code == .corrupt, "leaf \(index)")
        }
        #expect(try storeError { _ = try log.bundle(index: 0, width: 256) }?.code == .corrupt)
        #expect(try log.bundle(index: 0, width: 10) != nil)
        #expect(try !log.check().faults.isEmpty)
        try sample.tamper("DELETE FROM tiles WHERE n = 0 AND level = 0")
        #expect(try storeError { _ = try log.tile(level: 0, index: 0, width: 256) }?.code == .corrupt)
        #expect(try storeError { _ = try log.inclusionProof(index: 1, size: 300) }?.code == .corrupt)
        #expect(try storeError { _ = try log.consistencyProof(old: 3, new: 300) }?.code == .corrupt)
    }

    @Test(
        "What only a whole check can notice",
        arguments: [
            "UPDATE leaves SET commitment = zeroblob(32) WHERE idx = 3",
            "UPDATE leaves SET commitment = zeroblob(32), erased = 1 WHERE idx = 3",
            "UPDATE leaves SET body = zeroblob(40) WHERE idx = 3", "DELETE FROM leaves WHERE idx = 3",
            "UPDATE tiles SET hashes = zeroblob(8192) WHERE level = 0 AND n = 0",
            "INSERT INTO tiles VALUES (0, 2, zeroblob(32))", "INSERT INTO tiles VALUES (2, 0, zeroblob(32))",
        ]
    )
    func checking(_ sql: String) throws {
        let sample = try SampleStore()
        #expect(try sample.log().check().faults.isEmpty)
        try sample.tamper(sql)
        let check = try sample.log().check()
        #expect(!check.faults.isEmpty)
        #expect(check.faults.allSatisfy { !$0.isEmpty })
    }

    @Test("A log that is made shorter, or replaced, under a running process is not appended to")
    func rollback() throws {
        let sample = try SampleStore()
        let log = try sample.log()
        let path = sample.place.store + "/control.db"
        let backup = try Data(contentsOf: URL(fileURLWithPath: path))
        try log.append { _ = $0.append(salt: .random(), body: [1]) }
        // A row at the place of the next leaf.
        try sample.tamper("INSERT INTO leaves VALUES (301, zeroblob(32), 1, NULL, NULL)")
        #expect(try storeError { try log.append { _ = $0.append(salt: .random(), body: [1]) } }?.code == .corrupt)
        try sample.tamper("DELETE FROM leaves WHERE idx = 301")
        try log.append { _ = $0.append(salt: .random(), body: [1]) }
        // The old contents, written by SQLite itself as a restore into a live database would.
        try backup.write(to: URL(fileURLWithPath: sample.place.beside + "/old.db"))
        try sample.tamper(
            """
            ATTACH '\(sample.place.beside)/old.db' AS old;
            DELETE FROM leaves WHERE idx >= 300; DELETE FROM tiles; DELETE FROM head;
            INSERT INTO tiles SELECT * FROM old.tiles; INSERT INTO head SELECT * FROM old.head;
            """
        )
        #expect(try storeError { try log.append { _ = $0.append(salt: .random(), body: [1]) } }?.code == .corrupt)
    }

    @Test("A damaged snapshot is not read to its end")
    func snapshot() throws {
        for sql in [
            "UPDATE snapshot_chunks SET bytes = zeroblob(length(bytes))", "DELETE FROM snapshot_chunks",
            "UPDATE snapshots SET chunks = 2",
        ] {
            let sample = try SampleStore(leaves: 20)
            try sample.tamper(sql)
            let store = try SQLiteStore(directory: sample.place.store)
            #expect(try storeError { _ = try store.readSnapshot { _ in } }?.code == .corrupt)
        }
    }

    @Test("Files that are garbage, or cut short", arguments: ["control.db", "sealed.db"])
    func garbage(_ file: String) throws {
        var generator = SeededGenerator(seed: 3)
        for length in [1, 50, 99, 100, 4095, 4096, 4097, 8192, 12_288] {
            for isGarbage in [true, false] {
                let sample = try SampleStore()
                let url = URL(fileURLWithPath: sample.place.store + "/" + file)
                let good = try Data(contentsOf: url)
                try (isGarbage ? Data(generator.bytes(length)) : good.prefix(length)).write(to: url)
                let error = try storeError {
                    let store = try SQLiteStore(directory: sample.place.store)
                    _ = try store.sealed.read("a/1")
                    _ = try store.log(.control, signer: sample.signer).check()
                }
                #expect(error?.code == .corrupt, "\(length) bytes, garbage \(isGarbage): \(String(describing: error))")
            }
        }
    }

    @Test("Random damage never traps, and never passes for a sound log with other contents")
    func randomDamage() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let sample = try SampleStore()
        let paths = try sample.place.files()
        let originals = try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        var noticed = 0
        for round in 0..<120 {
            let place = try TemporaryPlace()
            try FileManager.default.createDirectory(
                atPath: place.store,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
            for (path, original) in zip(paths, originals) {
                var bytes = original
                for _ in 0..<Int.random(in: 1...6, using: &generator) where !bytes.isEmpty {
                    let offset = Int.random(in: 0..<bytes.count, using: &generator)
                    bytes[offset] ^= UInt8.random(in: 1...255, using: &generator)
                }
                let name = URL(fileURLWithPath: path).lastPathComponent
                try bytes.write(to: URL(fileURLWithPath: place.store + "/" + name))
            }
            do {
                if try use(SampleDamage(sample: sample, store: place.store)) { noticed += 1 }
            } catch {
                Issue.record("seed \(seed), round \(round): \(error)")
            }
        }
        #expect(noticed > 20, "seed \(seed): most damage lies in what is read")
    }

    private struct SampleDamage {
        let sample: SampleStore
        let store: String
    }

    /// Uses everything; whether something was noticed. Throws anything but a ``StoreError``, or when the log calls
    /// itself sound and gives another body than was appended.
    private func use(_ damage: SampleDamage) throws -> Bool {
        var isSound = true
        func trying(_ body: () throws -> Void) throws {
            if try storeError(body) != nil { isSound = false }
        }
        var store: SQLiteStore?
        try trying { store = try SQLiteStore(directory: damage.store, busyTimeout: .milliseconds(5)) }
        guard let store else { return true }
        var log: SQLiteLog?
        try trying { log = try store.log(.control, signer: damage.sample.signer) }
        try trying { _ = try store.readSnapshot { _ in } }
        for name in ["a/1", "a/2", "b/1", "c"] {
            try trying { _ = try store.sealed.read(name) }
        }
        if let log {
            var leaves: [StoredLeaf] = []
            try trying { leaves = try log.leaves(0..<1000) }
            try trying { if try !log.check().faults.isEmpty { isSound = false } }
            try trying { _ = try log.tile(level: 0, index: 0, width: 256) }
            try trying { _ = try log.bundle(index: 0, width: 256) }
            try trying { _ = try log.inclusionProof(index: 70, size: 300) }
            if isSound {
                try #require(leaves.count == damage.sample.bodies.count)
                for (leaf, body) in zip(leaves, damage.sample.bodies) {
                    try #require(leaf.body == nil || leaf.body == body)
                }
            }
            try trying { try log.append { _ = $0.append(salt: .random(), body: [1]) } }
            try trying { try log.eraseBody(of: 9) }
        }
        try trying { _ = try store.sealed.insert("c", [1]) }
        try trying { _ = try store.sealed.destroy(prefix: "a/") }
        try trying { try store.saveSnapshot(size: 400) { add in try add([1]) } }
        return !isSound
    }
}
