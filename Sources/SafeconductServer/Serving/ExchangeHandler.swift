// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOTLS
import StrictJSON

/// Takes the requests of one connection, one after the other, and answers each.
///
/// Routing, the caller's credential and the size of the body are settled when the header section is there: a stranger's
/// body is thrown away as it comes and never kept. A refused request is read to its end (within limits) before it is
/// answered, because a peer that is still sending often misses an answer.
final class ExchangeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// A request that is arriving.
    struct Arrival {
        var exchange: Exchange
        var refusal: Problem?
        var maximumBytes = 0
        var received = 0
        var body: [UInt8] = []
    }

    let core: ServerCore
    let watch: ConnectionWatch
    let executor: EventLoopExecutor
    private var ids = RequestID()
    private var arrival: Arrival?
    /// The last request was answered before its end; nothing that follows is looked at.
    var isOver = false
    /// The peer sends nothing more.
    var inputIsClosed = false
    var isReading = false
    var needsFlush = false
    /// Ends the making of a body that is sent as it is made.
    var stopStream: (() -> Void)?

    init(_ core: ServerCore, _ watch: ConnectionWatch, on loop: any EventLoop) {
        self.core = core
        self.watch = watch
        executor = core.executors.executor(of: loop)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        core.connections.add(1)
        watch.bodyIsLate = { [unowned self] in
            refuseNow(Problem(.requestTimeout, "the body did not arrive within \(core.limits.bodyTime)"), context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        core.connections.add(-1)
        stopStream?()
        releaseBody()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = true
        guard !isOver else {
            // Nothing follows a request whose answer has no end: whoever sends on anyway is not waited for.
            if stopStream != nil { context.close(promise: nil) }
            return
        }
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head, context)
        case .body(let buffer): receive(buffer, context)
        case .end: finish(context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        // A peer that pauses behind the header section may wait for an answer: a refusal does not wait for its body.
        if let arrival, arrival.received == 0, let refusal = arrival.refusal { refuseNow(refusal, context) }
        if needsFlush {
            needsFlush = false
            context.flush()
        }
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            inputIsClosed = true
            if watch.phase != .answering { context.close(promise: nil) }
        case is TLSUserEvent: watch.enter(.idle)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError, !isOver, context.channel.isActive else {
            return context.close(promise: nil)
        }
        let problem =
            switch error {
            case .headerOverflow:
                Problem(.headersTooLarge, "the header section exceeds \(core.limits.headerBytes) bytes")
            default: Problem(.malformedRequest, "the request is not HTTP/1.1 as RFC 9112 writes it")
            }
        refuseNow(problem, context)
    }

    // MARK: - The header section

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        watch.enter(.body)
        let fields = RequestHead(head.headers)
        let target = RequestTarget(head.uri)
        var arrival = Arrival(
            exchange: Exchange(
                method: head.method,
                path: target?.path ?? "",
                query: target?.query,
                headers: head.headers,
                requestID: ids.adopt(fields.requestID),
                isOld: head.version == .http1_0,
                keepAlive: head.isKeepAlive,
                trace: core.trace(fields),
                began: .now()
            )
        )
        do throws(Problem) {
            try Self.check(head, fields, target, core.limits)
            try admit(&arrival, fields)
        } catch {
            arrival.refusal = error
        }
        self.arrival = arrival
        guard fields.expectsContinue, fields.announcesBody else { return }
        if let refusal = arrival.refusal {
            // The peer waits for leave to send its body, so this is the moment to say no (RFC 9110 section 10.1.1).
            refuseNow(refusal, context)
        } else {
            context.writeAndFlush(wrapOutboundOut(.head(.init(version: .http1_1, status: .continue))), promise: nil)
        }
    }

    private static func check(
        _ head: HTTPRequestHead,
        _ fields: RequestHead,
        _ target: RequestTarget?,
        _ limits: ServerLimits
    ) throws(Problem) {
        guard head.uri.utf8.count <= limits.targetBytes else {
            throw Problem(.targetTooLong, "path and query exceed \(limits.targetBytes) bytes")
        }
        guard target != nil else { throw Problem(.malformedRequest, "the request target is not a path") }
        guard fields.hosts == 1 || (fields.hosts == 0 && head.version == .http1_0) else {
            throw Problem(.malformedRequest, "a request has exactly one Host header (RFC 9112 section 3.2)")
        }
    }

    private func admit(_ arrival: inout Arrival, _ fields: RequestHead) throws(Problem) {
        let route = try core.table.lead(&arrival.exchange)
        if route.audience != .public {
            do throws(Problem) {
                let token = try PresentedToken.find(in: arrival.exchange.headers, for: route)
                arrival.exchange.caller = try core.gatekeeper.admit(token, as: route.audience)
                if route.isReading { try core.gatekeeper.permit(arrival.exchange.caller, reading: route.collection) }
            } catch {
                if error.code.status == 401 { core.gatekeeper.refused(error, on: route.name) }
                throw error
            }
        }
        arrival.maximumBytes = route.body.maximumBytes
        guard fields.announcesBody else { return }
        if fields.hasContentCoding {
            throw Problem(.unsupportedMediaType, "a coded body is not taken", remedy: "Send no Content-Encoding.")
        }
        if case .json(_, let otherwise, _) = route.body, !fields.isJSON {
            throw Problem(otherwise, "the Content-Type is not application/json")
        }
        if let length = fields.contentLength, length > arrival.maximumBytes {
            throw Problem.body(exceeding: arrival.maximumBytes)
        }
    }

    // MARK: - The body

    private func receive(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        guard var arrival = arrival.take() else { return }
        arrival.received += buffer.readableBytes
        if arrival.refusal == nil { keep(buffer, in: &arrival) }
        if arrival.refusal != nil { release(&arrival) }
        let refusal = arrival.received > core.limits.discardedBytes ? arrival.refusal : nil
        self.arrival = arrival
        if let refusal { refuseNow(refusal, context) }
    }

    private func keep(_ buffer: ByteBuffer, in arrival: inout Arrival) {
        if arrival.received > arrival.maximumBytes {
            arrival.refusal = .body(exceeding: arrival.maximumBytes)
        } else {
            buffer.withUnsafeReadableBytes { arrival.body.append(contentsOf: $0) }
            let total = core.buffered.add(Int64(buffer.readableBytes))
            if total > core.limits.bufferedBytes {
                arrival.refusal = Problem(
                    .overloaded,
                    "too many request bodies arrive at once",
                    headers: [("Retry-After", "1")]
                )
            }
        }
    }

    private func release(_ arrival: inout Arrival) {
        guard !arrival.body.isEmpty else { return }
        core.buffered.add(-Int64(arrival.body.count))
        arrival.body = []
    }

    private func releaseBody() {
        if var arrival = arrival.take() { release(&arrival) }
    }

    // MARK: - The answer

    private func finish(_ context: ChannelHandlerContext) {
        guard var arrival = arrival.take() else { return }
        watch.enter(.answering)
        arrival.exchange.began = .now()
        if let refusal = arrival.refusal {
            return deliver(core.reply(refusal, to: arrival.exchange), to: arrival.exchange, context)
        }
        let body = arrival.body
        release(&arrival)
        run(arrival.exchange, body, context)
    }

    /// Answers before the request is whole; the connection cannot be used afterwards.
    private func refuseNow(_ problem: Problem, _ context: ChannelHandlerContext) {
        guard !isOver else { return }
        let known = arrival?.exchange
        releaseBody()
        isOver = true
        watch.enter(.lingering)
        var exchange =
            known
            ?? Exchange(
                method: .GET,
                path: "",
                query: nil,
                headers: [:],
                requestID: ids.next(),
                keepAlive: false,
                began: .now()
            )
        exchange.keepAlive = false
        write(core.reply(problem, to: exchange), to: exchange, whole: false, context)
        context.flush()
    }
}

