// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import GRDB

extension SQLiteLog {
    /// The leaves that were marked with these keys, one answer for each; nil for a key that is free.
    public func marked(_ keys: [[UInt8]]) throws(StoreError) -> [UInt64?] {
        try file.read { db in try StoredMarks(db: db).indices(keys) }
    }

    /// The marks whose keys are at least `first` and less than `end`, in the order of their bytes, at most `limit`.
    public func marks(from first: [UInt8], to end: [UInt8], limit: Int) throws(StoreError) -> [LogMark] {
        try file.read { db in try StoredMarks(db: db).marks(from: first, to: end, limit: limit) }
    }

    /// Makes all marks anew from the leaves. Writers wait until it is done.
    public func remark(_ key: (StoredLeaf) -> [UInt8]?) throws(StoreError) -> Int {
        try file.write { db in try StoredMarks(db: db).rebuild(size: try SQLiteHead.size(db), key) }
    }
}
