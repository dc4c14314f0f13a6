// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Synchronization

/// Answers every connection with the same bytes and hangs up: for what no HTTP server would send.
final class RawServer: Sendable {
    private let bytes: [UInt8]
    private let count = Atomic<Int>(0)

    /// How many connections were answered.
    var answered: Int { count.load(ordering: .relaxed) }

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func run<Result>(_ text: String, _ body: (RawServer, Int) async throws -> Result) async throws -> Result {
        let server = RawServer(Array(text.utf8))
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let result = try await body(server, channel.localAddress?.port ?? 0)
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let server: RawServer
        private var isDone = false

        init(_ server: RawServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard !isDone else { return }
            isDone = true
            server.count.add(1, ordering: .relaxed)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: server.bytes)), promise: nil)
            context.close(promise: nil)
        }
    }
}
