// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import PostgreSQLTestServer
import Testing

@testable import PostgreSQL

/// Skipped, and said to be, where no server is installed: scripts/setup installs it.
@Suite("A connection to a real server", .enabled(if: PostgreSQLServer.isInstalled))
struct ConnectionTests {
    @Test func asksAndIsRefused() throws {
        let server = try PostgreSQLServer()
        let connection = try server.connect()
        #expect(connection.serverVersion >= 120_000)
        let rows = try connection.query("SELECT $1::text, NULL, 'ü'", ["it's"])
        #expect(rows.rows == [["it's", nil, "ü"]])
        #expect(try connection.query("SELECT 1 WHERE false").single == nil)
        #expect(try connection.script("CREATE TABLE t (n int); INSERT INTO t VALUES (1), (2)").affected == 2)

        // A refusal names its state and nothing that was sent; the connection goes on.
        let error = #expect(throws: PostgreSQLError.self) { try connection.query("SELECT 'a secret word'::int") }
        #expect(error?.code == .refused)
        #expect(error?.name == "22P02")
        #expect(error.map { "\($0)".contains("secret") } == false)
        #expect(try connection.query("SELECT count(*) FROM t").single == "2")

        // A transaction that throws leaves nothing.
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try connection.transaction { () throws(Stop) in
                _ = try? connection.script("INSERT INTO t VALUES (3)")
                throw Stop()
            } else: { _ in
                Stop()
            }
        }
        #expect(try connection.query("SELECT count(*) FROM t").single == "2")

        // Quoted names and texts mean themselves whatever the server is set to.
        for name in ["a\"b", "x'; DROP TABLE t; --", "\\", "ü\u{10FFFF}"] {
            try connection.script("SET standard_conforming_strings = off")
            try connection.script("CREATE ROLE \(try SQLText.identifier(name))")
            #expect(try connection.query("SELECT rolname FROM pg_roles WHERE rolname = $1", [name]).single == name)
            #expect(try connection.script("SELECT \(try SQLText.literal(name))").single == name)
            try connection.script("DROP ROLE \(try SQLText.identifier(name))")
        }

        // Large statements and answers pass whole.
        let large = String(repeating: "x", count: 3 << 20)
        #expect(try connection.query("SELECT $1::text", [large]).single?.utf8.count == large.utf8.count)

        try refusedLogins(server)
        try brokenConnections(server, connection)
    }

    private func refusedLogins(_ server: PostgreSQLServer) throws {
        let wrong = #expect(throws: PostgreSQLError.self) {
            try PostgreSQLConnection(server.settings(password: "not the password"))
        }
        #expect(wrong?.state == .invalidPassword)
        #expect(wrong?.state?.isRefusedLogin == true)
        #expect(wrong.map { "\($0)".contains("not the password") } == false)
        let elsewhere = #expect(throws: PostgreSQLError.self) { try server.connect(database: "nowhere") }
        #expect(elsewhere?.state == .undefinedDatabase)
        // Nobody is there to refuse.
        var away = server.settings()
        away.host = "/tmp/no-such-directory"
        let unreachable = #expect(throws: PostgreSQLError.self) { try PostgreSQLConnection(away) }
        #expect(unreachable?.code == .unreachable)
        #expect(unreachable?.state == nil)
    }

    private func brokenConnections(_ server: PostgreSQLServer, _ connection: PostgreSQLConnection) throws {
        let victim = try server.connect()
        let pid = try #require(try victim.query("SELECT pg_backend_pid()").single)
        try connection.query("SELECT pg_terminate_backend($1::int)", [pid])
        let broken = #expect(throws: PostgreSQLError.self) { try victim.query("SELECT 1") }
        #expect(broken?.code == .unreachable)
        #expect(victim.isBroken)
        // A statement that takes too long is ended by the server, which says so.
        var slow = server.settings()
        slow.statementTimeout = .milliseconds(100)
        let impatient = try PostgreSQLConnection(slow)
        let late = #expect(throws: PostgreSQLError.self) { try impatient.query("SELECT pg_sleep(30)") }
        #expect(late?.name == "57014")
        #expect(try impatient.query("SELECT 1").single == "1")
    }

    @Test func scramVerifiersLetTheRightPasswordIn() throws {
        let server = try PostgreSQLServer()
        let connection = try server.connect()
        let verifier = ScramVerifier(password: "right", salt: Array(1...16)).description
        try connection.script("CREATE ROLE guest LOGIN PASSWORD \(try SQLText.literal(verifier))")
        #expect(throws: Never.self) { try PostgreSQLConnection(server.settings(user: "guest", password: "right")) }
        let wrong = #expect(throws: PostgreSQLError.self) {
            try PostgreSQLConnection(server.settings(user: "guest", password: "wrong"))
        }
        #expect(wrong?.state == .invalidPassword)
    }

    @Test func aMachineWithoutTheLibraryIsToldSo() {
        guard case .failure(let error) = unsafe LibPQ.load(["no-such-library.so.5"]) else {
            Issue.record("a library was found that is not there")
            return
        }
        #expect(error.code == .absent)
    }

    @Test(arguments: ["a\0b", "dbname=x", "postgres://elsewhere/x"])
    func refusesDatabasesThatAreConnectionStrings(_ database: String) {
        let settings = ConnectionSettings(host: "/tmp", database: database, user: "admin")
        let error = #expect(throws: PostgreSQLError.self) { try PostgreSQLConnection(settings) }
        #expect(error?.code == .usage)
    }
}
