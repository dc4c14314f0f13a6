// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Logging

/// The stand-alone decision point: AuthZEN over plain Cedar files, without a log, identities or commands.
public enum PlainCedarServer {
    /// A server of the policies in a directory and the entities in a file.
    ///
    /// - Parameters:
    ///   - directory: Holds the `*.cedar` files.
    ///   - entities: A file of Cedar's entity JSON, nil for no entities.
    ///   - token: What callers must present as bearer token; nil when anybody may ask.
    ///   - onListening: Called with the server's address once it answers.
    /// - Throws: ``PlainCedarFailure`` when a file cannot be used.
    public static func service(
        policies directory: String,
        entities: String?,
        token: String?,
        _ configuration: HTTPService.Configuration,
        logger: Logger,
        onListening: @escaping @Sendable (PublicURL) async -> Void = { _ in }
    ) throws -> HTTPService {
        let point = PlainCedarPoint(
            policies: try PlainCedarFiles.policies(in: directory),
            entities: try PlainCedarFiles.entities(at: entities)
        )
        let audience: Audience = token == nil ? .public : .enforcementPoint
        let url = PublicURL()
        let readiness = Readiness()
        let metrics = MetricRegistry()
        let table = try RouteTable(
            AuthZENRoutes.routes(point, for: audience, at: url)
                + HealthRoutes.routes(readiness: readiness, metrics: metrics, metricsFor: audience)
        )
        return HTTPService(
            configuration,
            routes: table,
            gatekeeper: OneTokenGatekeeper(token),
            readiness: readiness,
            metrics: metrics,
            logger: logger
        ) { port in
            url.listening(on: configuration.host, port: port, isTLS: configuration.tls != nil)
            await onListening(url)
        }
    }
}
