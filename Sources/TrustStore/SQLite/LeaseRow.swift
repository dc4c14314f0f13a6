// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import TrustModel

/// A lease as a row of `leases`: ids whose kind is clear as their 16 bytes, lists as texts with spaces between.
enum LeaseRow {
    private static let names = [
        "id", "back_end", "role", "identity", "task", "ancestors", "memberships", "rev", "issued", "user", "expires",
        "renewable", "generation", "state", "due", "attempts", "error", "reason", "ended", "version",
    ]

    static let columns = names.joined(separator: ", ")

    static func columns(of table: String) -> String { names.map { "\(table).\($0)" }.joined(separator: ", ") }

    static let insert = """
        INSERT INTO leases (\(columns)) VALUES (\(names.map { _ in "?" }.joined(separator: ", "))) ON CONFLICT DO NOTHING
        """

    static let update = """
        UPDATE leases SET expires = ?, renewable = ?, generation = ?, state = ?, due = ?, attempts = ?, error = ?, \
        reason = ?, ended = ?, version = version + 1 WHERE id = ? AND version = ?
        """

    static func data(_ id: ObjectID) -> Data {
        var bytes = Data(capacity: 16)
        for word in [id.high, id.low] {
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        return bytes
    }

    static func arguments(_ lease: Lease) -> StatementArguments {
        [
            data(lease.id), data(lease.backEnd), lease.role, lease.identity.description, lease.task,
            lease.ancestors.map(\.description).joined(separator: " "),
            lease.memberships.map(\.description).joined(separator: " "),
            Int64(clamping: lease.rev), lease.issuedAt.milliseconds, lease.user, lease.expiresAt.milliseconds,
            lease.renewableUntil.milliseconds, lease.generation, lease.state.rawValue, lease.due?.milliseconds,
            lease.attempts, lease.lastError, lease.reason, lease.endedAt?.milliseconds, lease.version,
        ]
    }

    static func changes(_ lease: Lease) -> StatementArguments {
        [
            lease.expiresAt.milliseconds, lease.renewableUntil.milliseconds, lease.generation, lease.state.rawValue,
            lease.due?.milliseconds, lease.attempts, lease.lastError, lease.reason, lease.endedAt?.milliseconds,
            data(lease.id), lease.version,
        ]
    }

    static func lease(_ row: Row) throws -> Lease {
        guard let id = try objectID(row, 0, .lease), let backEnd = try objectID(row, 1, .backEnd),
            let identity = ObjectID(try row.decode(String.self, atIndex: 3)),
            let state = LeaseState(rawValue: try row.decode(Int64.self, atIndex: 13)),
            let ancestors = list(try row.decode(String.self, atIndex: 5), { ObjectID($0) }),
            let memberships = list(try row.decode(String.self, atIndex: 6), scope)
        else { throw StoreError(.corrupt, "a stored lease is unreadable") }
        var lease = Lease(
            id: id,
            backEnd: backEnd,
            role: try row.decode(String.self, atIndex: 2),
            identity: identity,
            task: try row.decode(String?.self, atIndex: 4),
            ancestors: ancestors,
            memberships: memberships,
            rev: try row.count(7),
            issuedAt: Timestamp(milliseconds: try row.decode(Int64.self, atIndex: 8)),
            expiresAt: Timestamp(milliseconds: try row.decode(Int64.self, atIndex: 10)),
            renewableUntil: Timestamp(milliseconds: try row.decode(Int64.self, atIndex: 11)),
            user: try row.decode(String.self, atIndex: 9),
            due: try row.decode(Int64?.self, atIndex: 14).map { Timestamp(milliseconds: $0) },
            state: state
        )
        lease.generation = try row.decode(Int64.self, atIndex: 12)
        lease.attempts = try row.decode(Int64.self, atIndex: 15)
        lease.lastError = try row.decode(String?.self, atIndex: 16)
        lease.reason = try row.decode(String?.self, atIndex: 17)
        lease.endedAt = try row.decode(Int64?.self, atIndex: 18).map { Timestamp(milliseconds: $0) }
        lease.version = try row.decode(Int64.self, atIndex: 19)
        return lease
    }

    private static func objectID(_ row: Row, _ index: Int, _ kind: ObjectKind) throws -> ObjectID? {
        guard let bytes = try row.bytes(index), bytes.count == 16 else { return nil }
        let words = [bytes[..<8], bytes[8...]].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        return ObjectID(kind: kind, high: words[0], low: words[1])
    }

    /// No scope has a space in it (``TrustModel/Scope/isLabel(_:of:)``).
    private static func list<Element>(_ text: String, _ read: (String) -> Element?) -> [Element]? {
        var elements: [Element] = []
        for part in text.split(separator: " ") {
            guard let element = read(String(part)) else { return nil }
            elements.append(element)
        }
        return elements
    }

    private static func scope(_ text: String) -> Scope? { Scope(stored: text) }
}
