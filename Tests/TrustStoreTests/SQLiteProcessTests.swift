// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Testing
import TransparencyLog
import TrustStore
import TrustStoreContract

/// Real processes over one directory. Each test runs its child as an exit test: the same binary, started anew.
@Suite("Several processes, and kill -9", .serialized)
struct SQLiteProcessTests {
    @Test("What a killed process was told is durable stays, and the log goes on", arguments: 0..<5)
    func killed(_ group: Int) async throws {
        let place = try TemporaryPlace()
        let base = UInt64.random(in: 0...UInt64.max)
        var insideCommit = 0
        // Several deaths over the same files: each finds what the last one left.
        for round in 0..<3 {
            let seed = base &+ UInt64(round)
            let (data, diary) = (place.store, place.beside + "/diary-\(round)")
            let child = AppendingChild(data: data, diary: diary, seed: seed)
            await #expect(processExitsWith: .signal(SIGKILL)) { [child = child as AppendingChild] in
                try child.appendUntilKilled()
            }
            insideCommit += try Diary(reading: diary).open
            let log = try SQLiteStore(directory: place.store).log(.control, signer: try AppendingChild.signer())
            let check = try log.check()
            #expect(check.faults.isEmpty, "seed \(seed): \(check.faults)")
            for earlier in 0...round {
                let diary = try Diary(reading: place.beside + "/diary-\(earlier)")
                #expect(!diary.leaves.isEmpty, "seed \(seed): the child did not get to append")
                try diary.compare(with: log)
            }
        }
        print("group \(group), seed \(base): \(insideCommit) appends were under way in 3 kills")
    }

    @Test("Two processes append to one log; one is killed and the other does not notice")
    func twoProcesses() async throws {
        let place = try TemporaryPlace()
        let seed = UInt64.random(in: 0...UInt64.max)
        let (data, diary) = (place.store, place.beside + "/diary")
        let child = ChildState()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let appending = AppendingChild(data: data, diary: diary, seed: seed)
                await #expect(processExitsWith: .signal(SIGKILL)) { [child = appending as AppendingChild] in
                    try child.appendUntilKilled()
                }
                child.hasEnded.store(true, ordering: .releasing)
            }
            group.addTask {
                let log = try SQLiteStore(directory: data).log(.control, signer: try AppendingChild.signer())
                var told: [UInt64: [UInt8]] = [:]
                var number = 0
                while !child.hasEnded.load(ordering: .acquiring) || number < 50 {
                    let body = Array("parent \(number)".utf8)
                    told[try log.append { $0.append(salt: .random(), body: body) }] = body
                    number += 1
                }
                for (index, body) in told {
                    #expect(try log.leaves(index..<index + 1).first?.body == body, "seed \(seed)")
                }
                let theirs = try Diary(reading: diary)
                try theirs.compare(with: log)
                #expect(Set(theirs.leaves.keys).isDisjoint(with: told.keys), "seed \(seed)")
                #expect(try log.check().faults.isEmpty, "seed \(seed)")
            }
            try await group.waitForAll()
        }
    }

    @Test("A process that is killed in its turn takes it along")
    func killedInItsTurn() async throws {
        let place = try TemporaryPlace()
        let data = place.store
        let store = try SQLiteStore(directory: data, busyTimeout: .milliseconds(20))
        for _ in 0..<3 {
            await #expect(processExitsWith: .signal(SIGKILL)) { [data = data as String] in
                try SQLiteStore(directory: data).inTurn { _ = kill(getpid(), SIGKILL) }
            }
            #expect(try store.inTurn { 1 } == 1)
        }
    }

    @Test("Who waits too long for a turn is told so, and has done nothing")
    func waitingForATurn() throws {
        let place = try TemporaryPlace()
        let first = try SQLiteStore(directory: place.store)
        let second = try SQLiteStore(directory: place.store, busyTimeout: .milliseconds(20))
        try first.inTurn {
            let error = #expect(throws: StoreError.self) { try second.inTurn { Issue.record("two have the turn") } }
            #expect(error?.code == .busy)
        }
        #expect(try TemporaryPlace.mode(of: place.store + "/turn.lock") == 0o600)
        #expect(try second.inTurn { 1 } == 1)
    }

    @Test("A process that comes and goes takes no lock and no commit away from those that stay")
    func comingAndGoing() async throws {
        let place = try TemporaryPlace()
        let log = try SQLiteStore(directory: place.store).log(.control, signer: try AppendingChild.signer())
        let data = place.store
        for round in 0..<3 {
            try log.append { _ = $0.append(salt: .random(), body: [UInt8(round)]) }
            // Opening the same files again in this process must not let go of the locks on them.
            _ = try SQLiteStore(directory: place.store).log(.control, signer: try AppendingChild.signer()).head()
            await #expect(processExitsWith: .success) { [data = data as String, size = round as Int] in
                let store = try SQLiteStore(directory: data)
                let seen = try store.log(.control, signer: try AppendingChild.signer()).head().size
                try #require(seen == UInt64(2 * size + 1))
                store.close()
            }
            try log.append { _ = $0.append(salt: .random(), body: [UInt8(round)]) }
        }
        #expect(try log.check().leaves == 6)
    }
}

