// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// Ends a connection that sends more bytes than any acceptable answer has, whatever they mean.
///
/// The parser behind it counts header fields and bodies; endless interim responses and chunk extensions are neither.
final class WireBound: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var left: Int

    init(_ limit: Int) { left = limit }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data).readableBytes
        guard bytes <= left else {
            left = 0
            context.fireErrorCaught(OutboundFailure(.tooLarge, "the answer is longer than any that is accepted"))
            context.close(promise: nil)
            return
        }
        left -= bytes
        context.fireChannelRead(data)
    }
}
