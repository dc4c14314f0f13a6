// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOSSL

/// The certificate authorities whose word counts for outbound connections.
struct TrustedRoots: Sendable {
    private let additional: [NIOSSLCertificate]

    /// Those of the machine.
    static let system = TrustedRoots(additional: [])

    private init(additional: [NIOSSLCertificate]) { self.additional = additional }

    /// Those of the machine and those in a PEM bundle.
    ///
    /// - Throws: ``OutboundFailure`` with `tls` when the bundle holds no certificate or a malformed one.
    init(addingPEM bundle: [UInt8]) throws(OutboundFailure) {
        do {
            additional = try NIOSSLCertificate.fromPEMBytes(bundle)
        } catch {
            throw OutboundFailure(.tls, "the bundle of certificate authorities is no list of PEM certificates")
        }
        guard !additional.isEmpty else {
            throw OutboundFailure(.tls, "the bundle of certificate authorities is empty")
        }
    }

    /// The TLS of outbound connections: version 1.2 or later, certificate and name verified, no client certificate.
    func makeContext() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .fullVerification
        configuration.applicationProtocols = ["http/1.1"]
        configuration.shutdownTimeout = .milliseconds(500)
        if !additional.isEmpty { configuration.additionalTrustRoots = [.certificates(additional)] }
        return try NIOSSLContext(configuration: configuration)
    }
}
