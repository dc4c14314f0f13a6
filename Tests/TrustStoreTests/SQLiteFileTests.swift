// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Testing
import TransparencyLog

@testable import TrustStore

@Suite("Files of the store")
struct SQLiteFileTests {
    @Test("Commits are durable and what is freed is overwritten, also after reopening")
    func pragmas() throws {
        let sample = try SampleStore(leaves: 3)
        for _ in 0..<2 {
            let log = try sample.log()
            #expect(try log.file.pragma("synchronous") == "2")
            #expect(try log.file.pragma("journal_mode") == "wal")
            #expect(try log.file.pragma("secure_delete") == "2")
            #expect(try log.file.pragma("mmap_size") == nil || log.file.pragma("mmap_size") == "0")
            #expect(try log.file.pragma("foreign_keys") == "0")
            #expect(try log.file.pragma("journal_size_limit") == "67108864")
        }
    }

    @Test("Nobody else can read the directory or any file in it")
    func modes() throws {
        let place = try TemporaryPlace()
        let former = umask(0)
        defer { umask(former) }
        let store = try SQLiteStore(directory: place.store + "/below")
        let signer = try NoteSigner(generating: KeyName("a"))
        for name in [LogName.control, .evidence(node: 1, month: 202_611)] {
            try store.log(name, signer: signer).append { _ = $0.append(salt: .random(), body: [1]) }
        }
        _ = try store.sealed.insert("a", [1])
        #expect(try TemporaryPlace.mode(of: place.store + "/below") == 0o700)
        let files = try FileManager.default.contentsOfDirectory(atPath: place.store + "/below")
        #expect(files.count == 15, "five databases, each with two files beside it")
        for file in files {
            #expect(try TemporaryPlace.mode(of: place.store + "/below/" + file) == 0o600, "\(file)")
        }
    }

    @Test("A directory that others can reach is closed while it is empty, and refused when it is not")
    func directory() throws {
        let place = try TemporaryPlace()
        let files = FileManager.default
        try files.createDirectory(
            atPath: place.store,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755]
        )
        _ = try SQLiteStore(directory: place.store)
        #expect(try TemporaryPlace.mode(of: place.store) == 0o700)
        try files.setAttributes([.posixPermissions: 0o750], ofItemAtPath: place.store)
        #expect(throws: StoreError.self) { try SQLiteStore(directory: place.store) }
        #expect(try TemporaryPlace.mode(of: place.store) == 0o750)
        // Not a directory at all, and one that cannot be made.
        try Data([1]).write(to: URL(fileURLWithPath: place.beside + "/file"))
        for path in [place.beside + "/file", place.beside + "/file/below", ""] {
            let error = try storeError { _ = try SQLiteStore(directory: path) }
            #expect(error?.code == .unavailable, "\(path): \(String(describing: error))")
        }
    }

    @Test("A full disk is told as such, loses nothing, and the log goes on when there is room")
    func full() throws {
        let sample = try SampleStore(leaves: 10)
        let log = try sample.log()
        let before = try log.head()
        let pages = try log.file.pragma("page_count")
        _ = try log.file.pragma("max_page_count = \(pages ?? "")")
        let body = [UInt8](repeating: 1, count: 200_000)
        let error = try storeError { try log.append { _ = $0.append(salt: .random(), body: body) } }
        #expect(error?.code == .full)
        #expect(try log.head().checkpoint == before.checkpoint)
        #expect(try log.leaves(0..<20).count == 10)
        _ = try log.file.pragma("max_page_count = 1000000")
        try log.append { _ = $0.append(salt: .random(), body: body) }
        #expect(try log.check().faults.isEmpty)
        #expect(try log.head().size == 11)
    }

    @Test("A writer that does not let go is waited for, then told")
    func busy() throws {
        let sample = try SampleStore(leaves: 10)
        let store = try SQLiteStore(directory: sample.place.store, busyTimeout: .milliseconds(40))
        let log = try store.log(.control, signer: sample.signer)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: sample.place.store + "/control.db", configuration: configuration)
        try other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let error = try storeError { try log.append { _ = $0.append(salt: .random(), body: [1]) } }
        #expect(error?.code == .busy)
        #expect(try log.leaves(0..<20).count == 10, "readers do not wait for writers")
        try other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try log.append { _ = $0.append(salt: .random(), body: [1]) }
        #expect(try log.head().size == 11)
    }

    @Test("After closing, everything is unavailable and nothing traps")
    func closed() throws {
        let sample = try SampleStore(leaves: 10)
        let store = try SQLiteStore(directory: sample.place.store)
        let log = try store.log(.control, signer: sample.signer)
        store.close()
        store.close()
        let uses: [() throws -> Void] = [
            { _ = try log.head() }, { _ = try log.leaves(0..<3) }, { try log.append { _ in } },
            { _ = try log.check() }, { try log.eraseBody(of: 0) }, { _ = try log.tile(level: 0, index: 0, width: 1) },
            { _ = try store.sealed.read("a/1") }, { _ = try store.sealed.insert("c", [1]) },
            { _ = try store.sealed.destroy(prefix: "a") }, { _ = try store.readSnapshot { _ in } },
            { try store.saveSnapshot(size: 1) { _ in } }, { _ = try store.log(.control, signer: sample.signer) },
            { _ = try store.log(.evidence(node: 1, month: 202_611), signer: sample.signer) },
        ]
        for (number, use) in uses.enumerated() {
            #expect(try storeError(use)?.code == .unavailable, "use \(number)")
        }
    }
}
