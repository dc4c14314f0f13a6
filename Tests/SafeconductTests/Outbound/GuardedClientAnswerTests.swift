// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing
import WorkloadIdentity

@testable import Safeconduct

/// What the guarded client makes of answers, decent and hostile.
@Suite(.timeLimit(.minutes(5))) struct GuardedClientAnswerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let response: String
        /// The body, or the name of the failure after an exclamation mark.
        let expected: String

        init(_ name: String, _ response: String, _ expected: String) {
            self.name = name
            self.response = response
            self.expected = expected
        }

        var testDescription: String { name }
    }

    static let ok = "HTTP/1.1 200 OK\r\n"

    static let cases: [Case] = [
        Case("length", ok + "Content-Length: 2\r\n\r\nhi", "hi"),
        Case("chunks", ok + "Transfer-Encoding: chunked\r\n\r\n1\r\nh\r\n1;x=y\r\ni\r\n0\r\n\r\n", "hi"),
        Case("until the end", ok + "\r\nhi", "hi"),
        Case("version 1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", "hi"),
        Case("empty", ok + "Content-Length: 0\r\n\r\n", ""),
        Case("interim first", "HTTP/1.1 103 Early Hints\r\n\r\n" + ok + "Content-Length: 2\r\n\r\nhi", "hi"),
        Case("said to be plain", ok + "Content-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi", "hi"),
        Case("more than announced", ok + "Content-Length: 2\r\n\r\nhi there", "hi"),
        Case("redirect 301", "HTTP/1.1 301 M\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", "!status"),
        Case("redirect 302", "HTTP/1.1 302 F\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", "!status"),
        Case("redirect 307", "HTTP/1.1 307 T\r\nLocation: https://a/\r\nContent-Length: 0\r\n\r\n", "!status"),
        Case("redirect 308", "HTTP/1.1 308 P\r\nLocation: //a/\r\nContent-Length: 0\r\n\r\n", "!status"),
        Case("missing", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nhi", "!status"),
        Case("broken", "HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nhi", "!status"),
        Case("no content", "HTTP/1.1 204 None\r\n\r\n", "!status"),
        Case("other protocol", "HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nxx", "!status"),
        Case("partial", "HTTP/1.1 206 Some\r\nContent-Length: 2\r\n\r\nhi", "!status"),
        Case("gzip", ok + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\u{1F}\u{1B}", "!malformed"),
        Case("deflate", ok + "Content-Encoding: identity, deflate\r\nContent-Length: 2\r\n\r\nxx", "!malformed"),
        Case("gzip transfer", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n1\r\nh\r\n0\r\n\r\n", "!malformed"),
        Case("announced 10 MB", ok + "Content-Length: 10485760\r\n\r\n", "!too_large"),
        Case("one byte too many", ok + "Content-Length: 262145\r\n\r\n", "!too_large"),
        Case("length beyond numbers", ok + "Content-Length: 99999999999999999999999\r\n\r\n", "!malformed"),
        Case("negative length", ok + "Content-Length: -1\r\n\r\n", "!malformed"),
        Case("two lengths", ok + "Content-Length: 2\r\nContent-Length: 5\r\n\r\nhi", "!malformed"),
        Case("cut short", ok + "Content-Length: 20\r\n\r\nhi", "!malformed"),
        Case("chunk garbage", ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\nhi\r\n0\r\n\r\n", "!malformed"),
        Case("chunk size overflow", ok + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nhi", "!malformed"),
        Case("chunks cut short", ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhi", "!malformed"),
        Case("garbage", "\u{0}\u{1}\u{2} nothing of the kind\r\n\r\n", "!malformed"),
        Case("TLS alert", "\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}\u{28}", "!malformed"),
        Case("old style", "hi", "!malformed"),
        Case("version 2", "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", "!malformed"),
        Case("NUL in a field", ok + "A: \u{0}\r\nContent-Length: 2\r\n\r\nhi", "!malformed"),
        Case("long field", ok + "A: \(String(repeating: "a", count: 40_000))\r\n\r\n", "!too_large"),
        Case("many fields", ok + String(repeating: "A: b\r\n", count: 200) + "\r\nhi", "!too_large"),
    ]

    @Test(arguments: cases) func answer(to test: Case) async throws {
        let server = try await LoopbackServer(sending: test.response)
        let client = GuardedClient(addresses: OutboundAddresses())
        let result = try await client.text("http://127.0.0.1:\(server.port)/")
        switch result {
        case .success(let text): #expect(text == test.expected)
        case .failure(let failure): #expect("!\(failure.code.name)" == test.expected)
        }
        #expect(server.connections == 1)
        await server.close()
    }

    @Test func nothingAtAll() async throws {
        let server = try await LoopbackServer(sending: "")
        let client = GuardedClient(addresses: OutboundAddresses())
        let name = try await client.text("http://127.0.0.1:\(server.port)/").failureName
        #expect(name == "unreachable" || name == "malformed")
        await server.close()
    }

    @Test func largestBody() async throws {
        let body = String(repeating: "x", count: 256 << 10)
        let server = try await LoopbackServer { _ in .send(LoopbackServer.response(body)) }
        let client = GuardedClient(addresses: OutboundAddresses())
        #expect(try await client.text("http://127.0.0.1:\(server.port)/") == .success(body))
        await server.close()
    }

    @Test func cacheControlIsKept() async throws {
        let server = try await LoopbackServer(
            sending: Self.ok + "cache-control: public\r\nCache-Control: max-age=60\r\nContent-Length: 0\r\n\r\n"
        )
        let client = GuardedClient(addresses: OutboundAddresses())
        let location = try HTTPLocation("http://127.0.0.1:\(server.port)/")
        let answer = try await client.document(.init(location: location, allowingLoopbackHTTP: true)).get()
        #expect(answer.cacheControl == "public,max-age=60")
        await server.close()
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\n\r\n", "x", "too_large"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", "too_large"),
        ("", "HTTP/1.1 100 Continue\r\n\r\n", "too_large"),
        ("HTTP/1.1 200 OK\r\n", "A: b\r\n", "too_large"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", "extension", "too_large"),
    ]) func endless(first: String, rest: String, expected: String) async throws {
        let bytes = Array(String(repeating: rest, count: max(1, 8192 / rest.utf8.count)).utf8)
        let server = try await LoopbackServer { _ in .flood(Array(first.utf8), bytes) }
        let client = GuardedClient(addresses: OutboundAddresses())
        let failure = try await client.text("http://127.0.0.1:\(server.port)/").failureName
        #expect(failure == expected)
        #expect(await server.isLeftAlone(), "the answer may go on without end")
        await server.close()
    }

    @Test(arguments: [
        LoopbackServer.Behaviour.hang,
        .drip([], Array("H".utf8), every: .milliseconds(20)),
        .drip(Array("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".utf8), [0x20], every: .milliseconds(20)),
        .sendAndHold(Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n".utf8)),
        .drip(Array("HTTP/1.1 200 OK\r\n".utf8), Array("A: b\r\n".utf8), every: .milliseconds(20)),
    ]) func slow(behaviour: LoopbackServer.Behaviour) async throws {
        let server = try await LoopbackServer { _ in behaviour }
        var limits = OutboundLimits()
        limits.time = .milliseconds(300)
        let client = GuardedClient(addresses: OutboundAddresses(), limits: limits)
        // "H" again and again is no status line and may be found out before the time is over.
        let failure = try await client.text("http://127.0.0.1:\(server.port)/").failureName
        #expect(failure == "timeout" || failure == "malformed")
        #expect(await server.isLeftAlone(), "the connection outlived its time")
        await server.close()
    }

    @Test func callersOwnTimeCounts() async throws {
        let server = try await LoopbackServer { _ in .hang }
        let client = GuardedClient(addresses: OutboundAddresses())
        var request = try OutboundRequest(
            location: HTTPLocation("http://127.0.0.1:\(server.port)/"),
            allowingLoopbackHTTP: true
        )
        request.within = .milliseconds(50)
        #expect(await client.document(request).failureName == "timeout")
        request.within = .zero
        #expect(await client.document(request).failureName == "timeout")
        await server.close()
    }

    @Test func cancelledCallerIsLetGo() async throws {
        let server = try await LoopbackServer { _ in .hang }
        let client = GuardedClient(addresses: OutboundAddresses())
        let port = server.port
        let call = Task { try await client.text("http://127.0.0.1:\(port)/").failureName }
        while server.requests.isEmpty { await Task.yield() }
        call.cancel()
        #expect(try await call.value == "cancelled")
        #expect(await server.isLeftAlone(), "the connection outlived its caller")
        await server.close()
    }

    @Test func damagedAnswersNeverDoHarm() async throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("damagedAnswersNeverDoHarm: seed \(seed)")
        let whole = Array(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n3\r\n{}x\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n"
                .utf8
        )
        let server = try await LoopbackServer { head in
            // Each request says in its path which damage to do.
            var dice = SeededDice(seed &+ UInt64(head.utf8.reduce(0) { $0 &* 31 &+ Int($1) } & 0xFFFF_FFFF))
            var bytes = whole
            for _ in 0..<(1 + dice.below(4)) {
                let place = dice.below(bytes.count)
                switch dice.below(3) {
                case 0: bytes[place] = UInt8(dice.below(256))
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8(dice.below(256)), at: place)
                }
            }
            return .send(bytes)
        }
        var limits = OutboundLimits()
        limits.time = .seconds(2)
        let client = GuardedClient(addresses: OutboundAddresses(), limits: limits)
        for round in 0..<300 {
            let result = try await client.text("http://127.0.0.1:\(server.port)/\(round)")
            if case .success(let body) = result { #expect(body.utf8.count <= limits.bodyBytes) }
            #expect(result.failureName != "timeout", "round \(round)")
        }
        #expect(server.connections == 300)
        await server.close()
    }
}

/// Random numbers that a seed repeats.
struct SeededDice {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed | 1 }

    mutating func below(_ limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(truncatingIfNeeded: state % UInt64(max(1, limit)))
    }
}
