// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOHTTP1
import ServiceLifecycle

@testable import SafeconductServer

/// A server on a free port of the loopback for as long as a test needs it.
struct TestServer: Sendable {
    let port: Int
    let metrics: MetricRegistry
    let readiness: Readiness
    let group: ServiceGroup

    static func run<Result>(
        _ routes: [Route],
        limits: ServerLimits = ServerLimits(),
        tls: TLSIdentity? = nil,
        gatekeeper: any Gatekeeper = TestGatekeeper(),
        revisions: (any RevisionSource)? = nil,
        _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        let metrics = MetricRegistry()
        let readiness = Readiness()
        let (ports, announce) = AsyncStream<Int>.makeStream()
        var configuration = HTTPService.Configuration(port: 0, tls: tls)
        configuration.limits = limits
        configuration.accessLog = .off
        let service = HTTPService(
            configuration,
            routes: try RouteTable(routes),
            gatekeeper: gatekeeper,
            revisions: revisions,
            readiness: readiness,
            metrics: metrics,
            logger: quietLogger
        ) { announce.yield($0) }
        return try await run(service, metrics, readiness, ports, announce, body)
    }

    static func run<Result>(
        _ service: HTTPService,
        _ metrics: MetricRegistry,
        _ readiness: Readiness,
        _ ports: AsyncStream<Int>,
        _ announce: AsyncStream<Int>.Continuation,
        _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        let group = ServiceGroup(configuration: .init(services: [service], logger: quietLogger))
        let running = Task {
            defer { announce.finish() }
            try await group.run()
        }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else {
            try await running.value
            throw CancellationError()
        }
        do {
            let server = TestServer(port: port, metrics: metrics, readiness: readiness, group: group)
            let result = try await body(server)
            await group.triggerGracefulShutdown()
            try await running.value
            return result
        } catch {
            running.cancel()
            throw error
        }
    }

    static let quietLogger: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()
}

/// Knows `pep-token` and `opr-token`.
struct TestGatekeeper: Gatekeeper {
    func admit(_ token: String?, as audience: Audience) throws(Problem) -> Caller {
        switch (token, audience) {
        case (nil, _): throw .unauthenticated("no token")
        case ("pep-token", .enforcementPoint): return Caller(audience: audience, id: "pep_1", name: "edge")
        case ("opr-token", .operator): return Caller(audience: audience, id: "opr_1", name: "olga")
        default: throw .invalidCredential("unknown token")
        }
    }
}

extension Route {
    /// A route that tells what it was called with.
    static func echo(
        _ method: String? = "POST",
        _ template: String = "/echo",
        for audience: Audience = .public,
        body: Body = .any(maximumBytes: 1000),
        on place: Place = .eventLoop
    ) -> Route {
        var request: Content?
        if case .json = body { request = .json(.any) }
        return Route(
            method.map { .init(rawValue: $0) },
            template,
            for: audience,
            body: body,
            on: place,
            document: RouteDocument(
                "echo" + ((method ?? "") + template).filter { $0.isLetter || $0.isNumber },
                "Echo.",
                path: PathTemplate(template).parameterNames.map { .required($0, .string(), "Anything.") },
                request: request,
                answers: [.ok(.text())]
            )
        ) { call throws(Problem) in
            .text("\(call.method.rawValue) \(call.parameters) \(call.caller.name) \(call.body.count)")
        }
    }
}
