// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// One append-only log with its tree, tiles and newest signed checkpoint.
public protocol StoredLog: Sendable {
    /// Which log it is.
    var name: LogName { get }

    /// Runs `body` while holding the head against every other writer, of this process or another; what it appended is
    /// durable, its tiles written and its checkpoint signed when this returns. When `body` or the commit throws,
    /// nothing was appended. Writing to the same log within `body` throws `.busy`.
    func append<Result>(_ body: (inout LogAppend) throws -> Result) throws -> Result

    /// The newest size, root and checkpoint; size 0 has no checkpoint.
    func head() throws(StoreError) -> LogHead

    /// The leaves of a range, in order; fewer when the log ends before. Throws `.corrupt` when a body is not what its
    /// commitment was made from.
    func leaves(_ range: Range<UInt64>) throws(StoreError) -> [StoredLeaf]

    /// The hash tile's bytes (C2SP tlog-tiles), exactly `width` hashes; nil when the log has no such tile.
    func tile(level: Int, index: UInt64, width: Int) throws(StoreError) -> [UInt8]?

    /// The entry bundle's bytes, exactly `width` commitments; nil when the log has no such bundle.
    func bundle(index: UInt64, width: Int) throws(StoreError) -> [UInt8]?

    /// The proof that leaf `index` is in the tree of `size` (RFC 6962 section 2.1.1). Throws `.range` when there is none.
    func inclusionProof(index: UInt64, size: UInt64) throws(StoreError) -> [Hash32]

    /// The proof that the tree of `old` leaves is a prefix of that of `new` (RFC 6962 section 2.1.2). Throws `.range`
    /// when there is none.
    func consistencyProof(old: UInt64, new: UInt64) throws(StoreError) -> [Hash32]

    /// Erases the salt and body of a leaf; its commitment stays, and with it every proof. Throws `.range` when the log
    /// does not have the leaf, and `.busy` when a reader keeps old copies alive: then repeat it.
    func eraseBody(of index: UInt64) throws(StoreError)

    /// The leaves that were marked with these keys, one answer for each; nil for a key that is free.
    func marked(_ keys: [[UInt8]]) throws(StoreError) -> [UInt64?]

    /// The marks whose keys are at least `first` and less than `end`, in the order of their bytes, at most `limit`.
    func marks(from first: [UInt8], to end: [UInt8], limit: Int) throws(StoreError) -> [LogMark]

    /// Makes all marks anew from the leaves, which are the truth: `key` says by which key a leaf is found, nil for none.
    /// Of several leaves with one key the first keeps it. Gives the number of marks.
    func remark(_ key: (StoredLeaf) -> [UInt8]?) throws(StoreError) -> Int

    /// Recomputes the whole tree from the stored bodies and commitments and compares it with tiles and checkpoint.
    func check() throws(StoreError) -> LogCheck
}
