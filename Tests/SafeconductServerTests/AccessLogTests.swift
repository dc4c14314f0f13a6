// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization
import Testing

@testable import SafeconductServer

/// Keeps what is logged.
private final class Lines: Sendable {
    let all = Mutex<[String]>([])
}

private struct KeepingHandler: LogHandler {
    let lines: Lines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        lines.all.withLock { $0.append("\(event.level) \(event.message) \(fields.joined(separator: " "))") }
    }
}

@Suite(.timeLimit(.minutes(5))) struct AccessLogTests {
    private func serve(_ mode: AccessLog.Mode, _ body: (TestClient) async throws -> Void) async throws -> [String] {
        let lines = Lines()
        let logger = Logger(label: "access") { _ in KeepingHandler(lines: lines) }
        let (ports, announce) = AsyncStream<Int>.makeStream()
        var configuration = HTTPService.Configuration(port: 0)
        configuration.accessLog = mode
        let service = HTTPService(
            configuration,
            routes: try RouteTable([.echo("GET", "/things/{name}", for: .operator, body: .none)]),
            gatekeeper: TestGatekeeper(),
            readiness: Readiness(),
            metrics: MetricRegistry(),
            logger: logger
        ) { announce.yield($0) }
        try await TestServer.run(service, MetricRegistry(), Readiness(), ports, announce) { server in
            try await body(TestClient(port: server.port))
        }
        return lines.all.withLock { $0.filter { $0.contains(" answered ") } }
    }

    @Test func linesNameTheRouteAndNoSecret() async throws {
        let lines = try await serve(.all) { client in
            let headers = [("Authorization", "Bearer opr-token"), ("X-Request-ID", "r1")]
            _ = try await client.send("GET", "/things/private-name?key=private-value", headers)
            let wrong = [("Authorization", "Bearer private-token"), ("Safeconduct-Enforcement-Point", "private-point")]
            _ = try await client.send("GET", "/things/private-name", wrong)
            _ = try await client.send("GET", "/private-path?private-query")
        }
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { !$0.contains("private") && !$0.contains("token") })
        #expect(lines.first?.contains("caller=opr_1") == true)
        #expect(lines.first?.contains("request_id=r1 route=GET /things/{name} status=200") == true)
        #expect(lines.last?.contains("route=none ") == true && lines.last?.contains(" status=404 ") == true)
    }

    @Test func modesChooseAndStrangersFillNoDisk() async throws {
        let off = try await serve(.off) { _ = try await $0.send("GET", "/nowhere") }
        #expect(off.isEmpty)
        let failures = try await serve(.failures) { client in
            _ = try await client.send("GET", "/things/a", [("Authorization", "Bearer opr-token")])
            let request = "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n"
            _ = try await client.talk([.send(String(repeating: request, count: 2000))], answers: 2000)
        }
        // At most 100 lines begin in each second, and these requests take a few at most.
        #expect(failures.count >= 100 && failures.count < 1500)
        #expect(failures.allSatisfy { $0.contains("status=404") })
    }
}
