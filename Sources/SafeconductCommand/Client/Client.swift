// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import StrictJSON

/// Talks to one server: bounded in time and size, without redirects, trusting no more than it was told to.
struct Client: Sendable {
    /// The most bytes of an answer.
    static let maximumBytes = 64 << 20
    /// The longest a request may take.
    private static let maximumSeconds: Int64 = 60

    /// The server's URL, for messages.
    let url: String
    private let token: String?
    private let key: OperatorKey?
    private let http: HTTPClient

    /// A client of the server that `connection` names. ``close()`` must be called.
    ///
    /// - Throws: ``CommandFailure`` when a file cannot be used, or when a token would travel in clear.
    init(_ connection: Connection) throws(CommandFailure) {
        let target = try ServerURL(connection.url)
        url = target.text
        token = try connection.tokenFile.map { path throws(CommandFailure) in try TokenFile.token(path) }
        key = connection.key
        guard (token == nil && key == nil) || target.isProtected else {
            throw CommandFailure(
                .usage,
                "\(url) is neither https nor this machine: a token is not sent there in clear"
            )
        }
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(5), read: .seconds(30)),
            decompression: .disabled
        )
        configuration.httpVersion = .http1Only
        // A refused connection is an answer; waiting for a server that may come is for those who want to wait.
        configuration.connectionPool.retryConnectionEstablishment = false
        if let file = connection.caFile { configuration.tlsConfiguration = try Self.trust(file) }
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Ends all connections.
    func close() async { try? await http.shutdown() }

    /// Reads `path`. An answer that refuses is an answer, too: see ``Answer/accepted()``.
    func get(_ path: String) async throws(CommandFailure) -> Answer { try await send(.GET, path, nil) }

    /// Puts `body` at `path`.
    func put(_ path: String, _ body: JSONValue) async throws(CommandFailure) -> Answer {
        try await send(.PUT, path, body)
    }

    /// Posts to `path`.
    func post(_ path: String, _ body: JSONValue?) async throws(CommandFailure) -> Answer {
        try await send(.POST, path, body)
    }

    /// Deletes what is at `path`.
    func delete(_ path: String) async throws(CommandFailure) -> Answer { try await send(.DELETE, path, nil) }

    /// Follows the events of `path` until `take` has enough or the server ends them.
    ///
    /// - Parameter take: Is given each event; says whether it wants more.
    func events(
        _ path: String,
        _ take: (StreamEvent) throws(CommandFailure) -> Bool
    ) async throws(CommandFailure) {
        var request = HTTPClientRequest(url: url + path)
        request.headers.add(name: "User-Agent", value: "safeconduct/\(ProductVersion.text)")
        request.headers.add(name: "Accept", value: "text/event-stream")
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        do {
            // The server is never silent for long; how long it goes on is its own affair.
            let response = try await http.execute(request, timeout: .hours(24 * 365))
            guard response.status == .ok else {
                let bytes = try await response.body.collect(upTo: Self.maximumBytes)
                let answer = Answer(
                    status: Int(response.status.code),
                    revision: nil,
                    bytes: Array(bytes.readableBytesView)
                )
                throw answer.failure
            }
            var parser = EventParser()
            for try await buffer in response.body {
                guard let events = parser.take(buffer.readableBytesView) else {
                    throw CommandFailure(.error, "\(url) sends events that are too long")
                }
                for event in events {
                    guard try take(event) else { return }
                }
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw ClientFailure.describe(error, url: url)
        }
    }

    private func send(_ method: HTTPMethod, _ path: String, _ body: JSONValue?) async throws(CommandFailure) -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        request.headers.add(name: "User-Agent", value: "safeconduct/\(ProductVersion.text)")
        // An assertion counts once, so each request has its own.
        if let token = try key?.assertion() ?? token {
            request.headers.add(name: "Authorization", value: "Bearer \(token)")
        }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.serialized()))
        }
        do {
            let response = try await http.execute(request, timeout: .seconds(Self.maximumSeconds))
            let bytes = try await response.body.collect(upTo: Self.maximumBytes)
            return Answer(
                status: Int(response.status.code),
                revision: response.headers.first(name: "X-Trust-Revision"),
                bytes: Array(bytes.readableBytesView)
            )
        } catch {
            throw ClientFailure.describe(error, url: url)
        }
    }

    private static func trust(_ path: String) throws(CommandFailure) -> TLSConfiguration {
        let bytes = try InputFile.bytes(path, maximumBytes: 16 << 20)
        do {
            let certificates = try NIOSSLCertificate.fromPEMBytes(bytes)
            guard !certificates.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.trustRoots = .certificates(certificates)
            configuration.minimumTLSVersion = .tlsv12
            return configuration
        } catch {
            throw CommandFailure(.error, "\(path): the file holds no PEM certificates")
        }
    }
}
