// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import ServiceLifecycle
import Synchronization
import Testing

@testable import SafeconductServer

@Suite(.timeLimit(.minutes(1))) struct ShutdownTests {
    /// A route that answers after a while.
    private static func slow(_ time: Duration) -> Route {
        Route(.GET, "/slow", for: .public, document: RouteDocument("slow", "Slow.")) { _ throws(Problem) in
            try? await Task.sleep(for: time)
            return .text("done")
        }
    }

    @Test func requestsInProgressAreFinished() async throws {
        try await TestServer.run([Self.slow(.milliseconds(800)), .echo()]) { server in
            let client = TestClient(port: server.port)
            let request = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"
            async let inProgress = client.talk([.send(request)], answers: 2)
            // An idle connection does not hold up the end.
            async let idle = client.talk([.send("POST /echo HTTP/1.1\r\nHost: a\r\n\r\n")], answers: 2)
            // Until one request is answered and the other has surely begun.
            while !server.metrics.text().contains(#"requests_total{route="POST /echo",class="2xx"} 1"#)
                || !server.metrics.text().contains("safeconduct_http_connections 2\n")
            {
                try await Task.sleep(for: .milliseconds(5))
            }
            try await Task.sleep(for: .milliseconds(100))
            await server.group.triggerGracefulShutdown()
            try await Task.sleep(for: .milliseconds(50))
            #expect(server.readiness.answers().contains { !$0.answer.isReady })
            await #expect(throws: (any Error).self) { try await client.send("POST", "/echo") }
            let (answers, closed) = try await inProgress
            #expect(answers.map(\.text) == ["done"])
            #expect(answers.first?["connection"] == "close")
            #expect(closed)
            let (before, idleClosed) = try await idle
            #expect(before.map(\.status) == [200] && idleClosed)
        }
    }

    @Test func aPeerThatLeavesDoesNoHarm() async throws {
        try await TestServer.run([Self.slow(.milliseconds(100)), .echo()]) { server in
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
