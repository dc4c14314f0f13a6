// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOHTTP1
import SafeconductClient
import SafeconductServer
import ServiceLifecycle
import StrictJSON
import Synchronization

/// A server in a Safeconduct's place whose answers a test chooses. It writes down what it was asked.
final class StubServer: Sendable {
    typealias Handler = @Sendable (HTTPCall) async -> Reply

    private let calls = Mutex<[HTTPCall]>([])
    private let ports = Mutex(0)

    /// What it was asked, in order of arrival.
    var asked: [HTTPCall] { calls.withLock { $0 } }
    var port: Int { ports.withLock { $0 } }

    /// Serves on a free port while `body` runs.
    static func run<Result>(
        tls: TLSIdentity? = nil,
        _ handler: @escaping Handler,
        _ body: (StubServer) async throws -> Result
    ) async throws -> Result {
        let server = StubServer()
        let (listening, announce) = AsyncStream<Int>.makeStream()
        var configuration = HTTPService.Configuration(port: 0, tls: tls)
        configuration.accessLog = .off
        let paths = [
            "/access/v1/evaluation", "/access/v1/evaluations", "/v1/decisions/{id}/outcome", "/v1/cuts", "/v1/holds",
            "/v1/outcomes",
        ]
        let routes = paths.enumerated().map { number, path in
            Route(
                .POST,
                path,
                for: .public,
                body: .any(maximumBytes: 4 << 20),
                document: RouteDocument("stub\(number)", "A stub.", answers: [.ok(.bytes())])
            ) { call throws(Problem) in
                server.calls.withLock { $0.append(call) }
                return await handler(call)
            }
        }
        let service = HTTPService(
            configuration,
            routes: try RouteTable(routes),
            gatekeeper: Nobody(),
            readiness: Readiness(),
            metrics: MetricRegistry(),
            logger: quiet
        ) { announce.yield($0) }
        let group = ServiceGroup(configuration: .init(services: [service], logger: quiet))
        let running = Task {
            defer { announce.finish() }
            try await group.run()
        }
        for await port in listening {
            server.ports.withLock { $0 = port }
            break
        }
        do {
            let result = try await body(server)
            await group.triggerGracefulShutdown()
            try await running.value
            return result
        } catch {
            running.cancel()
            throw error
        }
    }

    static let quiet: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    private struct Nobody: Gatekeeper {
        func admit(_ token: String?, as audience: Audience) throws(Problem) -> SafeconductServer.Caller {
            throw Problem(.forbidden, "this server has public routes only")
        }
    }
}

extension StubServer {
    /// A configuration for this server.
    func configuration(token: String = "point-token", decisionTime: Duration = .seconds(10)) -> ClientConfiguration {
        var configuration = ClientConfiguration(url: "http://127.0.0.1:\(port)", token: .fixed(Redacted(token)))
        // Long, because the machine may be busy; tests about lateness say what they need.
        configuration.decisionTime = decisionTime
        return configuration
    }

    /// Runs `body` with a client that is shut down afterwards.
    func withClient<Result>(
        _ configuration: ClientConfiguration? = nil,
        _ body: (DecisionClient) async throws -> Result
    ) async throws -> Result {
        let client = try DecisionClient(configuration ?? self.configuration())
        do {
            let result = try await body(client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }
}

extension Reply {
    static func raw(_ text: String, status: Int = 200, type: String = "application/json") -> Reply {
        Reply(status: status, contentType: type, body: Array(text.utf8))
    }

    /// A decision with a context.
    static func decision(_ permits: Bool, _ context: String = #"{"decision_id":"dec_1","outcome":"allow"}"#) -> Reply {
        raw(#"{"decision":\#(permits),"context":\#(context)}"#)
    }

    /// What a batch of reports is answered with, each of them with the same result.
    static func outcomes(_ call: HTTPCall, _ result: String = "recorded") -> Reply {
        let count = (try? call.json())?.arrayValue?.count ?? 0
        return .json(["items": .array(Array(repeating: ["result": .string(result)], count: count))])
    }

    static func problem(_ status: Int, _ code: String, headers: [(name: String, value: String)] = []) -> Reply {
        var reply = raw(#"{"status":\#(status),"code":"\#(code)"}"#, status: status, type: "application/problem+json")
        reply.headers = headers
        return reply
    }
}
