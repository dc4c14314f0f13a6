// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Testing

@testable import SafeconductCommand

@Suite("Finding the server")
struct ConnectionTests {
    private static func directory(_ json: String?) throws -> String {
        let path = NSTemporaryDirectory() + "connection-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        if let json { try Data(json.utf8).write(to: URL(fileURLWithPath: path + "/connection.json")) }
        return path
    }

    @Test("Options win over variables, those over the data directory's server")
    func precedence() throws {
        let data = try Self.directory(#"{"url":"https://127.0.0.1:1","token_file":"/t","ca_file":"/c"}"#)
        defer { try? FileManager.default.removeItem(atPath: data) }
        let variables = [
            "SAFECONDUCT_URL": "https://b", "SAFECONDUCT_TOKEN_FILE": "/tb", "SAFECONDUCT_CA_FILE": "/cb",
        ]
        let find = { (request: Connection.Request, environment: [String: String]) in
            try Connection.find(request, environment: environment)
        }
        #expect(
            try find(.init(data: data), [:])
                == Connection(url: "https://127.0.0.1:1", tokenFile: "/t", caFile: "/c")
        )
        #expect(try find(.init(tokenFile: "/mine", data: data), [:]).tokenFile == "/mine")
        #expect(
            try find(.init(data: data), variables) == Connection(url: "https://b", tokenFile: "/tb", caFile: "/cb")
        )
        #expect(
            try find(.init(url: "https://a", tokenFile: "/ta"), variables)
                == Connection(url: "https://a", tokenFile: "/ta", caFile: "/cb")
        )
        // The token of the server here is not for one that somebody names.
        #expect(try find(.init(url: "https://a", data: data), [:]) == Connection(url: "https://a"))
        // An empty variable says nothing.
        #expect(try find(.init(data: data), ["SAFECONDUCT_URL": ""]).url == "https://127.0.0.1:1")
    }

    @Test("Where node 1 does not run, another one answers")
    func nodes() throws {
        let data = try Self.directory(nil)
        defer { try? FileManager.default.removeItem(atPath: data) }
        for (name, url) in [("-10", "http://127.0.0.1:10"), ("-2", "http://127.0.0.1:2"), ("-x", "http://127.0.0.1:3")]
        {
            try Data(#"{"url":"\#(url)"}"#.utf8).write(to: URL(fileURLWithPath: "\(data)/connection\(name).json"))
        }
        #expect(try Connection.find(.init(data: data), environment: [:]).url == "http://127.0.0.1:2")
        #expect(Connection.file(in: data, node: 2) == data + "/connection-2.json")
        try Data(#"{"url":"http://127.0.0.1:1"}"#.utf8).write(
            to: URL(fileURLWithPath: Connection.file(in: data, node: 1))
        )
        #expect(try Connection.find(.init(data: data), environment: [:]).url == "http://127.0.0.1:1")
    }

    @Test("Where the data directory is")
    func dataDirectory() throws {
        #expect(DataPath.standard(["XDG_STATE_HOME": "/x", "HOME": "/h"]) == "/x/safeconduct")
        #expect(DataPath.standard(["HOME": "/h"]) == "/h/.local/state/safeconduct")
        #expect(DataPath.standard(["XDG_STATE_HOME": "relative", "HOME": "/h"]) == "/h/.local/state/safeconduct")
        #expect(DataPath.standard(["SAFECONDUCT_DATA_DIR": "/d", "HOME": "/h"]) == "/d")
        let empty = try Self.directory(nil)
        defer { try? FileManager.default.removeItem(atPath: empty) }
        let failure = #expect(throws: CommandFailure.self) {
            try Connection.find(.init(data: empty), environment: [:])
        }
        #expect(failure?.status == .unavailable)
    }

    @Test("What is written is read back, and what is damaged is refused")
    func file() throws {
        let connection = Connection(url: "https://127.0.0.1:8470", tokenFile: "/t", caFile: nil)
        #expect(try Connection(connection.serialized()) == connection)
        let bare = Connection(url: "http://127.0.0.1:8470")
        #expect(
            try JSONValue(parsing: bare.serialized()) == [
                "url": "http://127.0.0.1:8470", "token_file": nil, "ca_file": nil,
            ]
        )
        #expect(try Connection(bare.serialized()) == bare)
        #expect(try Connection(Array(#"{"url":"a"}"#.utf8)) == Connection(url: "a"))
        for text in ["", "{}", "[]", #"{"url":1}"#, #"{"url":"a","url":"b"}"#] {
            #expect(throws: ShapeError.self) { try Connection(Array(text.utf8)) }
        }
    }

    @Test(
        "URLs, and whether a token may travel there",
        arguments: [
            ("https://a.example", "https://a.example", true), ("https://a.example:1/", "https://a.example:1", true),
            ("http://127.0.0.1:8470", "http://127.0.0.1:8470", true), ("http://[::1]:1//", "http://[::1]:1", true),
            ("http://localhost:1/x", "http://localhost:1/x", true), ("http://a.example", "http://a.example", false),
            ("http://10.0.0.1:8470", "http://10.0.0.1:8470", false),
            ("http://localhost.evil.example", "http://localhost.evil.example", false),
        ]
    )
    func urls(text: String, normal: String, isProtected: Bool) throws {
        let url = try ServerURL(text)
        #expect(url.text == normal)
        #expect(url.isProtected == isProtected)
    }

    @Test(
        "What is no URL",
        arguments: [
            "", "a.example", "ftp://a", "https://", "https:///x", "https://a b", "https://a:b", "https://u@a",
            "https://a?q",
            "https://a#f", "https://a:99999", "https://[::1", "https://[x]:1", "https://a\\b", "HTTPS://a",
        ]
    )
    func notURLs(text: String) {
        #expect(throws: CommandFailure.self) { try ServerURL(text) }
    }

    @Test("A token is not sent in clear")
    func cleartext() throws {
        let path = NSTemporaryDirectory() + "token-\(UUID().uuidString)"
        defer { unlink(path) }
        try Data("scopr_x\n".utf8).write(to: URL(fileURLWithPath: path))
        let failure = #expect(throws: CommandFailure.self) {
            try Client(Connection(url: "http://a.example", tokenFile: path))
        }
        #expect(failure?.status == .usage)
        try Data("two words\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: CommandFailure.self) { try Client(Connection(url: "https://a.example", tokenFile: path)) }
    }

    @Test("Nobody answers: one sentence, exit code 6")
    func refused() async throws {
        let client = try Client(Connection(url: "http://127.0.0.1:1"))
        let failure = await #expect(throws: CommandFailure.self) { try await client.get("/livez") }
        await client.close()
        #expect(failure?.status == .unavailable)
        #expect(failure?.message == "no server answers at http://127.0.0.1:1")
    }

    @Test(
        "Addresses to listen on",
        arguments: [
            ("127.0.0.1:0", "127.0.0.1", 0, true), ("[::1]:8470", "::1", 8470, true),
            ("localhost:65535", "localhost", 65535, true), ("0.0.0.0:1", "0.0.0.0", 1, false),
            ("[::]:1", "::", 1, false), ("127.9.9.9:1", "127.9.9.9", 1, true),
            ("[::ffff:127.0.0.1]:1", "::ffff:127.0.0.1", 1, true),
        ]
    )
    func listen(text: String, host: String, port: Int, isLoopback: Bool) throws {
        let address = try #require(ListenAddress(text))
        #expect(address.host == host && address.port == port && address.isLoopback == isLoopback)
    }

    @Test(
        "What is no address",
        arguments: [
            "", ":1", "a", "a:", "a:x", "a:-1", "a:65536", "::1:1", "[::1]", "[a]:1", "a b:1", "a/b:1", "a:1:2",
        ]
    )
    func notAddresses(text: String) { #expect(ListenAddress(text) == nil) }

    @Test("Segments of paths are encoded")
    func segments() {
        #expect(PathSegment.encode("orders-worker.1_~") == "orders-worker.1_~")
        #expect(PathSegment.encode("../a b?é") == "..%2Fa%20b%3F%C3%A9")
    }
}
