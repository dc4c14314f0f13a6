// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import NIOSSL
import SwiftASN1
import X509

@testable import Safeconduct

/// A certificate authority made for one test.
struct TestAuthority {
    private let key = P256.Signing.PrivateKey()
    private let name: DistinguishedName
    private let certificate: Certificate

    init() throws {
        name = try DistinguishedName { CommonName("Test authority") }
        certificate = try Self.certificate(
            of: name,
            P256.Signing.PublicKey(x963Representation: key.publicKey.x963Representation),
            by: name,
            key,
            from: -3600,
            to: 3600,
            try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(keyCertSign: true))
            }
        )
    }

    /// The roots of a client that trusts this authority beside those of the machine.
    func roots() throws -> TrustedRoots {
        try TrustedRoots(addingPEM: Array(certificate.serializeAsPEM().pemString.utf8))
    }

    /// The TLS of a server whose certificate is for these names and addresses.
    ///
    /// - Parameter ending: When it ends, in seconds from now.
    func server(
        names: [String] = [],
        addresses: [[UInt8]] = [],
        ending: Double = 1800,
        version: TLSVersion? = nil
    ) throws -> NIOSSLContext {
        let serverKey = P256.Signing.PrivateKey()
        let alternatives = SubjectAlternativeNames(
            names.map { .dnsName($0) } + addresses.map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) }
        )
        let leaf = try Self.certificate(
            of: try DistinguishedName { CommonName("localhost") },
            serverKey.publicKey,
            by: name,
            key,
            from: -3600,
            to: ending,
            try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                try ExtendedKeyUsage([.serverAuth])
                alternatives
            }
        )
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [
                .certificate(
                    try NIOSSLCertificate(bytes: Array(leaf.serializeAsPEM().pemString.utf8), format: .pem)
                )
            ],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(serverKey.pemRepresentation.utf8), format: .pem))
        )
        configuration.maximumTLSVersion = version
        return try NIOSSLContext(configuration: configuration)
    }

    private static func certificate(
        of subject: DistinguishedName,
        _ subjectKey: P256.Signing.PublicKey,
        by issuer: DistinguishedName,
        _ issuerKey: P256.Signing.PrivateKey,
        from: Double,
        to: Double,
        _ extensions: Certificate.Extensions
    ) throws -> Certificate {
        try Certificate(
            version: .v3,
            serialNumber: .init(),
            publicKey: .init(subjectKey),
            notValidBefore: Date(timeIntervalSinceNow: from),
            notValidAfter: Date(timeIntervalSinceNow: to),
            issuer: issuer,
            subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions,
            issuerPrivateKey: .init(issuerKey)
        )
    }
}
