// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
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
    /// The certificates that are trusted; nil for the system's.
    let caFile: String?
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
        caFile = connection.caFile
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

    /// How long to wait before a command without an answer is sent again.
    private static let pauses: [Duration] = [.milliseconds(200), .seconds(1), .seconds(3)]

    /// Sends a command so that it is carried out once, whatever becomes of the connection: under a key of its own, again
    /// while no answer comes. Whoever got none could not know whether it was carried out.
    ///
    /// - Parameter headers: What else the command depends on.
    func once(
        _ method: HTTPMethod,
        _ path: String,
        _ body: JSONValue,
        _ headers: [(name: String, value: String)] = []
    ) async throws(CommandFailure) -> Answer {
        let key = (0..<4).map { _ in String(UInt32.random(in: .min ... .max), radix: 36) }.joined(separator: "-")
        let headers = headers + [(name: "Idempotency-Key", value: key)]
        // Where nobody listens nothing was carried out: that is told at once.
        var answer = await attempt(method, path, body, headers)
        if case .failure(let error) = answer, error is NIOConnectionError { return try take(answer) }
        for pause in Self.pauses {
            guard Self.isOpen(answer) else { break }
            try? await Task.sleep(for: pause)
            answer = await attempt(method, path, body, headers)
        }
        return try take(answer)
    }

    /// Whether it is not known what became of a request, and asking again under its key may tell.
    private static func isOpen(_ answer: Result<Answer, any Error>) -> Bool {
        switch answer {
        // The first one is still at work.
        case .success(let answer): answer.isInProgress
        case .failure(let error):
            !(error is CommandFailure || error is NIOTooManyBytesError || error is NIOSSLError
                || error is NIOSSLExtraError)
        }
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
        try take(await attempt(method, path, body))
    }

    private func take(_ answer: Result<Answer, any Error>) throws(CommandFailure) -> Answer {
        switch answer {
        case .success(let answer): return answer
        case .failure(let failure as CommandFailure): throw failure
        case .failure(let error): throw ClientFailure.describe(error, url: url)
        }
    }

    private func attempt(
        _ method: HTTPMethod,
        _ path: String,
        _ body: JSONValue?,
        _ headers: [(name: String, value: String)] = []
    ) async -> Result<Answer, any Error> {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        request.headers.add(name: "User-Agent", value: "safeconduct/\(ProductVersion.text)")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        do {
            // An assertion counts once, so each request has its own.
            if let token = try key?.assertion() ?? token {
                request.headers.add(name: "Authorization", value: "Bearer \(token)")
            }
            if let body {
                request.headers.add(name: "Content-Type", value: "application/json")
                request.body = .bytes(ByteBuffer(bytes: body.serialized()))
            }
            let response = try await http.execute(request, timeout: .seconds(Self.maximumSeconds))
            let bytes = try await response.body.collect(upTo: Self.maximumBytes)
            return .success(
                Answer(
                    status: Int(response.status.code),
                    revision: response.headers.first(name: "X-Trust-Revision"),
                    tag: response.headers.first(name: "ETag"),
                    bytes: Array(bytes.readableBytesView)
                )
            )
        } catch {
            return .failure(error)
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
