// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import TransparencyLog

/// The database files of a data directory, opened for reading alone: to check what nobody should have to trust, beside
/// a running server or without one, and without any key.
public struct StoredFiles: Sendable {
    private let directory: String
    /// The control log.
    public let control: AuditedLog
    /// The evidence logs, oldest first.
    public let evidence: [AuditedLog]

    /// Opens what is there; makes nothing.
    ///
    /// - Throws: ``StoreError``; `.unavailable` when there is no control log, `.corrupt` when a file is no database.
    public init(reading directory: String) throws(StoreError) {
        self.directory = directory
        guard FileManager.default.fileExists(atPath: directory + "/control.db") else {
            throw StoreError(.unavailable, "there is no control log in this directory")
        }
        control = try AuditedLog(name: .control, path: directory + "/control.db")
        var evidence: [(month: Int, node: UInt16, log: AuditedLog)] = []
        for file in try DataDirectory.databases(in: directory) {
            guard let name = LogName(String(file.dropLast(3))), case .evidence(let node, let month) = name else {
                continue
            }
            evidence.append((month, node, try AuditedLog(name: name, path: "\(directory)/\(file)")))
        }
        self.evidence = evidence.sorted { ($0.month, $0.node) < ($1.month, $1.node) }.map(\.log)
    }

    /// What SQLite finds wrong with the files themselves, by the file's name, the secrets' among them; empty when nothing
    /// is.
    public func damage() throws(StoreError) -> [(file: String, fault: String)] {
        var found: [(file: String, fault: String)] = []
        // Without its secrets a whole log is read and never written again.
        let files = Set(try DataDirectory.databases(in: directory)).union(["sealed.db"])
        for file in files.sorted() {
            do {
                let queue = try AuditedLog.open("\(directory)/\(file)")
                // SQLite takes a file of no bytes for an empty database, which is whole.
                if file == "sealed.db" { try queue.read { try SQLiteSchema.sealed.requireMade($0) } }
                let lines = try queue.read { try String.fetchAll($0, sql: "PRAGMA integrity_check(20)") }
                for line in lines where line != "ok" { found.append((file, line)) }
            } catch {
                found.append((file, StoreError(error).message))
            }
        }
        return found
    }
}

/// One log as it lies on the disk, read without its keys.
public final class AuditedLog: Sendable {
    /// What a check of it found.
    public struct Findings: Sendable {
        /// What the log says against itself.
        public let check: LogCheck
        /// Its roots at the sizes asked for, as far as it reaches.
        public let roots: [UInt64: Hash32]
    }

    /// Which log it is.
    public let name: LogName
    private let queue: DatabaseQueue

    init(name: LogName, path: String) throws(StoreError) {
        self.name = name
        do {
            queue = try Self.open(path)
        } catch {
            throw StoreError(error, in: (path as NSString).lastPathComponent)
        }
    }

    static func open(_ path: String) throws -> DatabaseQueue {
        // What is checked may be anybody's copy: SQLite would wait for whoever writes to a pipe.
        var status = stat()
        guard stat(path, &status) == 0 || errno != ENOENT else {
            throw StoreError(.corrupt, "'\((path as NSString).lastPathComponent)' is missing")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StoreError(.corrupt, "'\((path as NSString).lastPathComponent)' is no regular file")
        }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;")
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Where it stands, and the origin and key that it says it has.
    public func head() throws(StoreError) -> (head: LogHead, origin: String, key: String) {
        do {
            let stored = try queue.read { try SQLiteHead.read($0) }
            return (stored.head, stored.origin, stored.vkey)
        } catch {
            throw StoreError(error)
        }
    }

    /// Recomputes the whole tree from the stored bodies and compares it with tiles and checkpoint.
    ///
    /// - Parameters:
    ///   - key: The key that has to have signed the checkpoint; nil when it is not known.
    ///   - sizes: The sizes at which to note the root.
    ///   - visit: Called with every leaf in order, whether or not it fits its commitment.
    /// - Throws: ``StoreError`` when the file can't be read, and what `visit` throws.
    public func check(
        signedBy key: VerifierKey?,
        watching sizes: Set<UInt64> = [],
        _ visit: (UInt64, StoredLeaf) throws -> Void
    ) throws -> Findings {
        try queue.read { db in
            var checking = LogChecking(db: db)
            let check = try checking.run(key: key, watching: sizes, visit)
            return Findings(check: check, roots: checking.roots)
        }
    }
}
