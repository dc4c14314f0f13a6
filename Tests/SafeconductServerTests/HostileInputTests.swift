// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SafeconductServer

@Suite(.timeLimit(.minutes(5))) struct HostileInputTests {
    private static let routes: [Route] = [
        .echo(), .echo("POST", "/big", body: .any(maximumBytes: 1 << 20)), .echo("POST", "/operator", for: .operator),
    ]

    /// The usual limits but one: a machine that is busy elsewhere must not run into another one first.
    private static func hasty(
        _ limit: WritableKeyPath<ServerLimits, Duration>,
        _ time: Duration = .milliseconds(300)
    ) -> ServerLimits {
        var limits = ServerLimits()
        limits[keyPath: limit] = time
        return limits
    }

    @Test(arguments: [
        "GARBAGE\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\u{0}b\r\n\r\n",
        "GET / HTTP/1.1\nHost : a\n\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
    ])
    func malformedBytesGetAProblem(_ bytes: String) async throws {
        try await TestServer.run(Self.routes) { server in
            let (answers, closed) = try await TestClient(port: server.port).talk(
                [.send(bytes), .finishSending],
                answers: 2
            )
            #expect(closed)
            #expect(answers.first?.status == 400, "\(answers.map(\.text))")
            #expect(answers.first?.code == "malformed_request")
            let after = try await TestClient(port: server.port).send("POST", "/echo")
            #expect(after.status == 200)
        }
    }

    @Test func largeTargetsAndHeaders() async throws {
        try await TestServer.run(Self.routes) { server in
            let client = TestClient(port: server.port)
            let target = try await client.send("GET", "/" + String(repeating: "a", count: 9000))
            #expect(target.code == "target_too_long")
            let field = try await client.send("POST", "/echo", [("X-Big", String(repeating: "b", count: 20_000))])
            #expect(field.code == "headers_too_large")
            let many = try await client.send("POST", "/echo", (0..<200).map { ("X-\($0)", "1") })
            #expect(many.code == "headers_too_large")
        }
    }

    @Test(arguments: ["/echo", "/operator", "/nowhere"])
    func tenMegabytesAreReadAndRefused(_ path: String) async throws {
        try await TestServer.run(Self.routes) { server in
            let size = 10 << 20
            let head = "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n"
            let steps: [TestClient.Step] = [
                .send(head), .bytes([UInt8](repeating: 0x61, count: size)),
                .send("POST /echo HTTP/1.1\r\nHost: a\r\n\r\n"),
            ]
            let answers = try await TestClient(port: server.port).talk(steps, answers: 2).answers
            // The refusal is precise. Whether the connection goes on depends on how the bytes came: a refusal does not
            // wait for a body of which nothing has come with the header section.
            let expected = ["/echo": 413, "/operator": 401, "/nowhere": 404]
            #expect(answers.first?.status == expected[path])
            #expect(answers.dropFirst().allSatisfy { $0.status == 200 })
            let next = try await TestClient(port: server.port).send("POST", "/echo")
            #expect(next.status == 200)
            #expect(server.metrics.text().contains("safeconduct_http_buffered_bytes 0\n"))
        }
    }

    @Test func chunkedBodiesAreBounded() async throws {
        try await TestServer.run(Self.routes) { server in
            let chunk = "64\r\n" + String(repeating: "c", count: 100) + "\r\n"
            let head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            let client = TestClient(port: server.port)
            let fits = try await client.talk([.send(head + String(repeating: chunk, count: 10) + "0\r\n\r\n")]).answers
            #expect(fits.first?.text == "POST []  1000")
            let exceeds = try await client.talk([.send(head + String(repeating: chunk, count: 11) + "0\r\n\r\n")])
                .answers
            #expect(exceeds.first?.code == "body_too_large")
        }
    }

    @Test func bodiesBeyondTheDiscardLimitAreCutOff() async throws {
        var limits = ServerLimits()
        limits.discardedBytes = 100_000
        try await TestServer.run(Self.routes, limits: limits) { server in
            let head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"
            let part = TestClient.Step.bytes([UInt8](repeating: 0x61, count: 150_000))
            let (answers, closed) = try await TestClient(port: server.port).talk([.send(head), part], answers: 2)
            #expect(answers.map(\.status) == [413])
            #expect(answers.first?["connection"] == "close")
            #expect(closed)
        }
    }

    @Test func manyLargeBodiesAtOnceAreRefused() async throws {
        var limits = ServerLimits()
        limits.bufferedBytes = 100_000
        try await TestServer.run(Self.routes, limits: limits) { server in
            let body = String(repeating: "d", count: 200_000)
            let answer = try await TestClient(port: server.port).send("POST", "/big", body: body)
            #expect(answer.status == 503)
            #expect(answer["retry-after"] == "1")
            #expect(server.metrics.text().contains("safeconduct_http_buffered_bytes 0\n"))
            let small = try await TestClient(port: server.port).send("POST", "/big", body: "d")
            #expect(small.status == 200)
        }
    }

    @Test func slowHeadersAreCutOff() async throws {
        try await TestServer.run(Self.routes, limits: Self.hasty(\.headTime)) { server in
            // A byte now and then does not prolong the header section's time.
            var steps: [TestClient.Step] = []
            // All of it would take a minute.
            for byte in "POST /echo HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "1", count: 1200) {
                steps += [.send("\(byte)"), .pause(.milliseconds(50))]
            }
            let started = ContinuousClock.now
            let (answers, closed) = try await TestClient(port: server.port).talk(steps)
            #expect(answers.isEmpty)
            #expect(closed)
            #expect(ContinuousClock.now - started < .seconds(30))
        }
    }

    @Test func slowBodiesAreToldAndCutOff() async throws {
        try await TestServer.run(Self.routes, limits: Self.hasty(\.bodyTime)) { server in
            var steps: [TestClient.Step] = [.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n")]
            for _ in 0..<100 { steps += [.send("x"), .pause(.milliseconds(50))] }
            let (answers, closed) = try await TestClient(port: server.port).talk(steps, answers: 2)
            #expect(answers.first?.code == "request_timeout")
            #expect(closed)
        }
    }

    @Test func idleConnectionsAreClosed() async throws {
        try await TestServer.run(Self.routes, limits: Self.hasty(\.idleTime, .seconds(2))) { server in
            let (answers, closed) = try await TestClient(port: server.port)
                .talk([.send("POST /echo HTTP/1.1\r\nHost: a\r\n\r\n")], answers: 2)
            #expect(answers.map(\.status) == [200])
            #expect(closed)
            #expect(server.metrics.text().contains("safeconduct_http_timeouts_total 1\n"))
        }
    }

    @Test func slowClientsSlowNobodyElse() async throws {
        try await TestServer.run(Self.routes) { server in
            let slow = (0..<200).map { _ in
                Task {
                    try await TestClient(port: server.port)
                        .talk([
                            .send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx"), .pause(.seconds(30)),
                        ])
                }
            }
            defer { for task in slow { task.cancel() } }
            try await Task.sleep(for: .milliseconds(100))
            for _ in 0..<20 { #expect(try await TestClient(port: server.port).send("POST", "/echo").status == 200) }
        }
    }

    @Test func bytesOfAllKindsNeverStopTheServer() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = Seeded(state: seed)
        var limits = Self.hasty(\.headTime, .seconds(2))
        limits.bodyTime = .seconds(2)
        try await TestServer.run(Self.routes, limits: limits) { server in
            let valid = Array("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde".utf8)
            for round in 0..<60 {
                var bytes = valid + valid
                for _ in 0..<Int.random(in: 1...8, using: &generator) {
                    let place = Int.random(in: 0..<bytes.count, using: &generator)
                    bytes[place] = UInt8.random(in: 0...255, using: &generator)
                }
                let (answers, _) = try await TestClient(port: server.port).talk(
                    [.bytes(bytes), .finishSending],
                    answers: 3
                )
                let statuses = answers.map(\.status)
                #expect(statuses.allSatisfy { $0 < 500 }, "seed \(seed), round \(round): \(statuses)")
            }
            #expect(try await TestClient(port: server.port).send("POST", "/echo").status == 200, "seed \(seed)")
        }
    }
}

/// SplitMix64, so that a failure can be repeated from its seed.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
