// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import TrustModel

/// The leases in `leases.db`: one row for each, an index over what is due, and one over what can end many at once. What is
/// in memory does not grow with them.
struct SQLiteLeaseStore: LeaseStore {
    private let file: SQLiteFile

    init(file: SQLiteFile) { self.file = file }

    /// Closes the file.
    func close() { file.close() }

    func insert(_ leases: [Lease]) throws(StoreError) -> [Bool] {
        try file.write { db in
            let row = try db.cachedStatement(sql: LeaseRow.insert)
            let key = try db.cachedStatement(sql: "INSERT INTO lease_keys (key, id) VALUES (?, ?)")
            return try leases.map { lease in
                try row.execute(arguments: LeaseRow.arguments(lease))
                guard db.changesCount == 1 else { return false }
                guard lease.state != .revoked else { return true }
                for one in lease.keys { try key.execute(arguments: [Data(one.bytes), LeaseRow.data(lease.id)]) }
                return true
            }
        }
    }

    func lease(_ id: ObjectID) throws(StoreError) -> Lease? {
        try file.read { db in
            let statement = try db.cachedStatement(sql: "SELECT \(LeaseRow.columns) FROM leases WHERE id = ?")
            return try Row.fetchOne(statement, arguments: [LeaseRow.data(id)]).map(LeaseRow.lease)
        }
    }

    func leases(_ query: LeaseQuery) throws(StoreError) -> [Lease] {
        try file.read { db in try Self.leases(query, db) }
    }

    private static func leases(_ query: LeaseQuery, _ db: Database) throws -> [Lease] {
        var conditions = ["leases.id > ?"]
        var arguments: StatementArguments = [query.after.map(LeaseRow.data) ?? Data()]
        var source = "leases"
        if let key = query.key {
            source = "lease_keys JOIN leases ON leases.id = lease_keys.id"
            conditions.append("lease_keys.key = ? AND lease_keys.id > ?")
            arguments += [Data(key.bytes), query.after.map(LeaseRow.data) ?? Data()]
        }
        if let state = query.state {
            conditions.append("state = ?")
            arguments += [state.rawValue]
        }
        arguments += [max(0, min(query.limit, 100_000))]
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(LeaseRow.columns(of: "leases")) FROM \(source) WHERE \(conditions.joined(separator: " AND "))
                ORDER BY leases.id LIMIT ?
                """
        )
        return try Row.fetchAll(statement, arguments: arguments).map(LeaseRow.lease)
    }

    func replace(_ leases: [Lease]) throws(StoreError) -> [Bool] {
        try file.write { db in try leases.map { try Self.replace($0, db) } }
    }

    private static func replace(_ lease: Lease, _ db: Database) throws -> Bool {
        try db.cachedStatement(sql: LeaseRow.update).execute(arguments: LeaseRow.changes(lease))
        guard db.changesCount == 1 else { return false }
        if lease.state == .revoked {
            // Nothing can end it any more.
            let delete = try db.cachedStatement(sql: "DELETE FROM lease_keys WHERE key = ? AND id = ?")
            for key in lease.keys { try delete.execute(arguments: [Data(key.bytes), LeaseRow.data(lease.id)]) }
        }
        return true
    }

    func isDue(of backEnd: ObjectID, at now: Timestamp) throws(StoreError) -> Bool {
        try file.read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT 1 FROM leases WHERE due IS NOT NULL AND back_end = ? AND due <= ? LIMIT 1"
            )
            return try Row.fetchOne(statement, arguments: [LeaseRow.data(backEnd), now.milliseconds]) != nil
        }
    }

    func claim(
        of backEnd: ObjectID,
        at now: Timestamp,
        until: Timestamp,
        limit: Int
    ) throws(StoreError) -> [Lease] {
        try file.write { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT \(LeaseRow.columns) FROM leases WHERE due IS NOT NULL AND back_end = ? AND due <= ?
                    ORDER BY due LIMIT ?
                    """
            )
            let found = try Row.fetchAll(statement, arguments: [LeaseRow.data(backEnd), now.milliseconds, limit])
            var claimed: [Lease] = []
            claimed.reserveCapacity(found.count)
            for row in found {
                var lease = try LeaseRow.lease(row)
                // What a restored history says has to be looked at first, by whoever reconciles.
                guard lease.state != .unknown else { continue }
                // A lease that nobody ended has come to its end, or was never finished.
                let wasRecorded = lease.state == .recorded
                let end = wasRecorded ? now : min(now, lease.expiresAt)
                lease.end(at: end, reason: wasRecorded ? "unfinished" : "expired")
                lease.due = until
                guard try Self.replace(lease, db) else { continue }
                lease.version += 1
                claimed.append(lease)
            }
            return claimed
        }
    }

    func end(
        _ key: LeaseKey?,
        issuedBefore rev: UInt64?,
        at now: Timestamp,
        reason: String,
        after: ObjectID?,
        limit: Int
    ) throws(StoreError) -> (ended: Int, next: ObjectID?) {
        let query = LeaseQuery(key: key, after: after, limit: limit)
        return try file.write { db in
            let found = try Self.leases(query, db)
            var count = 0
            for var lease in found where lease.rev < rev ?? .max {
                let before = lease.state
                lease.end(at: now, reason: reason)
                if lease.state != before, try Self.replace(lease, db) { count += 1 }
            }
            return (count, found.count < limit ? nil : found.last?.id)
        }
    }

    func counts(of backEnd: ObjectID) throws(StoreError) -> [LeaseState: Int] {
        try file.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: "SELECT state, count(*) FROM leases WHERE back_end = ? GROUP BY state",
                arguments: [LeaseRow.data(backEnd)]
            )
            var counts: [LeaseState: Int] = [:]
            for row in rows {
                guard let state = LeaseState(rawValue: try row.decode(Int64.self, atIndex: 0)) else { continue }
                counts[state] = try row.decode(Int.self, atIndex: 1)
            }
            return counts
        }
    }

    func forget(revokedBefore moment: Timestamp, limit: Int) throws(StoreError) -> Int {
        try file.write { db in
            try db.execute(
                sql: """
                    DELETE FROM leases WHERE id IN (SELECT id FROM leases WHERE state = 4 AND ended < ? LIMIT ?)
                    """,
                arguments: [moment.milliseconds, limit]
            )
            return db.changesCount
        }
    }

    func followed() throws(StoreError) -> LeaseFollowing? {
        try file.read { db in
            guard let row = try Row.fetchOne(db, sql: "SELECT origin, size FROM following") else { return nil }
            return LeaseFollowing(origin: try row.decode(String.self, atIndex: 0), size: try row.count(1))
        }
    }

    func follow(_ following: LeaseFollowing) throws(StoreError) {
        try file.write { db in
            try db.execute(
                sql: """
                    INSERT INTO following (one, origin, size) VALUES (1, ?1, ?2)
                    ON CONFLICT (one) DO UPDATE SET size = max(size, ?2) WHERE origin = ?1
                    """,
                arguments: [following.origin, Int64(clamping: following.size)]
            )
        }
    }

    func begin(_ following: LeaseFollowing) throws(StoreError) {
        try file.write { db in
            try db.execute(
                sql: """
                    INSERT INTO following (one, origin, size) VALUES (1, ?1, ?2)
                    ON CONFLICT (one) DO UPDATE SET origin = ?1, size = ?2
                    """,
                arguments: [following.origin, Int64(clamping: following.size)]
            )
            try db.execute(sql: "UPDATE leases SET state = 5, due = NULL, version = version + 1 WHERE state <> 4")
        }
    }
}
