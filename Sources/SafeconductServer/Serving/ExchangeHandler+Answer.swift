// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import Safeconduct

extension ExchangeHandler {
    /// A body above this size is parsed on the pool, whatever the route says: parsing it takes milliseconds.
    private static let largestOnLoop = 64 * 1024

    /// Runs the route's handler and delivers what it answers.
    func run(_ exchange: Exchange, _ body: [UInt8], _ context: ChannelHandlerContext) {
        guard let index = exchange.route else { return }
        let route = core.table.routes[index]
        let call = HTTPCall(
            method: exchange.method,
            path: exchange.path,
            query: exchange.query,
            headers: exchange.headers,
            body: body,
            requestID: exchange.requestID,
            caller: exchange.caller,
            parameters: exchange.parameters,
            trace: exchange.trace
        )
        let loop = context.eventLoop
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: loop)
        let core = self.core
        let work: @Sendable () async -> Void = {
            let reply = await core.answer(call, by: route)
            if loop.inEventLoop {
                let (handler, context) = bound.value
                handler.deliver(reply, to: exchange, context)
            } else {
                loop.execute {
                    let (handler, context) = bound.value
                    handler.deliver(reply, to: exchange, context)
                }
            }
        }
        let traced = exchange.trace?.around(work) ?? work
        if route.place == .eventLoop, body.count <= Self.largestOnLoop {
            // Begins at once, on this thread; what waits for nothing is answered before this call returns.
            Task.immediate(executorPreference: executor) { await traced() }
        } else {
            Task { await traced() }
        }
    }

    /// Writes the answer to a request that had arrived whole, and makes ready for the next.
    func deliver(_ reply: Reply, to exchange: Exchange, _ context: ChannelHandlerContext) {
        guard !isOver, context.channel.isActive else { return }
        var exchange = exchange
        if let stream = reply.stream, exchange.method != .HEAD, reply.headers.allSatisfy(Self.isField) {
            exchange.keepAlive = false
            return begin(stream, reply, of: exchange, context)
        }
        if inputIsClosed { exchange.keepAlive = false }
        if !exchange.keepAlive { isOver = true }
        watch.enter(exchange.keepAlive ? .idle : .lingering)
        let isWritable = reply.headers.allSatisfy(Self.isField)
        let reply =
            isWritable ? reply : Problem(.internalError, "a header cannot be sent").reply(instance: exchange.requestID)
        write(reply, to: exchange, whole: true, context)
        if isReading, exchange.keepAlive {
            // Answers to requests that came in one packet leave in one.
            needsFlush = true
        } else {
            context.flush()
        }
    }

    /// Writes the head of a body of unknown length: in chunks, or to the end of the connection for HTTP/1.0.
    func writeHead(_ reply: Reply, of exchange: Exchange, _ context: ChannelHandlerContext) {
        core.answered(exchange, status: reply.status)
        let status = HTTPResponseStatus(statusCode: reply.status)
        var headers = Self.headers(of: reply, status, exchange)
        headers.remove(name: "Content-Length")
        let version: HTTPVersion = exchange.isOld ? .http1_0 : .http1_1
        let head = HTTPResponseHead(version: version, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
    }

    /// Writes the head, the body and the end.
    ///
    /// - Parameter whole: Whether the request had arrived whole. If it had and the connection ends with it, the
    ///   connection closes once the answer has left; if not, it lingers, because closing over unread bytes resets it.
    func write(_ reply: Reply, to exchange: Exchange, whole: Bool, _ context: ChannelHandlerContext) {
        var exchange = exchange
        // Whoever reports a problem can name the trace that its log line has, even when nobody named one before.
        if reply.status >= 400, exchange.trace == nil { exchange.trace = RequestTrace() }
        core.answered(exchange, status: reply.status)
        let status = HTTPResponseStatus(statusCode: reply.status)
        let headers = Self.headers(of: reply, status, exchange)
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if status.mayHaveResponseBody, exchange.method != .HEAD, !reply.body.isEmpty {
            var buffer = context.channel.allocator.buffer(capacity: reply.body.count)
            buffer.writeBytes(reply.body)
            context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
        }
        guard whole, !exchange.keepAlive else { return context.write(wrapOutboundOut(.end(nil)), promise: nil) }
        let channel = context.channel
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { _ in channel.close(promise: nil) }
        context.write(wrapOutboundOut(.end(nil)), promise: written)
    }

    /// Whether a handler's header is one (RFC 9110 section 5.1 and 5.5): a line break in a value would forge others.
    private static func isField(_ header: (name: String, value: String)) -> Bool {
        !header.name.isEmpty
            && header.name.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
            } && header.value.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }
    }

    private static func headers(
        of reply: Reply,
        _ status: HTTPResponseStatus,
        _ exchange: Exchange
    ) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.reserveCapacity(8 + reply.headers.count)
        if status.mayHaveResponseBody {
            headers.add(name: "Content-Type", value: reply.contentType)
            headers.add(name: "Content-Length", value: String(reply.body.count))
        }
        headers.add(name: "Cache-Control", value: reply.cacheControl)
        headers.add(name: "X-Content-Type-Options", value: "nosniff")
        headers.add(name: "X-Request-ID", value: exchange.requestID)
        headers.add(name: "Date", value: HTTPDate.now())
        if reply.status >= 400, let trace = exchange.trace {
            headers.add(name: "Traceparent", value: trace.context.parent)
        }
        for header in reply.headers { headers.add(name: header.name, value: header.value) }
        if !exchange.keepAlive { headers.add(name: "Connection", value: "close") }
        return headers
    }
}
