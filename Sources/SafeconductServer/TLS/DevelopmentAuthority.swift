// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate authority of this one data directory, so that a fresh machine speaks TLS without anybody's help.
///
/// It may vouch only for the host names it was made for (RFC 5280 section 4.2.1.10), so a stolen key impersonates no
/// other. Files: `ca.pem` (what clients trust), `ca-key.pem`, `cert.pem`, `key.pem`, the keys 0600.
struct DevelopmentAuthority {
    private static let day: TimeInterval = 86_400
    private static let authorityDays = 730.0
    private static let serverDays = 90.0
    /// How long before its end a certificate is made anew.
    private static let marginDays = 30.0

    let directory: String
    let hosts: [String]
    /// The present time; tests travel with it.
    var now = Date()

    /// The certificate chain and key to serve with: those in the directory while they hold, else new ones.
    func serverMaterial() throws -> (certificate: [UInt8], key: [UInt8]) {
        try TLSFile.makeDirectory(directory)
        let authority = try loadAuthority() ?? makeAuthority()
        if let known = try loadServer(of: authority.certificate) { return known }
        return try makeServer(by: authority)
    }

    private struct Authority {
        let certificate: Certificate
        let key: P256.Signing.PrivateKey
    }

    // MARK: - Reading what is there

    /// Nil when a file is missing, unreadable as what it should be, near its end, or made for other hosts.
    private func loadAuthority() throws -> Authority? {
        guard let text = try contents("ca.pem"), let keyText = try contents("ca-key.pem"),
            let certificate = try? Certificate(pemEncoded: text),
            let key = try? P256.Signing.PrivateKey(pemRepresentation: keyText),
            certificate.publicKey == Certificate.PublicKey(key.publicKey), holds(certificate),
            let constraints = try? certificate.extensions.nameConstraints,
            constraints == (try nameConstraints())
        else { return nil }
        return Authority(certificate: certificate, key: key)
    }

    private func loadServer(of authority: Certificate) throws -> (certificate: [UInt8], key: [UInt8])? {
        guard let text = try contents("cert.pem"), let keyText = try contents("key.pem"),
            let certificate = try? Certificate(pemEncoded: text), holds(certificate),
            let key = try? P256.Signing.PrivateKey(pemRepresentation: keyText),
            certificate.publicKey == Certificate.PublicKey(key.publicKey),
            authority.publicKey.isValidSignature(certificate.signature, for: certificate),
            let names = try? certificate.extensions.subjectAlternativeNames,
            Array(names) == (try generalNames())
        else { return nil }
        return (Array(text.utf8), Array(keyText.utf8))
    }

    private func holds(_ certificate: Certificate) -> Bool {
        certificate.notValidBefore <= now
            && certificate.notValidAfter > now.addingTimeInterval(Self.marginDays * Self.day)
    }

    private func contents(_ name: String) throws -> String? {
        try TLSFile.read("\(directory)/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: - Making what is not

    private func makeAuthority() throws -> Authority {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName {
            OrganizationName("Safeconduct")
            CommonName("Safeconduct development authority \(Self.tag(key.publicKey))")
        }
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: .init(key.publicKey),
            notValidBefore: now.addingTimeInterval(-3600),
            notValidAfter: now.addingTimeInterval(Self.authorityDays * Self.day),
            issuer: name,
            subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true))
                Critical(try nameConstraints())
                SubjectKeyIdentifier(hash: .init(key.publicKey))
            },
            issuerPrivateKey: .init(key)
        )
        // The key goes first: a certificate without its key would be served to clients and never renewed.
        try TLSFile.write(Array(key.pemRepresentation.utf8), to: "\(directory)/ca-key.pem")
        try TLSFile.write(Array(try certificate.serializeAsPEM().pemString.utf8), to: "\(directory)/ca.pem")
        return Authority(certificate: certificate, key: key)
    }

    private func makeServer(by authority: Authority) throws -> (certificate: [UInt8], key: [UInt8]) {
        let key = P256.Signing.PrivateKey()
        let end = min(
            now.addingTimeInterval(Self.serverDays * Self.day),
            authority.certificate.notValidAfter
        )
        let names = SubjectAlternativeNames(try generalNames())
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: .init(key.publicKey),
            notValidBefore: now.addingTimeInterval(-3600),
            notValidAfter: end,
            issuer: authority.certificate.subject,
            subject: try DistinguishedName { CommonName(hosts.first ?? "localhost") },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                names
                AuthorityKeyIdentifier(
                    keyIdentifier: try authority.certificate.extensions.subjectKeyIdentifier?.keyIdentifier
                )
            },
            issuerPrivateKey: .init(authority.key)
        )
        let chain = Array(try certificate.serializeAsPEM().pemString.utf8)
        let keyText = Array(key.pemRepresentation.utf8)
        try TLSFile.write(keyText, to: "\(directory)/key.pem")
        try TLSFile.write(chain, to: "\(directory)/cert.pem")
        return (chain, keyText)
    }

    /// Tells two authorities apart in a client's list.
    private static func tag(_ key: P256.Signing.PublicKey) -> String {
        SHA256.hash(data: key.rawRepresentation).prefix(4).map {
            String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
        }
        .joined()
    }

    // MARK: - Names

    private func generalNames() throws -> [GeneralName] {
        hosts.map { host in
            if let address = IPAddressBytes.parse(host) {
                .ipAddress(ASN1OctetString(contentBytes: address[...]))
            } else {
                .dnsName(host)
            }
        }
    }

    /// Names only: BoringSSL, and so every client made with it, refuses a certificate below a constraint on addresses.
    /// Without a name among the hosts, all names are excluded.
    private func nameConstraints() throws -> NameConstraints {
        let names = hosts.filter { IPAddressBytes.parse($0) == nil }
        var constraints = NameConstraints()
        if names.isEmpty {
            constraints.excludedSubtrees = [.dnsName("")]
        } else {
            constraints.permittedSubtrees = names.map { .dnsName($0) }
        }
        return constraints
    }
}
