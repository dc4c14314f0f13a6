// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Keeps one connection to its deadlines and reads no further while its peer does not take up what was answered.
///
/// It stands next to the socket, before TLS, so that a stalled handshake counts too. One timer ticks for each
/// connection and compares the present phase with its deadline; requests only note the time.
final class ConnectionWatch: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What the connection is doing.
    enum Phase {
        case idle
        case head
        case body
        case answering
        /// Answered early: what still arrives is thrown away for a moment, so that the peer can read the answer.
        case lingering
    }

    private static let lingerTime = TimeAmount.seconds(1)

    private let limits: ServerLimits
    private let timeouts: Counter
    private(set) var phase = Phase.idle
    private var since = NIODeadline.now()
    private var unwritableSince: NIODeadline?
    private var readIsPending = false
    private var timer: RepeatedTask?
    /// Called when a body is too slow; answers and closes.
    var bodyIsLate: (() -> Void)?

    init(_ limits: ServerLimits, timeouts: Counter) {
        self.limits = limits
        self.timeouts = timeouts
    }

    /// The connection is in another phase from now on.
    func enter(_ phase: Phase) {
        self.phase = phase
        since = .now()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let shortest = min(limits.headTime, limits.bodyTime, limits.idleTime, limits.writeTime)
        let tick = min(max(TimeAmount(shortest / 4), .milliseconds(20)), .seconds(5))
        let bound = NIOLoopBound((watch: self, context: context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: tick, delay: tick) { _ in
            let (watch, context) = bound.value
            watch.check(context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { stop() }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if phase == .idle { enter(.head) }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if unwritableSince == nil { context.read() } else { readIsPending = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            unwritableSince = nil
            if readIsPending {
                readIsPending = false
                context.read()
            }
        } else if unwritableSince == nil {
            unwritableSince = .now()
        }
        context.fireChannelWritabilityChanged()
    }

    private func stop() {
        timer?.cancel()
        timer = nil
        bodyIsLate = nil
    }

    private func check(_ context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        if let unwritableSince, now - unwritableSince > TimeAmount(limits.writeTime) { return expire(context) }
        let elapsed = now - since
        switch phase {
        case .idle: if elapsed > TimeAmount(limits.idleTime) { expire(context) }
        case .head: if elapsed > TimeAmount(limits.headTime) { expire(context) }
        case .lingering: if elapsed > Self.lingerTime { context.close(promise: nil) }
        case .answering: break
        case .body:
            guard elapsed > TimeAmount(limits.bodyTime) else { return }
            timeouts.add()
            if let bodyIsLate { bodyIsLate() } else { context.close(promise: nil) }
        }
    }

    private func expire(_ context: ChannelHandlerContext) {
        timeouts.add()
        context.close(promise: nil)
    }
}
