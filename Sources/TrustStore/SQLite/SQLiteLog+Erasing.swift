// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import GRDB

extension SQLiteLog {
    /// Erases the salt and body of a leaf; its commitment stays, and with it every proof.
    ///
    /// The bytes are overwritten where they lie, and the write-ahead log is emptied. Throws `.busy` when a reader
    /// keeps the latter from happening: the leaf is erased all the same, and the call can be repeated.
    public func eraseBody(of index: UInt64) throws(StoreError) {
        guard let row = Int64(exactly: index) else { throw StoreError(.range, "the log does not have that leaf") }
        try file.write { db in
            // Values of the same length leave the row in its place.
            try db.execute(
                sql: """
                    UPDATE leaves SET erased = 1, salt = zeroblob(length(salt)), body = zeroblob(length(body))
                    WHERE idx = ?
                    """,
                arguments: [row]
            )
            guard db.changesCount == 1 else { throw StoreError(.range, "the log does not have that leaf") }
        }
        try file.emptyLog()
    }
}
