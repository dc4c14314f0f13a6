// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
public import TrustModel

/// Counts calls of registered operations that carried no credential, which are findings: somebody reaches for what is
/// protected and does not know, or does not care.
///
/// Such calls come from strangers, so the table is bounded: an operation of an API takes one row for each enforcement
/// point, however many calls there are, and of very many rows the least recent makes room. It lives in memory, from the
/// start of the node; what lasts are the counted refusals of the evidence logs, one leaf for each minute.
public final class UnidentifiedCalls: Sendable {
    /// What was called, and through whom.
    struct Key: Hashable {
        let api: ObjectID
        let operation: String
        let point: ObjectID
    }

    /// The calls of one operation through one enforcement point.
    public struct Finding: Sendable, Equatable {
        /// The API.
        public let api: ObjectID
        /// The operation's name.
        public let operation: String
        /// The enforcement point that asked.
        public let point: ObjectID
        /// How many calls.
        public internal(set) var calls: UInt64
        /// When the first came.
        public let first: Timestamp
        /// When the last came.
        public internal(set) var last: Timestamp
    }

    /// The most rows.
    static let limit = 4096

    private let rows = Mutex<[Key: Finding]>([:])
    private let limit: Int

    init(limit: Int = UnidentifiedCalls.limit) { self.limit = limit }

    /// Counts one call.
    func count(api: ObjectID, operation: String, point: ObjectID, at now: Timestamp) {
        let key = Key(api: api, operation: operation, point: point)
        rows.withLock { rows in
            if rows[key] != nil {
                rows[key]?.calls &+= 1
                rows[key]?.last = now
                return
            }
            if rows.count >= limit { Self.makeRoom(in: &rows) }
            rows[key] = Finding(api: api, operation: operation, point: point, calls: 1, first: now, last: now)
        }
    }

    /// A sixteenth goes at once, so that a walk over all operations pays for the search only now and then.
    private static func makeRoom(in rows: inout [Key: Finding]) {
        let oldest = rows.sorted { $0.value.last < $1.value.last }.prefix(max(1, rows.count / 16))
        for row in oldest { rows[row.key] = nil }
    }

    /// How many operations were called so, each counted once for each enforcement point.
    public var count: Int { rows.withLock { $0.count } }

    /// The findings, those with the most recent call first.
    public func findings() -> [Finding] {
        rows.withLock { Array($0.values) }.sorted { left, right in
            if left.last != right.last { return left.last > right.last }
            return (left.api.description, left.operation, left.point.description)
                < (right.api.description, right.operation, right.point.description)
        }
    }
}