/// Whether a child is still running.
private final class ChildState: Sendable {
    let hasEnded = Atomic(false)
}

/// What the child does: two threads append as fast as they can and write down what they were told, until a third one
/// kills the process.
struct AppendingChild: Codable {
    let data: String
    let diary: String
    let seed: UInt64

    static func signer() throws -> NoteSigner {
        try NoteSigner(name: KeyName("processes.example/log"), seed: [UInt8](repeating: 7, count: 32))
    }

    func appendUntilKilled() throws {
        let log = try SQLiteStore(directory: data).log(.control, signer: Self.signer())
        let diary = open(diary, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        try #require(diary >= 0)
        var generator = SeededGenerator(seed: seed)
        let delay = UInt32.random(in: 500...60_000, using: &generator)
        for writer in 1...2 {
            Thread.detachNewThread { [seed] in
                var generator = SeededGenerator(seed: seed &+ UInt64(writer))
                for number in 0... {
                    guard (try? Self.appendOnce(number, writer, to: log, diary, &generator)) != nil else { exit(3) }
                }
            }
        }
        // One append has to be through, or there would be nothing to lose.
        while lseek(diary, 0, SEEK_END) < 200 { usleep(200) }
        usleep(delay)
        kill(getpid(), SIGKILL)
    }

    private static func appendOnce(
        _ number: Int,
        _ writer: Int,
        to log: SQLiteLog,
        _ diary: Int32,
        _ generator: inout SeededGenerator
    ) throws {
        let count = [1, 1, 5, 60, 300].randomElement(using: &generator) ?? 1
        note("begin \(writer)\n", in: diary)
        let first = try log.append { append in
            let first = append.nextIndex
            for part in 0..<count {
                append.append(salt: .random(using: &generator), body: Array("\(writer)/\(number)/\(part)".utf8))
            }
            return first
        }
        let head = try log.head()
        // One write: a line is there whole or not at all.
        note("end \(writer) \(number) \(first) \(count) \(head.size) \(head.root.base64)\n", in: diary)
    }

    private static func note(_ line: String, in diary: Int32) {
        let bytes = Array(line.utf8)
        guard write(diary, bytes, bytes.count) == bytes.count else { exit(4) }
    }
}

/// What a child was told before it died.
struct Diary {
    /// Acknowledged bodies by their index.
    private(set) var leaves: [UInt64: [UInt8]] = [:]
    /// Heads that it saw.
    private(set) var heads: [(size: UInt64, root: Hash32)] = []
    /// How many appends had begun and not ended.
    private(set) var open = 0

    init(reading path: String) throws {
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.first == "end" else {
                open += 1
                continue
            }
            open -= 1
            try #require(words.count == 7)
            let (first, count) = (try #require(UInt64(words[3])), try #require(UInt64(words[4])))
            for part in 0..<count {
                leaves[first + part] = Array("\(words[1])/\(words[2])/\(part)".utf8)
            }
            heads.append((try #require(UInt64(words[5])), try #require(Hash32(base64: String(words[6])))))
        }
    }

    /// Checks that the log still has all of it, and grew from every head that was seen.
    func compare(with log: SQLiteLog) throws {
        let head = try log.head()
        let stored = try log.leaves(0..<head.size)
        #expect(UInt64(stored.count) == head.size)
        for (index, body) in leaves {
            try #require(index < head.size, "acknowledged leaf \(index) is lost")
            try #require(stored[Int(index)].body == body, "acknowledged leaf \(index) is another")
        }
        for old in heads {
            let hashes = try log.consistencyProof(old: old.size, new: head.size)
            let proof = ConsistencyProof(oldSize: old.size, newSize: head.size, hashes: hashes)
            try #require(proof.verify(oldRoot: old.root, newRoot: head.root).isValid)
        }
    }
}
