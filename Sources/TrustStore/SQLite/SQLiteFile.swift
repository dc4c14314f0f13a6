// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Synchronization

/// One database file, opened once in this process: one writer, several readers that never wait for it.
final class SQLiteFile: Sendable {
    /// How erased contents are treated besides being overwritten in place.
    enum Erasure: String, Sendable {
        /// Zeroes what is freed where that costs no further writing.
        case fast = "FAST"
        /// Zeroes everything that is freed.
        case complete = "ON"
    }

    /// Its name in the data directory, for what is said about it.
    private let name: String
    /// The connections; nil once closed. Whoever is at work keeps them, the last one closes them.
    private let connections: Mutex<DatabasePool?>
    /// The thread that is writing, so that it is told when it tries to write within its own writing.
    private let writer = Mutex<ObjectIdentifier?>(nil)

    /// Opens or makes the file at `path`.
    init(
        path: String,
        schema: SQLiteSchema,
        erasure: Erasure,
        busyTimeout: Duration
    ) throws(StoreError) {
        name = URL(fileURLWithPath: path).lastPathComponent
        try DataDirectory.touch(path)
        do {
            let pool = try DatabasePool(
                path: path,
                configuration: Self.configuration(erasure: erasure, busyTimeout: busyTimeout)
            )
            try pool.writeWithoutTransaction { db in
                try Self.makeDurable(db)
                try schema.prepare(db)
            }
            connections = Mutex(pool)
        } catch {
            throw StoreError(opening: name, error)
        }
    }

    private static func configuration(erasure: Erasure, busyTimeout: Duration) -> Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        configuration.maximumReaderCount = 4
        // Else GRDB ends the process when an unreadable disk keeps even a rollback from happening.
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .callback(waiting(atMost: busyTimeout))
        configuration.prepareDatabase { db in
            // A hostile or broken file meets more checks, may not call functions from its schema, and is never mapped
            // into memory, where a file cut short would kill the process.
            try db.execute(
                sql: """
                    PRAGMA trusted_schema = OFF;
                    PRAGMA cell_size_check = ON;
                    PRAGMA mmap_size = 0;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA cache_size = -4096;
                    PRAGMA secure_delete = \(erasure.rawValue);
                    """
            )
        }
        return configuration
    }

    /// SQLite's own waiting backs off to 100 ms, longer than many commits of another node; this one stays awake.
    private static func waiting(atMost timeout: Duration) -> Database.BusyCallback {
        let short: UInt32 = 500
        let long: UInt32 = 2000
        let shortTries = 40
        let components = timeout.components
        let microseconds = Double(components.seconds) * 1e6 + Double(components.attoseconds) / 1e12
        let tries = Int(min(max(microseconds / Double(long), 1), 1e7))
        return { attempt in
            guard attempt < tries else { return false }
            usleep(attempt < shortTries ? short : long)
            return true
        }
    }

    /// The pool sets `synchronous` to NORMAL after it has prepared the connection, and in WAL mode that loses
    /// acknowledged commits with the power. So it is set here, and believed only when read back.
    private static func makeDurable(_ db: Database) throws {
        try db.execute(
            sql: """
                PRAGMA synchronous = FULL;
                PRAGMA wal_autocheckpoint = 4000;
                """
        )
        _ = try Int.fetchOne(db, sql: "PRAGMA journal_size_limit = 67108864")
        guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2,
            try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal"
        else { throw StoreError(.unavailable, "SQLite does not promise durable commits here") }
    }

    /// The pool traps when it is used after its own closing, so it is let go instead.
    private func pool() throws(StoreError) -> DatabasePool {
        guard let pool = connections.withLock({ $0 }) else { throw StoreError(.unavailable, "the store was closed") }
        return pool
    }

    /// Throws `.unavailable` once closed.
    func requireOpen() throws(StoreError) {
        _ = try pool()
    }

    /// Runs `body` on one consistent state of the file, beside whoever writes.
    func read<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        do {
            return try pool().read(body)
        } catch {
            throw StoreError(error, in: name)
        }
    }

    /// Runs `body` in a transaction that holds the file against every other writer. An error undoes it.
    func write<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        do {
            return try hold { db in (.commit, try body(db)) }
        } catch {
            throw StoreError(error, in: name)
        }
    }

    /// Like ``write(_:)``, but `body` says what becomes of the transaction, `then` runs after its end while this
    /// process still keeps other threads out, and errors come as they are.
    func hold<Result>(
        _ body: (Database) throws -> (Database.TransactionCompletion, Result),
        then: () -> Void = {}
    ) throws -> Result {
        let thread = ObjectIdentifier(Thread.current)
        guard writer.withLock({ $0 }) != thread else {
            throw StoreError(.busy, "this thread holds the head already")
        }
        return try pool().writeWithoutTransaction { db in
            writer.withLock { $0 = thread }
            defer { writer.withLock { $0 = nil } }
            if db.isInsideTransaction { try db.rollback() }
            var result: Result?
            try db.inTransaction(.immediate) {
                let (completion, value) = try body(db)
                result = value
                return completion
            }
            then()
            guard let result else { throw StoreError(.unavailable, "the transaction did not run") }
            return result
        }
    }

    /// Moves everything from the write-ahead log into the file and empties the log, so that no bytes of former
    /// contents stay behind in it. `.busy` when a reader stands in the way for longer than the timeout.
    func emptyLog() throws(StoreError) {
        do {
            _ = try pool().writeWithoutTransaction { try $0.checkpoint(.truncate) }
        } catch {
            throw StoreError(error, in: name)
        }
    }

    /// One state of the file on a connection of its own, for long reading between which others read, too.
    func frozen() throws(StoreError) -> DatabaseSnapshot {
        do {
            return try pool().makeSnapshot()
        } catch {
            throw StoreError(error, in: name)
        }
    }

    /// The value of a PRAGMA on the writing connection.
    func pragma(_ name: String) throws(StoreError) -> String? {
        do {
            return try pool().writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA \(name)") }
        } catch {
            throw StoreError(error, in: self.name)
        }
    }

    /// Closes the file when those at work with it have finished; later calls fail.
    func close() {
        connections.withLock { $0 = nil }
    }
}
