// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
public import Logging
import NIOCore
import NIOHTTP1
public import ServiceLifecycle

/// Sends spans and metrics to a collector by OTLP/HTTP with the JSON encoding, at an interval and once at the end.
///
/// It fails in silence: a collector that is slow or gone costs what it did not take, which is counted, and one line in
/// the log when that begins and one when it ends. Nothing waits for it.
///
/// The address comes from whoever runs the process, like a listening address, and not from the control log, so it may
/// be a private one; redirects are not followed, and time and size are bounded.
public struct OTLPExporter: Service {
    /// Where to, and how often.
    public struct Configuration: Sendable, Equatable {
        /// The base URL; `/v1/traces` and `/v1/metrics` are added to it.
        public var endpoint: String
        /// A file with one `Name: value` a line, sent with every export: it may hold a secret. It is read each time.
        public var headersFile: String?
        /// Between two exports.
        public var interval: Duration

        /// A configuration.
        public init(endpoint: String, headersFile: String? = nil, interval: Duration = .seconds(10)) {
            self.endpoint = endpoint
            self.headersFile = headersFile
            self.interval = interval
        }
    }

    /// So many spans go into one request, ...
    private static let batch = 512
    /// ... which may take so long.
    private static let time = Duration.seconds(5)

    private let configuration: Configuration
    private let spans: SpanRecorder
    private let metrics: MetricRegistry
    private let text: OTLPText
    private let logger: Logger
    private let sent: [String: (done: Counter, failed: Counter)]

    /// An exporter.
    ///
    /// - Parameters:
    ///   - version: The version of the build.
    ///   - instance: What tells this process from others of its kind, such as the node's id.
    public init(
        _ configuration: Configuration,
        spans: SpanRecorder,
        metrics: MetricRegistry,
        version: String,
        instance: String,
        logger: Logger
    ) {
        self.configuration = configuration
        self.spans = spans
        self.metrics = metrics
        self.logger = logger
        text = OTLPText(resource: [
            ("service.name", .string("safeconduct")), ("service.version", .string(version)),
            ("service.instance.id", .string(instance)),
        ])
        var sent: [String: (done: Counter, failed: Counter)] = [:]
        for signal in ["traces", "metrics"] {
            let counters = ["done", "failed"].map { result in
                metrics.counter(
                    "safeconduct_otlp_exports_total",
                    "Requests to the collector, by signal and result.",
                    labels: [("signal", signal), ("result", result)]
                )
            }
            sent[signal] = (counters[0], counters[1])
        }
        self.sent = sent
        metrics.readings("safeconduct_otlp_dropped_spans_total", "Spans that were not exported.", by: "reason") {
            [("queue_full", spans.dropped)]
        }
    }

    /// Exports until graceful shutdown, then what is left.
    public func run() async {
        var settings = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(2), read: .seconds(5)),
            decompression: .disabled
        )
        settings.httpVersion = .http1Only
        settings.connectionPool.retryConnectionEstablishment = false
        // Exports must not make spans of their own.
        settings.tracing.tracer = nil
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        let began = SpanRecorder.unixOffset() &+ NIODeadline.now().uptimeNanoseconds
        var wasTaken = true
        while await waited() {
            let isTaken = await export(http, since: began)
            if isTaken != wasTaken {
                wasTaken = isTaken
                let (level, line): (Logger.Level, Logger.Message) =
                    isTaken
                    ? (.notice, "the collector takes exports again") : (.warning, "the collector takes no exports")
                logger.log(level: level, line)
            }
        }
        _ = await export(http, since: began)
        try? await http.shutdown()
    }

    /// Waits for the next export; false when it is time to stop. Many spans do not wait for the interval.
    private func waited() async -> Bool {
        let due = ContinuousClock.now + configuration.interval
        while ContinuousClock.now < due, spans.count < Self.batch {
            let pause = min(configuration.interval, .seconds(1))
            do {
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }
            } catch {
                return false
            }
            if Task.isShuttingDownGracefully || Task.isCancelled { return false }
        }
        return true
    }

    /// Exports all that waits; gives whether all was taken. A batch that was not is lost.
    private func export(_ http: HTTPClient, since began: UInt64) async -> Bool {
        var isTaken = true
        // Bounded: what is recorded meanwhile is for the next time.
        for _ in 0..<16 {
            let batch = spans.take(atMost: Self.batch)
            guard !batch.isEmpty else { break }
            guard await post(http, "traces", text.traces(batch)) else {
                isTaken = false
                break
            }
        }
        let now = SpanRecorder.unixOffset() &+ NIODeadline.now().uptimeNanoseconds
        let body = text.metrics(metrics.read(), since: began, at: now)
        return await post(http, "metrics", body) && isTaken
    }

    private func post(_ http: HTTPClient, _ signal: String, _ body: [UInt8]) async -> Bool {
        var request = HTTPClientRequest(url: "\(configuration.endpoint)/v1/\(signal)")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "safeconduct")
        for header in OTLPHeaders.read(configuration.headersFile) ?? [] {
            request.headers.replaceOrAdd(name: header.name, value: header.value)
        }
        request.body = .bytes(ByteBuffer(bytes: body))
        var status: UInt = 0
        do {
            let response = try await http.execute(request, timeout: TimeAmount(Self.time))
            // What a collector says of single items is not looked at; reading it keeps the connection usable.
            _ = try await response.body.collect(upTo: 64 << 10)
            status = response.status.code
        } catch {
            // Counted below, like an answer that is no success.
        }
        let isDone = (200..<300).contains(status)
        if isDone { sent[signal]?.done.add() } else { sent[signal]?.failed.add() }
        return isDone
    }
}
