// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on a loopback port that sends what a test says, well formed or not.
final class LoopbackServer: Sendable {
    /// What a connection does once a request head has come.
    enum Behaviour: Sendable {
        /// Sends these bytes and closes.
        case send([UInt8])
        /// Sends these bytes and leaves the connection open.
        case sendAndHold([UInt8])
        /// Sends the first bytes, then the others again and again, each after a pause.
        case drip([UInt8], [UInt8], every: TimeAmount)
        /// Sends the first bytes, then the others without end, as fast as they are taken.
        case flood([UInt8], [UInt8])
        /// Says nothing.
        case hang
    }

    static let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    let port: Int
    private let channel: any Channel
    private let seen: Log

    /// The heads of the requests so far, as they came.
    var requests: [String] { seen.heads.withLock { $0 } }
    /// How many connections were accepted so far.
    var connections: Int { seen.connections.withLock { $0 } }

    /// Waits, for 5 s at most, until the clients have closed all connections.
    ///
    /// - Returns: Whether they have.
    func isLeftAlone() async -> Bool {
        for _ in 0..<1000 where seen.open.withLock({ $0 > 0 }) { try? await Task.sleep(for: .milliseconds(5)) }
        return seen.open.withLock { $0 == 0 }
    }

    init(
        tls: NIOSSLContext? = nil,
        host: String = "127.0.0.1",
        behaviour: @escaping @Sendable (String) -> Behaviour
    ) async throws {
        let seen = Log()
        self.seen = seen
        channel = try await ServerBootstrap(group: Self.loops)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                seen.connections.withLock { $0 += 1 }
                seen.open.withLock { $0 += 1 }
                channel.closeFuture.whenComplete { _ in seen.open.withLock { $0 -= 1 } }
                return channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    try pipeline.addHandler(Script(behaviour, seen))
                }
            }
            .bind(host: host, port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    /// A server that gives every request the same answer.
    convenience init(tls: NIOSSLContext? = nil, sending response: String) async throws {
        let bytes = Array(response.utf8)
        try await self.init(tls: tls) { _ in .send(bytes) }
    }

    func close() async { try? await channel.close() }

    /// A response with this body.
    static func response(_ body: String, fields: String = "") -> [UInt8] {
        Array("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)".utf8)
    }
}

extension LoopbackServer {
    fileprivate final class Log: Sendable {
        let heads = Mutex<[String]>([])
        let connections = Mutex(0)
        let open = Mutex(0)
    }

    fileprivate final class Script: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let behaviour: @Sendable (String) -> Behaviour
        private let seen: Log
        private var head: [UInt8] = []
        private var isAnswered = false

        init(_ behaviour: @escaping @Sendable (String) -> Behaviour, _ seen: Log) {
            self.behaviour = behaviour
            self.seen = seen
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            head.append(contentsOf: unwrapInboundIn(data).readableBytesView)
            let text = String(decoding: head, as: UTF8.self)
            guard !isAnswered, text.hasSuffix("\r\n\r\n") else { return }
            isAnswered = true
            seen.heads.withLock { $0.append(text) }
            let channel = context.channel
            switch behaviour(text) {
            case .send(let bytes):
                channel.writeAndFlush(ByteBuffer(bytes: bytes)).whenComplete { _ in channel.close(promise: nil) }
            case .sendAndHold(let bytes): channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
            case .drip(let first, let rest, let pause):
                channel.writeAndFlush(ByteBuffer(bytes: first), promise: nil)
                let next = ByteBuffer(bytes: rest)
                channel.eventLoop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { task in
                    guard channel.isActive else { return task.cancel() }
                    channel.writeAndFlush(next, promise: nil)
                }
            case .flood(let first, let rest):
                channel.writeAndFlush(ByteBuffer(bytes: first), promise: nil)
                Self.flood(channel, ByteBuffer(bytes: rest))
            case .hang: break
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private static func flood(_ channel: any Channel, _ bytes: ByteBuffer) {
            channel.writeAndFlush(bytes).whenSuccess { flood(channel, bytes) }
        }
    }
}
