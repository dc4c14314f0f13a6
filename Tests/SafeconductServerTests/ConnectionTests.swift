// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import StrictJSON
import Testing

@testable import SafeconductServer

@Suite(.timeLimit(.minutes(5))) struct ConnectionTests {
    private static let routes: [Route] = [
        .echo(),
        .echo("POST", "/pool", on: .pool),
        .echo("POST", "/json", body: .json(maximumBytes: 100)),
        .echo("POST", "/authzen", body: .json(otherwise: .wrongContentType)),
        .echo("GET", "/none", body: .none),
        .echo("POST", "/operator", for: .operator),
        .echo("POST", "/point", for: .enforcementPoint),
    ]

    @Test func answersCarryTheUsualHeaders() async throws {
        try await TestServer.run(Self.routes) { server in
            let client = TestClient(port: server.port)
            let answer = try await client.send("POST", "/echo?secret=1", [("X-Request-ID", "abc")], body: "12345")
            #expect(answer.status == 200)
            #expect(answer.text == "POST []  5")
            #expect(answer["x-request-id"] == "abc")
            #expect(answer["cache-control"] == "no-store")
            #expect(answer["x-content-type-options"] == "nosniff")
            #expect(answer["date"]?.hasSuffix(" GMT") == true)
            #expect(answer["connection"] == nil)
            let other = try await client.send("POST", "/pool", [("X-Request-ID", "a b")])
            #expect(other.status == 200)
            #expect(other["x-request-id"]?.hasPrefix("req_") == true)
        }
    }

    @Test func headHasNoBody() async throws {
        try await TestServer.run(Self.routes) { server in
            let answer = try await TestClient(port: server.port).send("HEAD", "/none")
            #expect(answer.status == 200)
            #expect(answer["content-length"] == "10")
            #expect(answer.body.isEmpty)
        }
    }

    @Test(arguments: [
        ("GET", "/nowhere", "", "", 404, "unknown_route"),
        ("GET", "/echo", "", "", 405, "method_not_allowed"),
        ("POST", "/json", "text/plain", "{}", 415, "unsupported_media_type"),
        ("POST", "/json", "", "{}", 415, "unsupported_media_type"),
        ("POST", "/authzen", "text/plain", "{}", 400, "wrong_content_type"),
        ("POST", "/authzen", "application/jsonp", "{}", 400, "wrong_content_type"),
        ("GET", "/none", "", "x", 400, "invalid_request"),
        ("GET", "/none", "application/json", "{}", 400, "invalid_request"),
        ("POST", "/operator", "", "", 401, "unauthenticated"),
        ("POST", "/point", "", "", 401, "unauthenticated"),
        ("GET", "http://localhost/nowhere", "", "", 404, "unknown_route"),
        ("GET", "nowhere", "", "", 400, "malformed_request"),
        ("GET", "/%", "", "", 404, "unknown_route"),
    ])
    func refusals(
        _ method: String,
        _ path: String,
        _ type: String,
        _ body: String,
        _ status: Int,
        _ code: String
    ) async throws {
        try await TestServer.run(Self.routes) { server in
            let headers = type.isEmpty ? [] : [("Content-Type", type)]
            let answer = try await TestClient(port: server.port).send(method, path, headers, body: body)
            #expect(answer.status == status)
            #expect(answer.code == code)
            #expect(answer.json?["instance"]?.stringValue == answer["x-request-id"])
            if status == 405 { #expect(answer["allow"] == "POST") }
            if status == 401 { #expect(answer["www-authenticate"]?.hasPrefix("Bearer") == true) }
        }
    }

    @Test(arguments: ["application/json", "Application/JSON", "application/json; charset=utf-8", "application/json ;x"])
    func jsonByAnyOfItsNames(_ type: String) async throws {
        try await TestServer.run(Self.routes) { server in
            let answer = try await TestClient(port: server.port)
                .send("POST", "/json", [("Content-Type", type)], body: "{}")
            #expect(answer.status == 200)
        }
    }

    @Test func theRightTokenForTheAudience() async throws {
        try await TestServer.run(Self.routes) { server in
            let client = TestClient(port: server.port)
            let cases: [(path: String, headers: [(String, String)], status: Int)] = [
                ("/operator", [("Authorization", "Bearer opr-token")], 200),
                ("/operator", [("Authorization", "bearer opr-token")], 200),
                ("/operator", [("Authorization", "Bearer pep-token")], 401),
                ("/operator", [("Safeconduct-Enforcement-Point", "opr-token")], 401),
                ("/point", [("Authorization", "Bearer pep-token")], 200),
                ("/point", [("Safeconduct-Enforcement-Point", "pep-token")], 200),
                ("/point", [("Authorization", "Basic cGVwOnRva2Vu")], 401),
                ("/point", [("Authorization", "Bearer pep-token"), ("Authorization", "x")], 401),
            ]
            for (path, headers, status) in cases {
                let answer = try await client.send("POST", path, headers)
                #expect(answer.status == status, "\(path) \(headers)")
            }
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await TestServer.run(Self.routes) { server in
            let requests = (0..<50).map { index in
                "POST \(index % 2 == 0 ? "/echo" : "/pool") HTTP/1.1\r\nHost: a\r\nContent-Length: \(index)\r\n\r\n"
                    + String(repeating: "x", count: index)
            }
            let answers = try await TestClient(port: server.port).talk([.send(requests.joined())], answers: 50).answers
            #expect(answers.map(\.text) == (0..<50).map { "POST []  \($0)" })
        }
    }

    @Test func connectionsCloseWhenAskedTo() async throws {
        try await TestServer.run(Self.routes) { server in
            let client = TestClient(port: server.port)
            for request in [
                "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "POST /pool HTTP/1.0\r\n\r\n",
            ] {
                let (answers, closed) = try await client.talk([.send(request)], answers: 2)
                #expect(answers.map(\.status) == [200])
                #expect(answers.first?["connection"] == "close")
                #expect(closed)
            }
            // A peer that sends no more still reads its answer.
            let request = "POST /pool HTTP/1.1\r\nHost: a\r\n\r\n"
            let (answers, closed) = try await client.talk([.send(request), .finishSending], answers: 2)
            #expect(answers.map(\.status) == [200])
            #expect(closed)
        }
    }

    @Test(arguments: [("x-ok", "fine", 200), ("x-bad", "a\r\nSet-Cookie: b", 500), ("x bad", "a", 500), ("", "a", 500)])
    func headersOfHandlersForgeNothing(_ name: String, _ value: String, _ status: Int) async throws {
        let document = RouteDocument("header", "Header.", answers: [.ok(.text())])
        let route = Route(.GET, "/header", for: .public, document: document) { _ throws(Problem) in
            Reply(contentType: "text/plain", body: [], headers: [(name, value)])
        }
        try await TestServer.run([route]) { server in
            let answer = try await TestClient(port: server.port).send("GET", "/header")
            #expect(answer.status == status)
            #expect(answer["set-cookie"] == nil)
        }
    }

    @Test func expectContinue() async throws {
        try await TestServer.run(Self.routes) { server in
            let client = TestClient(port: server.port)
            let head = "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: "
            let (answers, _) = try await client.talk([
                .send(head + "3\r\n\r\n"), .pause(.milliseconds(50)), .send("abc"),
            ])
            #expect(answers.first?.text == "POST []  3")
            let (refused, _) = try await client.talk([.send(head + "3000\r\n\r\n")])
            #expect(refused.first?.status == 413)
        }
    }
}
