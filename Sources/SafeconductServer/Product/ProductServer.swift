// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Logging
public import Safeconduct
import ServiceLifecycle
import TrustModel

/// The whole product over HTTP: the engine's decisions, commands and logs behind one route table.
public enum ProductServer {
    /// A server of an engine.
    ///
    /// - Parameters:
    ///   - engine: What answers.
    ///   - publicLog: Whether anybody may read the logs' tiles and checkpoints; else operators only.
    ///   - publicURL: The address that callers know this server by; made of the listener's when empty.
    ///   - version: The version of the build, for the metrics.
    ///   - otlp: Where spans and metrics are exported to; nil exports nothing, and records no spans.
    ///   - onListening: Called with that address once the server answers.
    public static func service(
        _ engine: Engine,
        publicLog: Bool,
        publicURL: String = "",
        version: String = "unknown",
        exporting otlp: OTLPExporter.Configuration? = nil,
        _ configuration: HTTPService.Configuration,
        logger: Logger,
        onListening: @escaping @Sendable (PublicURL) async -> Void = { _ in }
    ) throws -> HTTPService {
        let url = PublicURL(publicURL)
        let readiness = Readiness()
        readiness.add("clock") {
            engine.clock.jumped ? .notReady("the wall clock has jumped; restart this node") : .ready
        }
        readiness.add("state") {
            engine.fault == nil ? .ready : .notReady("the control log can't be followed; see the server's log")
        }
        readiness.add("evidence") {
            engine.evidenceFault.map { .notReady("decisions can't be recorded: \($0.message)") } ?? .ready
        }
        readiness.add("freshness") {
            engine.isFresh()
                ? .ready : .notReady("this node has not heard from the control log for more than two seconds")
        }
        if let tls = configuration.tls {
            readiness.add("certificate") { tls.isExpired() ? .notReady("the TLS certificate has expired") : .ready }
        }
        let metrics = MetricRegistry()
        EngineMetrics.add(engine, version: version, to: metrics)
        ProcessMetrics.add(to: metrics)
        var configuration = configuration
        var companions: [any Service] = []
        if let otlp {
            let spans = SpanRecorder()
            configuration.spans = spans
            companions.append(
                OTLPExporter(
                    otlp,
                    spans: spans,
                    metrics: metrics,
                    version: version,
                    instance: engine.node.id.description,
                    logger: logger
                )
            )
        }
        let (host, isTLS) = (configuration.host, configuration.tls != nil)
        let service = try HTTPService(
            configuration,
            routes: RouteTable(routes(engine, publicLog: publicLog, at: url, readiness, metrics, logger: logger)),
            gatekeeper: EngineGatekeeper(engine: engine),
            revisions: EngineRevisions(engine: engine),
            readiness: readiness,
            metrics: metrics,
            logger: logger
        ) { port in
            url.listening(on: host, port: port, isTLS: isTLS)
            engine.listens(at: url.value)
            await onListening(url)
        }
        return service.beside(companions)
    }

    /// Every route of the product.
    static func routes(
        _ engine: Engine,
        publicLog: Bool,
        at url: PublicURL,
        _ readiness: Readiness,
        _ metrics: MetricRegistry,
        feed: FeedLimits = FeedLimits(),
        logger: Logger? = nil
    ) -> [Route] {
        let feed = Feed(engine, feed, metrics)
        let decisions = DecisionMetrics(metrics, logger: logger)
        let checker = EngineCallChecker(engine: engine, metrics: decisions)
        let described =
            AuthZENRoutes.routes(
                EngineDecisionPoint(engine: engine, metrics: decisions, searchMetrics: SearchMetrics(metrics)),
                telling: .decisionContext,
                at: url
            )
            + EnvoyRoutes.routes(checker) + NginxRoutes.routes(checker)
            + OutcomeRoutes(engine: engine, metrics: OutcomeMetrics(metrics, engine)).routes
            + LogRoutes.routes(EngineLogReader(engine: engine), for: publicLog ? .public : .operator)
            + OAuthRoutes(engine: engine).routes
            + DiscoveryRoutes(engine: engine).routes
            + HealthRoutes.routes(readiness: readiness, metrics: metrics)
            + V1Routes(engine: engine).routes
            + FeedRoutes(engine: engine, feed: feed).routes
        return OpenAPIRoutes.describing(described)
    }
}
