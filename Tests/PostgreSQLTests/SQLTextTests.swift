// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import PostgreSQL

@Suite("Names and texts in statements")
struct SQLTextTests {
    @Test(arguments: [
        ("plain", "\"plain\""), ("a\"b", "\"a\"\"b\""), ("\"; DROP TABLE x; --", "\"\"\"; DROP TABLE x; --\""),
        ("back\\slash", "\"back\\slash\""), ("ü", "\"ü\""),
    ])
    func quotesNames(_ name: String, _ quoted: String) throws {
        #expect(try SQLText.identifier(name) == quoted)
    }

    @Test(arguments: ["", String(repeating: "a", count: 64), String(repeating: "ü", count: 32), "a\0b"])
    func refusesNames(_ name: String) {
        #expect(throws: PostgreSQLError.self) { try SQLText.identifier(name) }
    }

    @Test(arguments: [
        ("plain", "'plain'"), ("it's", "'it''s'"), ("\\", " E'\\\\'"), ("\\' OR 1=1", " E'\\\\'' OR 1=1'"), ("", "''"),
    ])
    func quotesTexts(_ text: String, _ quoted: String) throws {
        #expect(try SQLText.literal(text) == quoted)
    }

    @Test func refusesNulls() {
        #expect(throws: PostgreSQLError.self) { try SQLText.literal("a\0b") }
    }

    @Test(arguments: ["28P01", "00000", "2BP01"])
    func readsStates(_ text: String) { #expect(SQLState(text)?.description == text) }

    @Test(arguments: ["", "28p01", "28P0", "28P011", "28P0\u{e9}", "28 01"])
    func refusesOtherStates(_ text: String) { #expect(SQLState(text) == nil) }

    @Test func findsTheStateOfARefusedLogin() {
        let text = "connection to server at \"127.0.0.1\", port 1 failed: SCHWERWIEGEND:  28P01\n"
        #expect(PostgreSQLConnection.state(in: text) == .invalidPassword)
        #expect(PostgreSQLConnection.state(in: "connection to server failed: Connection refused\n") == nil)
        #expect(PostgreSQLConnection.state(in: "") == nil)
    }

    @Test(arguments: [
        ("/run/postgresql", true), ("localhost", true), ("127.8.0.1", true), ("::1", true),
        ("127.0.0.1.example", false),
        ("127.0.0", false), ("db.example", false), ("10.0.0.1", false), ("", false),
    ])
    func tellsWhatStaysHere(_ host: String, _ isLocal: Bool) {
        #expect(ConnectionSettings.isLocal(host) == isLocal)
        #expect(TransportSecurity.usual(host: host) == (isLocal ? .none : .verifyFull))
    }

    /// RFC 7677 section 3: the exchange there proves these keys of the password `pencil`.
    @Test func makesTheVerifierOfAPassword() throws {
        let salt: [UInt8] = [
            0x5B, 0x6D, 0x99, 0x68, 0x9D, 0x12, 0x35, 0x8E, 0xEC, 0xA0, 0x4B, 0x14, 0x12, 0x36, 0xFA, 0x81,
        ]
        let verifier = ScramVerifier(password: "pencil", salt: salt, iterations: 4096).description
        #expect(
            verifier
                == "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
                + "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
        )
    }
}
