// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// Sends requests to the one server, over connections that are kept: bounded in time and size, without redirects.
///
/// A request is sent again only where it certainly had no effect: no connection came about, or the token was refused
/// and its file holds another by now. A decision may have spent from a limit, so one whose connection broke is lost.
struct ServerConnection: Sendable {
    /// One more try after so long, because a server that restarts is away for a moment.
    private static let pause = Duration.milliseconds(50)

    private let address: ServerAddress
    private let token: TokenHolder
    private let http: HTTPClient
    private let answerBytes: Int

    init(_ configuration: ClientConfiguration) throws(ClientError) {
        guard configuration.connections > 0, configuration.answerBytes > 0, configuration.waitingReports > 0,
            configuration.decisionTime > .zero
        else { throw ClientError(.configuration, "limits are positive numbers") }
        address = try ServerAddress(configuration.url)
        token = try TokenHolder(configuration.token)
        answerBytes = configuration.answerBytes
        var settings = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(5), read: .seconds(30)),
            decompression: .disabled
        )
        settings.httpVersion = .http1Only
        // The trace that a question belongs to is named by whoever asks it, and once.
        settings.tracing.tracer = nil
        // Below the server's own idle time, so that a request rarely meets a connection that is about to close.
        settings.connectionPool.idleTimeout = .seconds(30)
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.connections
        settings.connectionPool.retryConnectionEstablishment = false
        if let file = configuration.caFile { settings.tlsConfiguration = try Self.trust(file) }
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    }

    /// Ends all connections.
    func close() async { try? await http.shutdown() }

    /// Posts to `path` and reads the answer whole, within `time`.
    func post(
        _ body: [UInt8],
        to path: String,
        headers: [(String, String)] = [],
        within time: Duration
    ) async throws(ClientError) -> ServerAnswer {
        let request = PreparedRequest(url: address.text + path, body: body, headers: headers)
        return try await SafeconductClient.within(time) { await exchange(request) }.get()
    }

    private struct PreparedRequest: Sendable {
        let url: String
        let body: [UInt8]
        let headers: [(String, String)]
    }

    private func exchange(_ request: PreparedRequest) async -> Result<ServerAnswer, ClientError> {
        let known = token.current()
        var result = await once(request, known)
        if case .failure(let error) = result, error.code == .unreachable {
            guard (try? await Task.sleep(for: Self.pause)) != nil else { return result }
            result = await once(request, known)
        }
        // A refusal for want of a credential had no effect, so another token may be tried at once.
        guard case .success(let answer) = result, answer.status == 401, let other = token.another(than: known) else {
            return result
        }
        return await once(request, other)
    }

    private func once(_ prepared: PreparedRequest, _ token: Redacted) async -> Result<ServerAnswer, ClientError> {
        var request = HTTPClientRequest(url: prepared.url)
        request.method = .POST
        request.headers.add(name: "User-Agent", value: "safeconduct-client")
        request.headers.add(name: "Accept", value: "application/json, application/problem+json")
        request.headers.add(name: "Authorization", value: "Bearer \(token.secret)")
        for header in prepared.headers { request.headers.replaceOrAdd(name: header.0, value: header.1) }
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: prepared.body))
        do {
            // The race around this call is the deadline; this one only keeps a forgotten exchange from living on.
            let response = try await http.execute(request, timeout: .seconds(60))
            let body = try await response.body.collect(upTo: answerBytes)
            return .success(
                ServerAnswer(
                    status: Int(response.status.code),
                    headers: response.headers,
                    body: Array(body.readableBytesView)
                )
            )
        } catch {
            return .failure(Self.failure(error))
        }
    }

    private static func failure(_ error: any Error) -> ClientError {
        switch error {
        case is NIOConnectionError: ClientError(.unreachable, "no connection to the server")
        // These come from connecting alone; others, such as a reset, may come after the question has arrived.
        case let error as IOError where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode):
            ClientError(.unreachable, "no connection to the server")
        case is NIOTooManyBytesError: ClientError(.garbled, "the answer is larger than allowed")
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            ClientError(.untrusted, "no trusted connection to the server")
        case is CancellationError: ClientError(.cancelled, "the request was cancelled")
        case let error as HTTPClientError where error == .connectTimeout:
            ClientError(.unreachable, "no connection to the server in time")
        case let error as HTTPClientError where error == .cancelled:
            ClientError(.cancelled, "the request was cancelled")
        case let error as HTTPClientError where error == .alreadyShutdown:
            ClientError(.cancelled, "the client was shut down")
        case is HTTPParserError: ClientError(.garbled, "the answer is not HTTP/1.1")
        // Whatever else happened, happened to a request that may have arrived.
        default: ClientError(.interrupted, "the connection ended before the answer was whole")
        }
    }

    private static func trust(_ path: String) throws(ClientError) -> TLSConfiguration {
        do {
            let certificates = try NIOSSLCertificate.fromPEMFile(path)
            guard !certificates.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.trustRoots = .certificates(certificates)
            configuration.minimumTLSVersion = .tlsv12
            return configuration
        } catch {
            throw ClientError(.configuration, "\(path): the file can't be read or holds no PEM certificates")
        }
    }
}
