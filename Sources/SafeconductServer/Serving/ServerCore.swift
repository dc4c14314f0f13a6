// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// What all connections of one server share.
final class ServerCore: Sendable {
    let table: RouteTable
    let gatekeeper: any Gatekeeper
    /// Where the control log stands; nil on a server without one.
    let revisions: (any RevisionSource)?
    let limits: ServerLimits
    let accessLog: AccessLog
    let executors = EventLoopExecutors()
    /// Bytes of bodies that are arriving.
    let buffered: Gauge
    let connections: Gauge
    /// Answers without an end.
    let streams = OpenStreams()
    /// Those that ended because their readers were too slow.
    let slowStreams: Counter
    /// Connections closed because a deadline passed.
    let timeouts: Counter
    /// Where spans go; nil, as usual, when nobody asked for them.
    private let recorder: SpanRecorder?
    private let metrics: [RouteMetrics]
    private let unrouted: RouteMetrics

    init(
        table: RouteTable,
        gatekeeper: any Gatekeeper,
        revisions: (any RevisionSource)?,
        limits: ServerLimits,
        accessLog: AccessLog,
        recorder: SpanRecorder? = nil,
        registry: MetricRegistry
    ) {
        self.recorder = recorder
        self.table = table
        self.gatekeeper = gatekeeper
        self.revisions = revisions
        self.limits = limits
        self.accessLog = accessLog
        metrics = table.routes.map { RouteMetrics($0.name, in: registry) }
        unrouted = RouteMetrics("none", in: registry)
        buffered = registry.gauge("safeconduct_http_buffered_bytes", "Bytes of request bodies that are arriving.")
        slowStreams = registry.counter(
            "safeconduct_http_slow_streams_total",
            "Feeds ended because their readers did not take up what was sent."
        )
        connections = registry.gauge("safeconduct_http_connections", "Open connections.")
        timeouts = registry.counter(
            "safeconduct_http_timeouts_total",
            "Connections closed because they were idle or too slow."
        )
    }

    /// Notes one answer. Route nil: the request found none.
    func answered(_ exchange: Exchange, status: Int) {
        let nanoseconds = NIODeadline.now().uptimeNanoseconds &- exchange.began.uptimeNanoseconds
        (exchange.route.map { metrics[$0] } ?? unrouted).answered(status: status, nanoseconds: nanoseconds)
        accessLog.answered(
            exchange.route.map { table.routes[$0].name } ?? "none",
            status: status,
            requestID: exchange.requestID,
            caller: exchange.caller,
            trace: exchange.trace,
            nanoseconds: nanoseconds
        )
        exchange.trace?.answered(exchange, as: exchange.route.map { table.routes[$0].name }, status: status)
    }

    /// A refusal as the route of the exchange writes them, once it has one.
    func reply(_ problem: Problem, to exchange: Exchange) -> Reply {
        problem.reply(instance: exchange.requestID, as: exchange.route.map { table.routes[$0].errors } ?? .problem)
    }

    /// The trace of a request; nil for the usual one, whose sender names none while nothing is recorded.
    func trace(_ fields: RequestHead) -> RequestTrace? {
        guard recorder != nil || fields.traceparent != nil else { return nil }
        return RequestTrace(parent: fields.traceparent, state: fields.tracestate, recorder)
    }
}

/// What is known of one request while it arrives and is answered.
struct Exchange: Sendable {
    let method: HTTPMethod
    let path: String
    let query: String?
    let headers: HTTPHeaders
    let requestID: String
    /// The peer speaks HTTP/1.0, which knows no chunks.
    var isOld = false
    var keepAlive: Bool
    /// The route's index in the table, nil when there is none.
    var route: Int?
    var parameters: [String] = []
    var caller = Caller.anybody
    var trace: RequestTrace?
    /// When the request had arrived whole, or its header section until then.
    var began: NIODeadline
}
