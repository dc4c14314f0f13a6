// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import Safeconduct
import TrustModel

/// The part of a trace that one request is.
final class RequestTrace: Sendable {
    /// The request's own span.
    let context: TraceContext
    /// The caller's span; nil when it named none.
    private let parent: UInt64?
    /// Nil when this trace is not recorded here.
    private let recorder: SpanRecorder?

    /// The trace that a request's header names, or a new one.
    init(parent text: String?, state: String?, _ recorder: SpanRecorder?) {
        if let text, let named = TraceContext(parent: text, state: state) {
            context = named.child()
            parent = named.span
            // Whoever began the trace decided whether it is worth recording.
            self.recorder = named.isSampled ? recorder : nil
        } else {
            context = TraceContext.made(isSampled: recorder != nil)
            parent = nil
            self.recorder = recorder
        }
    }

    /// A new trace that nobody records: a name for a problem.
    convenience init() { self.init(parent: nil, state: nil, nil) }

    /// `work`, with outbound calls taking part in the trace.
    func around(_ work: @escaping @Sendable () async -> Void) -> @Sendable () async -> Void {
        let context = context
        return { await TraceContext.$current.withValue(context) { await work() } }
    }

    /// What notes the stages of a decision; nil when they are not recorded.
    func probe() -> DecisionProbe? { recorder == nil ? nil : DecisionProbe() }

    /// Records a decision and its stages.
    func decided(_ decision: Decision, _ probe: DecisionProbe?) {
        guard let recorder, let probe else { return }
        let offset = SpanRecorder.unixOffset()
        let now = NIODeadline.now().uptimeNanoseconds
        let whole = context.child()
        var attributes: [(name: String, value: Span.Attribute)] = [
            ("safeconduct.outcome", .string(decision.outcome.rawValue)),
            ("safeconduct.reason", .string(decision.reason)),
            ("safeconduct.rev", .integer(Int64(clamping: decision.rev))),
            ("safeconduct.score", .integer(decision.score.score)),
        ]
        if let id = decision.id { attributes.append(("safeconduct.decision_id", .string(id.description))) }
        var spans = [
            Span(
                name: "safeconduct.decide",
                kind: .internal,
                context: whole,
                parent: context.span,
                begin: probe.began &+ offset,
                end: now &+ offset,
                attributes: attributes
            )
        ]
        // A decision that ended early has no later stages.
        var begin = probe.began
        for (name, end) in [
            ("safeconduct.verify", probe.verified), ("safeconduct.evaluate", probe.evaluated),
            ("safeconduct.record", probe.recorded),
        ] where end >= begin {
            spans.append(
                Span(
                    name: name,
                    kind: .internal,
                    context: whole.child(),
                    parent: whole.span,
                    begin: begin &+ offset,
                    end: end &+ offset
                )
            )
            begin = end
        }
        recorder.record(spans)
    }

    /// Records the request once it is answered.
    func answered(_ exchange: Exchange, as route: String?, status: Int) {
        guard let recorder else { return }
        let offset = SpanRecorder.unixOffset()
        var span = Span(
            name: route ?? exchange.method.rawValue,
            kind: .server,
            context: context,
            parent: parent,
            begin: exchange.began.uptimeNanoseconds &+ offset,
            end: NIODeadline.now().uptimeNanoseconds &+ offset,
            attributes: [
                ("http.request.method", .string(exchange.method.rawValue)),
                ("http.response.status_code", .integer(Int64(status))),
                ("safeconduct.request_id", .string(exchange.requestID)),
            ]
        )
        if let route { span.attributes.append(("http.route", .string(route))) }
        // A refusal is an answer; only a failure of the server is an error of the span.
        span.isError = status >= 500
        recorder.record([span])
    }
}
