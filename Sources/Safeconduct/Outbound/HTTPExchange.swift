// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import WorkloadIdentity

/// One request and its response over a connection of its own, to an address that was checked.
struct HTTPExchange: Sendable {
    /// The thread of outbound connections: what a hostile server makes it do delays no decision.
    static let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    let request: OutboundRequest
    /// Nil for plain `http`.
    let tls: NIOSSLContext?
    let limits: OutboundLimits

    /// Connects to `address`, asks and reads. Returns early with `cancelled` when the task is cancelled.
    func run(at address: IPAddress) async -> Result<OutboundAnswer, OutboundFailure> {
        let outcome = PendingAnswer<ResponseReader.Outcome>()
        let connection: EventLoopFuture<any Channel>
        do {
            let port = request.location.port
            connection = bootstrap(outcome)
                .connect(to: try SocketAddress(packedIPAddress: ByteBuffer(bytes: address.bytes), port: port))
        } catch {
            return .failure(OutboundFailure(.refusedAddress, "the address can't be connected to"))
        }
        connection.whenFailure { _ in
            outcome.give(.failure(OutboundFailure(.unreachable, "no connection to the host came about")))
        }
        let result = await outcome.wait() ?? .failure(.cancelled)
        // Also closes the connection that comes about only after its caller has gone.
        connection.whenSuccess { $0.close(promise: nil) }
        return result
    }

    private func bootstrap(_ outcome: PendingAnswer<ResponseReader.Outcome>) -> ClientBootstrap {
        let (head, tls, limits) = (head, tls, limits)
        // An address has no place in SNI; its certificate is checked against the address connected to, the same one.
        let serverName = request.location.address == nil ? request.location.host : nil
        var parsing = NIOHTTPDecoderLimitConfiguration()
        parsing.maxHeaderFieldSize = limits.headerBytes
        parsing.maxHeaderListSize = limits.headerBytes
        parsing.maxHeaderFieldCount = limits.headerFields
        return ClientBootstrap(group: Self.loops)
            .connectTimeout(TimeAmount(limits.connectTime))
            .channelInitializer { [parsing] channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls {
                        try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: serverName))
                    }
                    try pipeline.addHandler(WireBound(limits.wireBytes))
                    try pipeline.addHTTPClientHandlers(decoderLimitConfiguration: parsing)
                    try pipeline.addHandler(ResponseReader(head, limits: limits, outcome: outcome))
                }
            }
    }

    private var head: HTTPRequestHead {
        let location = request.location
        var host = location.host
        if location.address?.family == .v6 { host = "[\(host)]" }
        if location.port != (location.isSecure ? 443 : 80) { host += ":\(location.port)" }
        let target = location.query.map { "\(location.path)?\($0)" } ?? location.path
        var headers: HTTPHeaders = [
            "Host": host, "User-Agent": "safeconduct", "Accept": request.accepting,
            "Accept-Encoding": "identity", "Connection": "close",
        ]
        if let trace = request.trace {
            // The trace's state stays here: it is other systems' business, and none of a foreign issuer's.
            headers.add(name: "traceparent", value: trace.parent)
        }
        return HTTPRequestHead(version: .http1_1, method: .GET, uri: target, headers: headers)
    }
}
