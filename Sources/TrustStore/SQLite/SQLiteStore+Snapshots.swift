// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension SQLiteStore {
    /// Keeps a snapshot of the state at `size` entries, replacing older ones. `lines` come in order.
    ///
    /// It is written in chunks, each a transaction of its own, so that commands do not wait for a large state; only a
    /// finished snapshot is ever read. When a newer one is kept already, this one is dropped.
    public func saveSnapshot(size: UInt64, _ write: (_ line: ([UInt8]) throws -> Void) throws -> Void) throws {
        let writer = try SnapshotWriter(file: control, size: size)
        do {
            try write(writer.add)
            try writer.finish()
        } catch {
            try? writer.abandon()
            throw error
        }
    }

    /// Gives the newest snapshot's lines in order; false when there is none.
    ///
    /// A snapshot found damaged midway throws `.corrupt`: what was made of the lines before must be dropped.
    public func readSnapshot(_ line: ([UInt8]) throws -> Void) throws -> Bool {
        try SnapshotReader(file: control).read(line)
    }
}
