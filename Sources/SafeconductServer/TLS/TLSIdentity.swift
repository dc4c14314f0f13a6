// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Foundation
import NIOSSL
import SwiftASN1
import Synchronization
import X509

/// The certificate that the server shows, replaceable while it runs: each new connection takes the present one.
public final class TLSIdentity: Sendable {
    private struct Present: Sendable {
        var certificate: [UInt8]
        var context: NIOSSLContext
        /// When the server's own certificate ends.
        var end: Date?
    }

    private let source: TLSSource
    private let present: Mutex<Present>

    /// Loads or makes the certificate.
    ///
    /// - Throws: ``TLSFailure``, or what reading or making it failed with.
    public init(_ source: TLSSource) throws {
        self.source = source
        let (certificate, key) = try source.material()
        present = Mutex(try Self.load(certificate, key))
    }

    private static func load(_ certificate: [UInt8], _ key: [UInt8]) throws -> Present {
        Present(certificate: certificate, context: try context(certificate, key), end: end(of: certificate))
    }

    /// When the first certificate of a chain ends; nil when it says so in a way that only the handshake understands.
    private static func end(of chain: [UInt8]) -> Date? {
        let documents = try? PEMDocument.parseMultiple(pemString: String(decoding: chain, as: UTF8.self))
        return documents?.first.flatMap { try? Certificate(pemDocument: $0) }?.notValidAfter
    }

    /// Whether the certificate that is shown has expired: clients then refuse to connect.
    public func isExpired(at now: Date = Date()) -> Bool { present.withLock { $0.end.map { $0 < now } ?? false } }

    var context: NIOSSLContext { present.withLock(\.context) }

    /// Loads the certificate again; one that cannot be used leaves the present one in place.
    ///
    /// - Returns: Whether another one is served from now on.
    @discardableResult
    public func refresh() throws -> Bool {
        let (certificate, key) = try source.material()
        if present.withLock({ $0.certificate == certificate }) { return false }
        let loaded = try Self.load(certificate, key)
        present.withLock { $0 = loaded }
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
