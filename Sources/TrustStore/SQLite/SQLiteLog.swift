// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Synchronization
import TransparencyLog

/// A log in a SQLite file of its own. Its head is held by the file's write lock, so it has one writer over all
/// processes; readers see the last commit and wait for nobody.
public final class SQLiteLog: StoredLog {
    /// Which log it is.
    public let name: LogName
    let file: SQLiteFile
    let signer: NoteSigner
    let verifierKey: VerifierKey
    /// The right edge of the tree as this process last saw it; only used while the head is held.
    let tree: Mutex<GrowingTree>

    /// Opens the log and compares what its tables say about its end; ``check()`` compares everything.
    init(name: LogName, file: SQLiteFile, signer: NoteSigner) throws(StoreError) {
        self.name = name
        self.file = file
        self.signer = signer
        verifierKey = signer.verifierKey
        let key = verifierKey
        let tree = try file.write { db in
            try SQLiteHead.create(for: key, in: db)
            return try SQLiteHead.read(db).tree(signedBy: key, in: db)
        }
        self.tree = Mutex(tree)
    }

    static let signedByAnother = StoreError(.corrupt, "the log was opened or signed with another key")

    /// The newest size, root and checkpoint; size 0 has no checkpoint.
    public func head() throws(StoreError) -> LogHead {
        try file.read { db in try SQLiteHead.read(db).head }
    }
}
