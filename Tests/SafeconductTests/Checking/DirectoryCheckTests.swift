// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TransparencyLog
import TrustModel
import TrustStore

@testable import Safeconduct

@Suite("Checking a data directory")
struct DirectoryCheckTests {
    /// A world with `count` decisions in its evidence log.
    private static func world(_ place: String, decisions count: Int) async throws -> World {
        let world = try await World.open(place)
        try await world.populate()
        try await world.activate(permitAll)
        for _ in 0..<count { _ = try await world.reason() }
        return world
    }

    private static func evidence(_ world: World) throws -> (log: any StoredLog, size: UInt64) {
        let name = try #require(try world.store.inner.evidenceLogs().first)
        let log = try #require(try world.engine.log(name))
        return (log, try log.head().size)
    }

    /// What the check says of one log.
    private static func faults(_ world: World, evidence isEvidence: Bool) throws -> DirectoryCheck.Log {
        let check = try DirectoryCheck(directory: world.data)
        let log = try #require(isEvidence ? check.logs.last : check.logs.first)
        #expect(check.isClean == check.logs.allSatisfy { $0.faults.isEmpty })
        return log
    }

    @Test("What is whole is clean")
    func whole() async throws {
        try await World.inPlace { place in
            let world = try await Self.world(place, decisions: 5)
            let log = try Self.faults(world, evidence: true)
            #expect(log.faults == [] && log.withoutBody == 0 && log.leaves == 5)
            #expect(try DirectoryCheck(directory: world.data).isClean)
        }
    }

    @Test("An evidence log without any body does not hold, though its tree does")
    func allGone() async throws {
        try await World.inPlace { place in
            let world = try await Self.world(place, decisions: 6)
            let (log, size) = try Self.evidence(world)
            for index in 0..<size { try log.eraseBody(of: index) }
            #expect(try log.check().faults == [])
            let found = try Self.faults(world, evidence: true)
            #expect(found.faults == ["\(size) of \(size) leaves have lost their bodies: 0-\(size - 1)"])
            #expect(found.withoutBody == size)
        }
    }

    @Test("Those that are gone are named, and no backup is made of the rest")
    func someGone() async throws {
        try await World.inPlace { place in
            let world = try await Self.world(place, decisions: 8)
            let (log, size) = try Self.evidence(world)
            for index in [1, 2, 5] as [UInt64] { try log.eraseBody(of: index) }
            let words = "3 of \(size) leaves have lost their bodies: 1-2, 5"
            #expect(try Self.faults(world, evidence: true).faults == [words])
            let error = #expect(throws: EngineError.self) {
                try Backup.make(of: world.data, master: MasterKey(existing: place + "/master.key"), to: place + "/b")
            }
            #expect(error?.message.contains(words) == true)
            #expect(!FileManager.default.fileExists(atPath: place + "/b"))
        }
    }

    @Test("An entry of the control log without its body is named, too")
    func controlGone() async throws {
        try await World.inPlace { place in
            let world = try await Self.world(place, decisions: 1)
            try world.engine.controlLog.eraseBody(of: 3)
            let found = try Self.faults(world, evidence: false)
            #expect(found.faults.first?.hasSuffix("leaves have lost their bodies: 3") == true, "\(found.faults)")
            #expect(found.faults.contains { $0.hasPrefix("entry 3 can't be folded") })
        }
    }

    @Test("A start refuses evidence whose newest leaf has lost its body: it can't say which revision it needs")
    func start() async throws {
        try await World.inPlace { place in
            let world = try await Self.world(place, decisions: 3)
            let (log, size) = try Self.evidence(world)
            try log.eraseBody(of: size - 1)
            let error = await #expect(throws: EngineError.self) { _ = try await world.reopened() }
            #expect(error?.code == .corrupt)
            #expect(error?.message.contains("lost its body") == true)
        }
    }

    @Test("Secrets that are away, emptied or of another kind are told: the log could not be written again")
    func secrets() async throws {
        try await World.inPlace { place in
            let world = try await Self.world(place, decisions: 1)
            let path = world.data + "/sealed.db"
            // Closed, so that what it holds is in the file itself.
            try SQLiteStore(directory: place + "/other").close()
            let replay = place + "/other/replay.db"
            for (name, words) in [("away", "is missing"), ("emptied", "holds nothing"), ("another", "not the one")] {
                for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
                if name == "emptied" { try Data().write(to: URL(fileURLWithPath: path)) }
                if name == "another" { try FileManager.default.copyItem(atPath: replay, toPath: path) }
                let check = try DirectoryCheck(directory: world.data)
                #expect(!check.isClean)
                #expect(check.faults.count == 1, "\(name): \(check.faults)")
                #expect(check.faults.first?.hasPrefix("sealed.db: ") == true)
                #expect(check.faults.first?.contains(words) == true, "\(name): \(check.faults)")
            }
        }
    }

    @Test("A pipe where a database should be is told, and not waited for", .timeLimit(.minutes(5)))
    func pipe() async throws {
        try await World.inPlace { place in
            let world = try await Self.world(place, decisions: 1)
            #expect(mkfifo(world.data + "/evidence-1-202001.db", 0o600) == 0)
            let error = #expect(throws: StoreError.self) { try DirectoryCheck(directory: world.data) }
            #expect(error?.message == "'evidence-1-202001.db' is no regular file")
        }
    }
}
