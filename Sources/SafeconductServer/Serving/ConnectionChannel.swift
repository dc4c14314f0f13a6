// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL

/// Sets up each accepted connection: deadlines, TLS, HTTP/1.1, exchanges.
struct ConnectionChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
    }

    let core: ServerCore
    let tls: TLSIdentity?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let watch = ConnectionWatch(core.limits, timeouts: core.timeouts)
            try pipeline.addHandler(watch)
            if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls.context)) }
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = core.limits.headerFieldBytes
            limits.maxHeaderListSize = core.limits.headerBytes
            limits.maxHeaderFieldCount = core.limits.headerFields
            try pipeline.configureHTTPServerPipeline(
                withErrorHandling: false,
                // Headers of handlers are checked where they are written; the others are our own.
                withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(),
                withDecoderLimitConfiguration: limits
            )
            try pipeline.addHandler(ExchangeHandler(core, watch, on: channel.eventLoop))
            return Value(channel: channel)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            try? await value.channel.closeFuture.get()
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }
}
