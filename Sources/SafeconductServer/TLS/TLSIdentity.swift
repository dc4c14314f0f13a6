// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOSSL
import Synchronization

/// The certificate that the server shows, replaceable while it runs: each new connection takes the present one.
public final class TLSIdentity: Sendable {
    private struct Present: Sendable {
        var certificate: [UInt8]
        var context: NIOSSLContext
    }

    private let source: TLSSource
    private let present: Mutex<Present>

    /// Loads or makes the certificate.
    ///
    /// - Throws: ``TLSFailure``, or what reading or making it failed with.
    public init(_ source: TLSSource) throws {
        self.source = source
        let (certificate, key) = try source.material()
        present = Mutex(Present(certificate: certificate, context: try Self.context(certificate, key)))
    }

    var context: NIOSSLContext { present.withLock(\.context) }

    /// Loads the certificate again; one that cannot be used leaves the present one in place.
    ///
    /// - Returns: Whether another one is served from now on.
    @discardableResult
    public func refresh() throws -> Bool {
        let (certificate, key) = try source.material()
        if present.withLock({ $0.certificate == certificate }) { return false }
        let context = try Self.context(certificate, key)
        present.withLock { $0 = Present(certificate: certificate, context: context) }
        return true
    }

    private static func context(_ certificate: [UInt8], _ key: [UInt8]) throws -> NIOSSLContext {
        let chain: [NIOSSLCertificateSource]
        let privateKey: NIOSSLPrivateKey
        do {
            chain = try NIOSSLCertificate.fromPEMBytes(certificate).map { .certificate($0) }
        } catch {
            throw TLSFailure("the certificate file is no PEM certificate chain")
        }
        do {
            privateKey = try NIOSSLPrivateKey(bytes: key, format: .pem)
        } catch {
            throw TLSFailure("the key file is no unencrypted PEM private key")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain,
            privateKey: .privateKey(privateKey)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw TLSFailure("the certificate and the key do not belong together or cannot be used")
        }
    }
}
