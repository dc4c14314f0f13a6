// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import GRDB

extension SQLiteStore {
    /// Copies every database but the replay memory into `target` while others go on reading and writing.
    ///
    /// The copies are of one moment: while it is chosen, nobody appends to the control log. So no evidence refers to
    /// what the control log's copy lacks, and none that it anchors is missing.
    ///
    /// - Parameter target: An existing directory.
    /// - Returns: The names of the files made.
    /// - Throws: ``StoreError``.
    public func copy(to target: String) throws(StoreError) -> [String] {
        do {
            // Opened before the moment: opening may take long, the moment must not.
            let files = try files()
            // GRDB opens no snapshot of a file on the queue that writes to it; on another, SQLite sees what is committed.
            let aside = DispatchQueue(label: "safeconduct.backup")
            let moment = try control.hold { _ in
                // Secrets last: what an entry or a leaf needs was sealed before it was written.
                (.rollback, try aside.sync { try files.map { ($0.name, try $0.file.frozen()) } })
            }
            for (name, frozen) in moment { try Self.copy(frozen, to: "\(target)/\(name)") }
            try DataDirectory.sync(target)
            return moment.map(\.0)
        } catch {
            throw StoreError(error)
        }
    }

    private func files() throws(StoreError) -> [(name: String, file: SQLiteFile)] {
        var files: [(name: String, file: SQLiteFile)] = [("control.db", control)]
        for name in try evidenceLogs() { files.append(("\(name).db", try file(of: name))) }
        return files + [("sealed.db", secretsFile)]
    }

    private static func copy(_ frozen: DatabaseSnapshot, to path: String) throws {
        try DataDirectory.touch(path)
        let copy = try DatabaseQueue(path: path)
        try frozen.backup(to: copy)
        // One file alone: nothing stays behind in a write-ahead log.
        try copy.writeWithoutTransaction { db in
            _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE")
        }
        try copy.close()
        try DataDirectory.sync(path, flags: 0)
    }
}
