// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import Logging
import SafeconductClient

/// A small orders service whose every call is decided by Safeconduct.
@main
struct ExampleService {
    static func main() async throws {
        let settings = try Settings()
        var logger = Logger(label: "orders")
        logger.logLevel = settings.logLevel

        // The token and the certificates to trust lie in files; a new token is noticed without a restart.
        var configuration = ClientConfiguration(url: settings.safeconduct, token: .file(settings.tokenFile))
        configuration.caFile = settings.caFile
        let client = try DecisionClient(configuration)

        let application = Application(
            router: router(client),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: settings.port)),
            // As a service the client reports outcomes, and sends the last of them on shutdown.
            services: [client],
            onServerRunning: { [logger] channel in
                logger.notice("orders service at http://127.0.0.1:\(channel.localAddress?.port ?? 0)")
            },
            logger: logger
        )
        try await application.runService()
    }

    private static func router(_ client: DecisionClient) -> Router<BasicEnforcedRequestContext> {
        let router = Router(context: BasicEnforcedRequestContext.self)
        // Before the middleware, so asked about by nobody: whoever watches the service has no identity.
        router.get("healthz") { _, _ in "ok\n" }

        let rules = EnforcementRules<BasicEnforcedRequestContext>(
            host: "orders.service.example",
            // Nothing of a request leaves this process but its method, its path and what stands here.
            attributes: [.query("amount", as: "amount", .integer)]
        )
        Orders().routes(router.group().add(middleware: EnforcementMiddleware(client, rules: rules)))
        return router
    }
}
