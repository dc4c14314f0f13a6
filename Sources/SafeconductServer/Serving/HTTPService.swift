// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle
import UnixSignals

/// The HTTP server as a service: binds, answers, and on graceful shutdown finishes what it began.
public struct HTTPService: Service {
    /// Where to listen and within which limits.
    public struct Configuration: Sendable {
        /// A host name or address.
        public var host: String
        /// The port; 0 lets the system choose.
        public var port: Int
        /// The certificate to serve with; nil for plain HTTP.
        public var tls: TLSIdentity?
        /// What connections may cost.
        public var limits = ServerLimits()
        /// Which answers are logged.
        public var accessLog = AccessLog.Mode.failures
        /// Where spans of requests and decisions go; nil records none.
        public var spans: SpanRecorder?

        /// Plain HTTP on the loopback, or with `tls` HTTPS.
        public init(host: String = "127.0.0.1", port: Int = 8470, tls: TLSIdentity? = nil) {
            self.host = host
            self.port = port
            self.tls = tls
        }
    }

    private let configuration: Configuration
    private let core: ServerCore
    private let readiness: Readiness
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void
    /// What runs as long as the server does, and ends after it.
    private var companions: [any Service] = []

    /// A server of the given routes.
    ///
    /// - Parameters:
    ///   - revisions: Where the control log stands, for those who ask for a revision; nil when there is none.
    ///   - onListening: Called with the port once connections are accepted.
    public init(
        _ configuration: Configuration,
        routes table: RouteTable,
        gatekeeper: any Gatekeeper,
        revisions: (any RevisionSource)? = nil,
        readiness: Readiness,
        metrics: MetricRegistry,
        logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.readiness = readiness
        self.logger = logger
        self.onListening = onListening
        core = ServerCore(
            table: table,
            gatekeeper: gatekeeper,
            revisions: revisions,
            limits: configuration.limits,
            accessLog: AccessLog(configuration.accessLog, to: logger),
            recorder: configuration.spans,
            registry: metrics
        )
    }

    /// The same server, running others beside it in ``runUntilSignalled(with:)``.
    func beside(_ companions: [any Service]) -> HTTPService {
        var service = self
        service.companions += companions
        return service
    }

    /// Serves until graceful shutdown.
    public func run() async throws {
        // The framework's own lines say at info level what onListening tells better.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let onListening = onListening
        let server = Server(
            childChannelSetup: ConnectionChannel(core: core, tls: configuration.tls),
            configuration: ServerConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                backlog: 1024,
                availableConnectionsDelegate: .maximum(configuration.limits.connections, logger: quiet)
            ),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: quiet
        )
        try await withGracefulShutdownHandler {
            try await server.run()
        } onGracefulShutdown: {
            readiness.drain()
            core.streams.endAll()
        }
    }
}

extension HTTPService {
    /// Runs the server and other services together until SIGTERM or SIGINT, then lets requests in progress finish.
    ///
    /// - Parameter others: Services that the server needs; they start before it and stop after it.
    public func runUntilSignalled(with others: [any Service] = []) async throws {
        var group = ServiceGroupConfiguration(
            services: others + companions + [self],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        group.maximumGracefulShutdownDuration = configuration.limits.drainTime
        try await ServiceGroup(configuration: group).run()
    }
}
