// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Testing
import TransparencyLog
import TrustStore

@Suite("Versions of the schema")
struct SQLiteSchemaTests {
    @Test("A file of a newer release is used as long as that release says it may be")
    func newer() throws {
        let sample = try SampleStore(leaves: 5)
        try sample.tamper("ALTER TABLE leaves ADD COLUMN later TEXT; UPDATE schema SET version = 9")
        #expect(try sample.log().leaves(0..<9).count == 5)
        try sample.log().append { _ = $0.append(salt: .random(), body: [1]) }
        try sample.tamper("UPDATE schema SET usable_from = 9")
        let error = try storeError { _ = try sample.log() }
        #expect(error?.code == .unavailable)
    }

    @Test("A file that is not ours, or not what its name says, is refused and left alone")
    func foreign() throws {
        let place = try TemporaryPlace()
        try FileManager.default.createDirectory(
            atPath: place.store,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        let path = place.store + "/control.db"
        let other = try DatabaseQueue(path: path)
        try other.write { try $0.execute(sql: "CREATE TABLE precious (a); INSERT INTO precious VALUES (1)") }
        #expect(try storeError { _ = try SQLiteStore(directory: place.store) }?.code == .corrupt)
        #expect(try other.read { try Int.fetchOne($0, sql: "SELECT a FROM precious") } == 1)

        let sample = try SampleStore(leaves: 5)
        let files = FileManager.default
        try files.removeItem(atPath: sample.place.store + "/control.db")
        try files.copyItem(atPath: sample.place.store + "/sealed.db", toPath: sample.place.store + "/control.db")
        #expect(try storeError { _ = try sample.log() }?.code == .corrupt)
    }
}
