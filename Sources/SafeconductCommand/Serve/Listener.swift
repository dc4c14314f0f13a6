// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import SafeconductServer
import ServiceLifecycle

/// Where a server listens and the certificate it shows.
struct Listener: Sendable {
    let configuration: HTTPService.Configuration
    private let settings: ServerSettings
    private let identity: TLSIdentity?

    /// Loads or makes the certificate.
    init(_ settings: ServerSettings) throws {
        self.settings = settings
        if let source = settings.tls.source(
            data: settings.data,
            host: settings.listen.host,
            publicHost: settings.publicURL.flatMap(Self.host)
        ) {
            if settings.tls == .automatic {
                try FileManager.default.createDirectory(
                    atPath: settings.data,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700]
                )
            }
            identity = try TLSIdentity(source)
        } else {
            identity = nil
        }
        configuration = HTTPService.Configuration(
            host: settings.listen.host,
            port: settings.listen.port,
            tls: identity
        )
    }

    /// What clients on this machine need to connect, once the server listens at `url`.
    func connection(_ url: String, tokenFile: String?) -> Connection {
        // Who listens on every address is reached here by the loopback one.
        let url = url.replacing("//0.0.0.0:", with: "//127.0.0.1:").replacing("//[::]:", with: "//[::1]:")
        return Connection(
            url: url,
            tokenFile: tokenFile.map(Self.absolute),
            caFile: settings.tls.caFile(data: settings.data).map(Self.absolute)
        )
    }

    /// What has to run beside the server.
    func services(_ logger: Logger) -> [any Service] { identity.map { [TLSRefresh($0, logger: logger)] } ?? [] }

    /// The host of the URL that callers know the server by.
    private static func host(of url: String) -> String? {
        guard let start = url.firstRange(of: "://")?.upperBound else { return nil }
        return ListenAddress.host(ofAuthority: url[start...].prefix { $0 != "/" })
    }

    /// Others read these paths from other directories.
    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    }
}
