// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

extension ExchangeHandler {
    /// Sends a body as it is made, each part when the one before has left; the connection ends with it.
    func begin(_ stream: ReplyStream, _ reply: Reply, of exchange: Exchange, _ context: ChannelHandlerContext) {
        isOver = true
        watch.enter(.answering)
        writeHead(reply, of: exchange, context)
        context.flush()
        let channel = context.channel
        let limit = TimeAmount(core.limits.streamTime)
        let slow = core.slowStreams
        let ticket = core.streams.add { channel.close(promise: nil) }
        let task = Task { [streams = core.streams] in
            defer { streams.remove(ticket) }
            while let bytes = await stream.next(), !Task.isCancelled {
                // Whoever does not take one part within the time gets no more: it comes back when it can read.
                let alarm = channel.eventLoop.scheduleTask(in: limit) {
                    slow.add()
                    channel.close(promise: nil)
                }
                let part = HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes)))
                let isSent = (try? await channel.writeAndFlush(part)) != nil
                alarm.cancel()
                guard isSent else { return }
            }
            try? await channel.writeAndFlush(HTTPServerResponsePart.end(nil))
            channel.close(promise: nil)
        }
        stopStream = { task.cancel() }
    }
}
