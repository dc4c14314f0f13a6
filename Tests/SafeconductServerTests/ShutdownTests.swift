// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import ServiceLifecycle
import Testing

@testable import SafeconductServer

@Suite(.timeLimit(.minutes(5))) struct ShutdownTests {
    /// A route that takes as long as `work`.
    private static func slow(_ work: @escaping @Sendable () async -> Void) -> Route {
        let document = RouteDocument("slow", "Slow.", answers: [.ok(.text())])
        return Route(.GET, "/slow", for: .public, document: document) { _ throws(Problem) in
            await work()
            return .text("done")
        }
    }

    @Test func requestsInProgressAreFinished() async throws {
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let (ends, end) = AsyncStream<Void>.makeStream()
        let slow = Self.slow {
            begin.yield()
            for await _ in ends { break }
        }
        try await TestServer.run([slow, .echo()]) { server in
            let client = TestClient(port: server.port)
            // An idle connection does not hold up the end.
            async let idle = client.talk([.send("POST /echo HTTP/1.1\r\nHost: a\r\n\r\n")], answers: 2)
            while !server.metrics.text().contains(#"requests_total{route="POST /echo",class="2xx"} 1"#) {
                try await Task.sleep(for: .milliseconds(5))
            }
            async let inProgress = client.talk([.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")], answers: 2)
            var iterator = begun.makeAsyncIterator()
            _ = await iterator.next()
            await server.group.triggerGracefulShutdown()
            while !server.readiness.answers().contains(where: { !$0.answer.isReady }) {
                try await Task.sleep(for: .milliseconds(5))
            }
            // Whoever comes now is soon refused, or left without an answer, while the call in progress goes on.
            while (try? await client.send("POST", "/echo"))?.status ?? 0 != 0 {
                try await Task.sleep(for: .milliseconds(5))
            }
            end.yield()
            let (answers, closed) = try await inProgress
            #expect(answers.map(\.text) == ["done"])
            #expect(answers.first?["connection"] == "close")
            #expect(closed)
            let (before, idleClosed) = try await idle
            #expect(before.map(\.status) == [200] && idleClosed)
        }
    }

    @Test func aPeerThatLeavesDoesNoHarm() async throws {
        try await TestServer.run([Self.slow { try? await Task.sleep(for: .milliseconds(100)) }, .echo()]) { server in
            let client = TestClient(port: server.port)
            for _ in 0..<20 {
                let task = Task { try await client.talk([.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")]) }
                try await Task.sleep(for: .milliseconds(5))
                task.cancel()
                _ = try? await task.value
            }
            try await Task.sleep(for: .milliseconds(200))
            let answer = try await client.send("POST", "/echo")
            #expect(answer.status == 200)
        }
    }
}