extension RouteTable {
    /// Finds the route of the exchange and notes it there.
    fileprivate func lead(_ exchange: inout Exchange) throws(Problem) -> Route {
        switch match(exchange.method, exchange.path) {
        case .found(let index, let parameters):
            exchange.route = index
            exchange.parameters = parameters
            return routes[index]
        case .wrongMethod(let allow):
            throw Problem(
                .methodNotAllowed,
                "the path takes \(allow), not \(exchange.method.rawValue)",
                headers: [("Allow", allow)]
            )
        case .malformed: throw Problem(.malformedRequest, "the path is not percent-encoded UTF-8 (RFC 3986)")
        case .unknown: throw Problem(.unknownRoute, "no route has this path")
        }
    }
}

extension Problem {
    /// A body where none is taken is not too large: no smaller one would do.
    fileprivate static func body(exceeding maximum: Int) -> Problem {
        guard maximum > 0 else {
            return Problem(
                .invalidRequest,
                "this route takes no body",
                remedy: "Send the request without a body; {} is one, too."
            )
        }
        return Problem(
            .bodyTooLarge,
            "the body exceeds \(maximum) bytes",
            members: [("maximum_bytes", .integer(Int64(maximum)))]
        )
    }
}

extension Optional {
    /// The value, leaving nil: so that an array inside is changed in place and not copied.
    fileprivate mutating func take() -> Wrapped? {
        defer { self = nil }
        return self
    }
}
