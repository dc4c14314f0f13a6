// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import GRDB

/// The tables of one kind of database file, as the steps by which they came about.
///
/// Schemas only expand: a step adds tables or columns that older releases do not miss, so two neighbouring releases
/// work on one file at the same time. A step is never changed after a release.
struct SQLiteSchema: Sendable {
    /// What the file is for; stored in it, so that no file passes for one of another kind.
    let purpose: String
    /// The SQL of each version, the first being version 1.
    let steps: [String]

    /// `SfCd`: marks a SQLite file as ours (PRAGMA application_id).
    private static let applicationID = 0x5366_4364

    /// Brings the file up to this release's version, or refuses it.
    func prepare(_ db: Database) throws {
        if try version(in: db) == steps.count { return }
        try db.inTransaction(.immediate) {
            // Another process may have been faster.
            let version = try version(in: db)
            if version == 0 {
                try db.execute(sql: "PRAGMA application_id = \(Self.applicationID)")
                try db.execute(sql: Self.versionTable)
                try db.execute(sql: "INSERT INTO schema VALUES (1, ?, 0, 1)", arguments: [purpose])
            }
            for step in steps.dropFirst(version) {
                try db.execute(sql: step)
            }
            if version < steps.count { try db.execute(sql: "UPDATE schema SET version = ?", arguments: [steps.count]) }
            return .commit
        }
    }

    /// Throws unless the file was brought up by some release, and is for what this is.
    func requireMade(_ db: Database) throws {
        guard try version(in: db) > 0 else { throw StoreError(.corrupt, "it holds nothing, not even tables") }
    }

    /// `usable_from` is the oldest version whose programs may still use the file.
    private static let versionTable = """
        CREATE TABLE schema (
            one INTEGER PRIMARY KEY CHECK (one = 1), purpose TEXT NOT NULL,
            version INTEGER NOT NULL, usable_from INTEGER NOT NULL
        ) STRICT
        """

    /// 0 for a new file.
    private func version(in db: Database) throws -> Int {
        let id = try Int.fetchOne(db, sql: "PRAGMA application_id")
        let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0
        if isEmpty && id == 0 { return 0 }
        guard id == Self.applicationID else {
            throw StoreError(.corrupt, "it is not a database of this store")
        }
        guard let row = try Row.fetchOne(db, sql: "SELECT purpose, version, usable_from FROM schema"),
            try row.decode(String.self, atIndex: 0).utf8.elementsEqual(purpose.utf8)
        else { throw StoreError(.corrupt, "it is not the one its name says") }
        guard try row.decode(Int.self, atIndex: 2) <= steps.count else {
            throw StoreError(.unavailable, "it was made by a newer release")
        }
        return try max(row.decode(Int.self, atIndex: 1), 0)
    }
}

extension SQLiteSchema {
    /// A log. Leaves are never deleted and their rows never change their length, so SQLite has no reason to copy one
    /// to another page, where a later erasure would not find it.
    private static let log = """
        CREATE TABLE leaves (
            idx INTEGER PRIMARY KEY, commitment BLOB NOT NULL, erased INTEGER NOT NULL, salt BLOB, body BLOB
        ) STRICT;
        CREATE TABLE tiles (
            level INTEGER NOT NULL, n INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (level, n)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE head (
            one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, root BLOB NOT NULL,
            checkpoint BLOB NOT NULL, origin TEXT NOT NULL, vkey TEXT NOT NULL
        ) STRICT;
        """

    /// Keys by which leaves are found. A projection of the leaves, so rows may move as SQLite likes.
    private static let marks = """
        CREATE TABLE marks (key BLOB PRIMARY KEY, idx INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        """

    /// The control log and the snapshots of the state it folds to.
    static let control = SQLiteSchema(
        purpose: "control",
        steps: [
            log + """
                CREATE TABLE snapshots (
                    id INTEGER PRIMARY KEY AUTOINCREMENT, size INTEGER NOT NULL, chunks INTEGER
                ) STRICT;
                CREATE TABLE snapshot_chunks (
                    snapshot INTEGER NOT NULL, n INTEGER NOT NULL, digest BLOB NOT NULL, bytes BLOB NOT NULL,
                    PRIMARY KEY (snapshot, n)
                ) STRICT;
                """,
            marks,
        ]
    )

    /// One node's evidence of one month.
    static let evidence = SQLiteSchema(purpose: "evidence", steps: [log, marks])

    /// Secrets. Names lie apart from blobs: blobs are only ever added and overwritten in place, so that no page keeps
    /// an old copy of one.
    static let sealed = SQLiteSchema(
        purpose: "sealed",
        steps: [
            """
            CREATE TABLE blobs (id INTEGER PRIMARY KEY, blob BLOB NOT NULL) STRICT;
            CREATE TABLE names (name BLOB PRIMARY KEY, id INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            """
        ]
    )

    /// What was spent, for as long as it could count again; `count` is the number of its rows.
    static let replay = SQLiteSchema(
        purpose: "replay",
        steps: [
            """
            CREATE TABLE spent (key BLOB PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            CREATE INDEX spent_until ON spent (until);
            CREATE TABLE memory (
                one INTEGER PRIMARY KEY CHECK (one = 1), began INTEGER NOT NULL, forgotten INTEGER NOT NULL,
                count INTEGER NOT NULL
            ) STRICT;
            """
        ]
    )

    /// Leases. Of what is over and done only the row stays, until it is forgotten; `due` says when there is work.
    static let leases = SQLiteSchema(
        purpose: "leases",
        steps: [
            """
            CREATE TABLE leases (
                id BLOB PRIMARY KEY, back_end BLOB NOT NULL, role TEXT NOT NULL, identity TEXT NOT NULL, task TEXT,
                ancestors TEXT NOT NULL, memberships TEXT NOT NULL, rev INTEGER NOT NULL, issued INTEGER NOT NULL,
                user TEXT NOT NULL, expires INTEGER NOT NULL, renewable INTEGER NOT NULL, generation INTEGER NOT NULL,
                state INTEGER NOT NULL, due INTEGER, attempts INTEGER NOT NULL, error TEXT, reason TEXT, ended INTEGER,
                version INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX leases_due ON leases (back_end, due) WHERE due IS NOT NULL;
            CREATE INDEX leases_over ON leases (ended) WHERE state = 4;
            CREATE INDEX leases_unknown ON leases (back_end, id) WHERE state = 5;
            CREATE TABLE lease_keys (key BLOB NOT NULL, id BLOB NOT NULL, PRIMARY KEY (key, id)) STRICT, WITHOUT ROWID;
            CREATE TABLE following (
                one INTEGER PRIMARY KEY CHECK (one = 1), origin TEXT NOT NULL, size INTEGER NOT NULL
            ) STRICT;
            """
        ]
    )
}
