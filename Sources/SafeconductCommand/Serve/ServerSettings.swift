// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Logging
import Safeconduct
import SafeconductServer
import WorkloadIdentity

/// What a server runs with, once every source was heard.
struct ServerSettings: Sendable, Equatable {
    var listen: ListenAddress
    var tls: TLSSetting
    var data: String
    /// Which of the processes on this data directory this one is, from 1.
    var node: UInt16
    /// The master key's file, which may lie elsewhere than the data it protects.
    var masterKey: String
    var origin: String?
    var publicLog: Bool
    /// The address that callers know this server by; nil for the one it listens on.
    var publicURL: String?
    /// Whether client assertions may name the endpoint called as their audience.
    var legacyAssertionAudience: Bool
    var outboundAllow: [AddressBlock]
    var httpIssuers: HTTPIssuers
    /// How long a permitted call may take to be told what came of it, in milliseconds.
    var outcomeWindow: Int64
    var logLevel: Logger.Level
    var logFormat: LogFormat
    /// Where spans and metrics are exported to; nil exports nothing.
    var otlp: OTLPExporter.Configuration?
    var readyFile: String?

    /// The first layer that says something wins; what none says has a default.
    init(_ layers: [SettingsLayer], data standardData: String) throws(CommandFailure) {
        func first<Value>(_ key: KeyPath<SettingsLayer, Value?>) -> Value? {
            layers.lazy.compactMap { $0[keyPath: key] }.first
        }
        guard let standard = ListenAddress("127.0.0.1:8470") else { throw CommandFailure(.error, "no address") }
        listen = first(\.listen) ?? standard
        tls = first(\.tls) ?? .automatic
        data = first(\.data) ?? standardData
        node = first(\.node) ?? 1
        masterKey = first(\.masterKey) ?? "\(data)/master.key"
        origin = first(\.origin)
        publicLog = first(\.publicLog) ?? false
        publicURL = first(\.publicURL)
        legacyAssertionAudience = first(\.legacyAssertionAudience) ?? true
        outboundAllow = first(\.outboundAllow) ?? []
        httpIssuers = first(\.httpIssuers) ?? .never
        outcomeWindow = first(\.outcomeWindow) ?? 300_000
        logLevel = first(\.logLevel) ?? .notice
        logFormat = first(\.logFormat) ?? .text
        otlp = try Self.otlp(first(\.otlpEndpoint), first(\.otlpHeadersFile), first(\.otlpInterval))
        readyFile = first(\.readyFile)
    }

    /// The address it listens on as a URL, for those on this machine.
    var url: String {
        let host = listen.host.contains(":") ? "[\(listen.host)]" : listen.host
        return "\(tls == .off ? "http" : "https")://\(host):\(listen.port)"
    }

    private static func otlp(
        _ endpoint: String?,
        _ headersFile: String?,
        _ interval: Duration?
    ) throws(CommandFailure) -> OTLPExporter.Configuration? {
        guard let endpoint else {
            guard headersFile == nil, interval == nil else {
                throw CommandFailure(.usage, "otlp: without an endpoint nothing is exported")
            }
            return nil
        }
        if let headersFile {
            guard OTLPHeaders.read(headersFile) != nil else {
                throw CommandFailure(
                    .error,
                    "\(headersFile): the file can't be read or has a line that is no 'Name: value'"
                )
            }
            guard try ServerURL(endpoint).isProtected else {
                throw CommandFailure(
                    .usage,
                    "otlp: \(endpoint) is neither https nor this machine: the headers are not sent there in clear"
                )
            }
        }
        return OTLPExporter.Configuration(
            endpoint: endpoint,
            headersFile: headersFile,
            interval: interval ?? .seconds(10)
        )
    }

    /// What the engine runs with.
    ///
    /// - Parameters:
    ///   - hasLocalOperator: Whether operators may present bearer tokens, as the one of `dev` does.
    ///   - mayBegin: Whether an empty data directory becomes a new control plane.
    func engine(hasLocalOperator: Bool = false, mayBegin: Bool = false) throws -> EngineConfiguration {
        // An issuer on this machine is reached over its loopback, which is otherwise no place to send requests to.
        let loopback = httpIssuers == .loopback ? [try AddressBlock("127.0.0.0/8"), try AddressBlock("::1")] : []
        return EngineConfiguration(
            origin: origin,
            outbound: OutboundAddresses(allowing: outboundAllow + loopback),
            allowingLoopbackHTTP: httpIssuers == .loopback,
            allowingOperatorTokens: hasLocalOperator,
            outcomeWindow: outcomeWindow,
            issuerURL: publicURL ?? "",
            allowingLegacyAudiences: legacyAssertionAudience,
            mayBegin: mayBegin,
            node: node
        )
    }
}

/// Whether issuers may speak plain HTTP.
enum HTTPIssuers: String, Sendable, CaseIterable {
    /// They may not.
    case never
    /// Those on loopback addresses may.
    case loopback
}

/// Which certificate the server shows.
enum TLSSetting: Sendable, Equatable {
    /// None: plain HTTP.
    case off
    /// One of our own authority in the data directory.
    case automatic
    /// That of a directory.
    case directory(String)

    /// Where the certificate comes from; nil without TLS.
    ///
    /// - Parameters:
    ///   - data: The data directory.
    ///   - host: Where the server listens.
    ///   - publicHost: What callers call it.
    func source(data: String, host: String, publicHost: String? = nil) -> TLSSource? {
        switch self {
        case .off: return nil
        case .automatic:
            var hosts = ["localhost", "127.0.0.1", "::1"]
            for host in [host, publicHost].compactMap({ $0 })
            where !hosts.contains(host) && !ListenAddress.wildcards.contains(host) {
                hosts.append(host)
            }
            return .development(directory: "\(data)/tls", hosts: hosts)
        case .directory(let directory): return .directory(directory)
        }
    }

    /// The file of the certificates that clients have to trust; nil when the system's do.
    func caFile(data: String) -> String? {
        switch self {
        case .off: return nil
        case .automatic: return "\(data)/tls/ca.pem"
        case .directory(let directory):
            return InputFile.exists("\(directory)/ca.pem") ? "\(directory)/ca.pem" : nil
        }
    }
}
