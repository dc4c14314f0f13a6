// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import TrustModel

/// The spent uses in `replay.db`, one row for each, taken away once they are over.
struct SQLiteReplayStore: ReplayStore {
    /// How long a use is remembered beyond its end, in milliseconds: nodes' clocks may differ by less.
    private static let margin: Int64 = 60_000
    /// How many uses that are over one call forgets at most, besides twice as many as it adds.
    private static let sweep = 256

    private let file: SQLiteFile
    private let limit: Int64

    /// - Parameter limit: The most uses that are remembered.
    init(file: SQLiteFile, limit: Int64 = 2_000_000) {
        self.file = file
        self.limit = limit
    }

    func begin(at now: Timestamp) throws(StoreError) -> Timestamp {
        try file.write { db in
            if let began = try Int64.fetchOne(db, sql: "SELECT began FROM memory") {
                return Timestamp(milliseconds: began)
            }
            try db.execute(
                sql: "INSERT INTO memory (one, began, forgotten, count) VALUES (1, ?, ?, 0)",
                arguments: [now.milliseconds, Int64.min]
            )
            return now
        }
    }

    func spend(_ uses: [SingleUse], at now: Timestamp) throws(StoreError) -> [SpendOutcome] {
        try file.write { db in
            guard let row = try Row.fetchOne(db, sql: "SELECT forgotten, count FROM memory") else {
                throw StoreError(.corrupt, "the replay memory was used before it began")
            }
            var memory = Memory(
                forgotten: try row.decode(Int64.self, atIndex: 0),
                count: try row.decode(Int64.self, atIndex: 1)
            )
            let before = memory
            if memory.count + Int64(uses.count) > limit { try forget(10_000, at: now, &memory, db) }
            var outcomes: [SpendOutcome] = []
            outcomes.reserveCapacity(uses.count)
            for use in uses { outcomes.append(try spend(use, &memory, db)) }
            let added = outcomes.count { $0 == .spent }
            // Twice as many as were added: the memory shrinks to what still counts, and no call pays for all of it.
            if added > 0 { try forget(2 * added + Self.sweep, at: now, &memory, db) }
            if memory != before {
                try db.cachedStatement(sql: "UPDATE memory SET forgotten = ?, count = ?")
                    .execute(arguments: [memory.forgotten, memory.count])
            }
            return outcomes
        }
    }

    /// Closes the file.
    func close() { file.close() }

    private struct Memory: Equatable {
        /// The latest end of a use that was forgotten.
        var forgotten: Int64
        var count: Int64
    }

    private func spend(_ use: SingleUse, _ memory: inout Memory, _ db: Database) throws -> SpendOutcome {
        guard use.until.milliseconds > memory.forgotten else { return .forgotten }
        let key = Data(use.key.bytes)
        let find = try db.cachedStatement(sql: "SELECT 1 FROM spent WHERE key = ?")
        guard try Row.fetchOne(find, arguments: [key]) == nil else { return .spentBefore }
        guard memory.count < limit else { return .full }
        try db.cachedStatement(sql: "INSERT INTO spent (key, until) VALUES (?, ?)")
            .execute(arguments: [key, use.until.milliseconds])
        memory.count += 1
        return .spent
    }

    private func forget(_ most: Int, at now: Timestamp, _ memory: inout Memory, _ db: Database) throws {
        let over = try db.cachedStatement(
            sql: "SELECT key, until FROM spent WHERE until < ? ORDER BY until LIMIT ?"
        )
        let rows = try Row.fetchAll(over, arguments: [now.milliseconds - Self.margin, most])
        let delete = try db.cachedStatement(sql: "DELETE FROM spent WHERE key = ?")
        for row in rows {
            try delete.execute(arguments: [try row.decode(Data.self, atIndex: 0)])
            memory.forgotten = max(memory.forgotten, try row.decode(Int64.self, atIndex: 1))
        }
        memory.count -= Int64(rows.count)
    }
}
