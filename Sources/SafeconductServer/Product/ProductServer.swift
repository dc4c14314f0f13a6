// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Logging
public import Safeconduct
import TrustModel

/// The whole product over HTTP: the engine's decisions, commands and logs behind one route table.
public enum ProductServer {
    /// A server of an engine.
    ///
    /// - Parameters:
    ///   - engine: What answers.
    ///   - publicLog: Whether anybody may read the logs' tiles and checkpoints; else operators only.
    ///   - publicURL: The address that callers know this server by; made of the listener's when empty.
    ///   - onListening: Called with that address once the server answers.
    public static func service(
        _ engine: Engine,
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
        NodeMetrics.add(of: engine, to: metrics)
        metrics.reading("safeconduct_log_revision", "The newest revision of the control log.") {
            Int64(clamping: engine.view.state.rev ?? 0)
        }
        metrics.readings(
            "safeconduct_refusals_total",
            "Callers refused that proved nothing, by reason; they have no decision of their own.",
            by: "reason"
        ) { engine.refusalTotals.map { ($0.reason, $0.count) } }
        metrics.reading("safeconduct_findings", "Protected operations called without an identity since the start.") {
            Int64(engine.unidentified.count)
        }
        return HTTPService(
            configuration,
            routes: try RouteTable(routes(engine, publicLog: publicLog, at: url, readiness, metrics)),
            gatekeeper: EngineGatekeeper(engine: engine),
            readiness: readiness,
            metrics: metrics,
            logger: logger
        ) { port in
            url.listening(on: configuration.host, port: port, isTLS: configuration.tls != nil)
            await onListening(url)
        }
    }

    /// Every route of the product.
    static func routes(
        _ engine: Engine,
        publicLog: Bool,
        at url: PublicURL,
        _ readiness: Readiness,
        _ metrics: MetricRegistry
    ) -> [Route] {
        let decisions = DecisionMetrics(metrics)
        let checker = EngineCallChecker(engine: engine, metrics: decisions)
        let described =
            AuthZENRoutes.routes(
                EngineDecisionPoint(engine: engine, metrics: decisions),
                telling: .decisionContext,
                at: url
            )
            + EnvoyRoutes.routes(checker) + NginxRoutes.routes(checker)
            + OutcomeRoutes(engine: engine, metrics: OutcomeMetrics(metrics, engine)).routes
            + LogRoutes.routes(EngineLogReader(engine: engine), for: publicLog ? .public : .operator)
            + HealthRoutes.routes(readiness: readiness, metrics: metrics)
            + V1Routes(engine: engine).routes
        return OpenAPIRoutes.describing(described)
    }
}
