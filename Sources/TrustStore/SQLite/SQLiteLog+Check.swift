// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import GRDB
import TransparencyLog

extension SQLiteLog {
    /// Recomputes the whole tree from the stored bodies and commitments and compares it with tiles and checkpoint.
    ///
    /// Reads one state of the log beside whoever writes, and holds a few thousand hashes at a time. What SQLite itself
    /// cannot read is thrown as `.corrupt`; what can be read and contradicts itself is a fault in the answer.
    public func check() throws(StoreError) -> LogCheck {
        try file.read { db in
            var check = LogChecking(db: db)
            return try check.run(key: verifierKey)
        }
    }
}
