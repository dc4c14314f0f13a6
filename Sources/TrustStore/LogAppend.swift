// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// What `append` may do while it holds the head.
public struct LogAppend: Sendable {
    /// The size before this append.
    public let size: UInt64
    private let read: @Sendable (Range<UInt64>) throws(StoreError) -> [StoredLeaf]
    private let find: @Sendable ([[UInt8]]) throws(StoreError) -> [UInt64?]
    private(set) var appended: [StoredLeaf] = []
    private(set) var marks: [LogMark] = []

    /// `read` gives leaves below `size`, on demand: those that other writers appended since the caller last looked.
    /// `find` gives the leaves that were marked before this append.
    init(
        size: UInt64,
        read: @escaping @Sendable (Range<UInt64>) throws(StoreError) -> [StoredLeaf],
        find: @escaping @Sendable ([[UInt8]]) throws(StoreError) -> [UInt64?]
    ) {
        self.size = size
        self.read = read
        self.find = find
    }

    /// The index that the next appended leaf will have.
    public var nextIndex: UInt64 { size + UInt64(appended.count) }

    /// The commitments of what was appended so far, in order.
    public var commitments: [LeafCommitment] { appended.map(\.commitment) }

    /// The leaves of a range below `size`.
    public func leaves(_ range: Range<UInt64>) throws(StoreError) -> [StoredLeaf] { try read(range) }

    /// The leaves that had these keys before this append; nil for a key that was free. What ``mark(_:_:)`` does within
    /// this append is not seen: its caller knows it.
    public func marked(_ keys: [[UInt8]]) throws(StoreError) -> [UInt64?] { try find(keys) }

    /// Gives a leaf a key to be found by, durable with the leaf. A key that has a leaf already keeps it.
    public mutating func mark(_ key: [UInt8], _ index: UInt64) { marks.append(LogMark(key: key, index: index)) }

    /// Appends a leaf; the commitment is computed from salt and body.
    ///
    /// - Returns: Its index.
    @discardableResult
    public mutating func append(salt: LeafSalt, body: [UInt8]) -> UInt64 {
        append(StoredLeaf(commitment: LeafCommitment(salt: salt, body: body), salt: salt, body: body))
    }

    /// Appends a leaf whose commitment its writer has computed already, off the log's own thread.
    @discardableResult
    public mutating func append(_ leaf: StoredLeaf) -> UInt64 {
        appended.append(leaf)
        return nextIndex - 1
    }
}
