// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL

/// Sends one request when the connection is up and reads the one response within its bounds.
final class ResponseReader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart
    typealias Outcome = Result<OutboundAnswer, OutboundFailure>

    private let request: HTTPRequestHead
    private let limits: OutboundLimits
    private let outcome: PendingAnswer<Outcome>
    private var answer: OutboundAnswer?
    private var isOver = false

    init(_ request: HTTPRequestHead, limits: OutboundLimits, outcome: PendingAnswer<Outcome>) {
        self.request = request
        self.limits = limits
        self.outcome = outcome
    }

    func channelActive(context: ChannelHandlerContext) {
        // Under TLS this is kept back until the handshake is over and the certificate verified.
        context.write(wrapOutboundOut(.head(request)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            if let failure = refusal(of: head) { return end(context, .failure(failure)) }
            let cacheControl = head.headers["cache-control"]
            answer = OutboundAnswer(
                body: [],
                cacheControl: cacheControl.isEmpty ? nil : cacheControl.joined(separator: ",")
            )
        case .body(let part):
            guard let length = answer?.body.count, length + part.readableBytes <= limits.bodyBytes else {
                return end(context, .failure(tooLarge))
            }
            answer?.body.append(contentsOf: part.readableBytesView)
        case .end:
            guard let answer else { return }
            end(context, .success(answer))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(context, .failure(Self.failure(for: error)))
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(context, .failure(OutboundFailure(.unreachable, "the connection ended before the answer did")))
        context.fireChannelInactive()
    }

    private func end(_ context: ChannelHandlerContext, _ result: Outcome) {
        guard !isOver else { return }
        isOver = true
        answer = nil
        outcome.give(result)
        context.close(promise: nil)
    }

    /// Why a response is refused before its body is read.
    private func refusal(of head: HTTPResponseHead) -> OutboundFailure? {
        guard head.status == .ok else {
            return OutboundFailure(
                .status,
                (300..<400).contains(head.status.code)
                    ? "the answer is a redirect (\(head.status.code)), which is not followed"
                    : "the answer has status \(head.status.code) instead of 200"
            )
        }
        // Nothing but the plain bytes was asked for; what unpacks to more than it says is not unpacked.
        let encodings = head.headers[canonicalForm: "content-encoding"]
        guard encodings.allSatisfy({ $0.lowercased() == "identity" }) else {
            return OutboundFailure(.malformed, "the answer is compressed, which was not asked for")
        }
        let framing = head.headers[canonicalForm: "transfer-encoding"]
        guard framing.allSatisfy({ $0.lowercased() == "chunked" }), framing.count <= 1 else {
            return OutboundFailure(.malformed, "the answer has a transfer encoding other than 'chunked'")
        }
        if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > limits.bodyBytes {
            return tooLarge
        }
        return nil
    }

    private var tooLarge: OutboundFailure {
        OutboundFailure(.tooLarge, "the answer has more than \(limits.bodyBytes) bytes")
    }

    private static func failure(for error: any Error) -> OutboundFailure {
        switch error {
        case let failure as OutboundFailure: return failure
        case HTTPParserError.headerOverflow: return OutboundFailure(.tooLarge, "the answer's header is too long")
        case is HTTPParserError: return OutboundFailure(.malformed, "the answer is no HTTP/1.1 response")
        case NIOSSLError.uncleanShutdown: return OutboundFailure(.tls, "the TLS connection was cut short")
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            return OutboundFailure(.tls, "the server's certificate or its TLS is not acceptable")
        default: return OutboundFailure(.unreachable, "the connection broke")
        }
    }
}
