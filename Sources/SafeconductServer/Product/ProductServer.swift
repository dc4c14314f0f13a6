// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Logging
public import Safeconduct
import TrustModel
public import TrustStore

/// The whole product over HTTP: the engine's decisions, commands and logs behind one route table.
public enum ProductServer {
    /// A server of an engine.
    ///
    /// - Parameters:
    ///   - engine: What answers.
    ///   - publicLog: Whether anybody may read the logs' tiles and checkpoints; else operators only.
    ///   - publicURL: The address that callers know this server by; made of the listener's when empty.
    ///   - onListening: Called with that address once the server answers.
    public static func service<Store: TrustStore>(
        _ engine: Engine<Store>,
        publicLog: Bool,
        publicURL: String = "",
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
        let metrics = MetricRegistry()
        metrics.reading("safeconduct_log_revision", "The newest revision of the control log.") {
            Int64(clamping: engine.view.state.rev ?? 0)
        }
        return HTTPService(
            configuration,
            routes: try RouteTable(routes(engine, publicLog: publicLog, at: url, readiness, metrics)),
            gatekeeper: EngineGatekeeper(engine: engine),
            revisions: EngineRevisions(engine: engine),
            readiness: readiness,
            metrics: metrics,
            logger: logger
        ) { port in
            url.listening(on: configuration.host, port: port, isTLS: configuration.tls != nil)
            await onListening(url)
        }
    }

    /// Every route of the product.
    static func routes<Store: TrustStore>(
        _ engine: Engine<Store>,
        publicLog: Bool,
        at url: PublicURL,
        _ readiness: Readiness,
        _ metrics: MetricRegistry,
        feed: FeedLimits = FeedLimits()
    ) -> [Route] {
        let feed = Feed(engine, feed, metrics)
        let decisions = DecisionMetrics(metrics)
        let described =
            AuthZENRoutes.routes(
                EngineDecisionPoint(engine: engine, metrics: decisions),
                telling: .decisionContext,
                at: url
            )
            + EnvoyRoutes.routes(EngineCallChecker(engine: engine, metrics: decisions))
            + LogRoutes.routes(EngineLogReader(engine: engine), for: publicLog ? .public : .operator)
            + HealthRoutes.routes(readiness: readiness, metrics: metrics)
            + V1Routes(engine: engine).routes
            + FeedRoutes(engine: engine, feed: feed).routes
        return OpenAPIRoutes.describing(described)
    }
}
