// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import SwiftASN1
internal import X509

/// A certificate, its extensions read once and strictly.
///
/// Names are kept as encoded: RFC 5280 section 7.1 would fold case and spaces, but an issuer writes its own name into
/// what it issues, and bytes leave nothing to interpret.
struct X509Certificate: Sendable {
    /// The most names of one certificate, and the most subtrees of its name constraints: what one is checked against
    /// the other for is their product.
    static let maximumNames = 64

    let der: [UInt8]
    let certificate: Certificate
    /// The encoded names of the issuer and the subject.
    let issuer: [UInt8]
    let subject: [UInt8]
    /// The first and the last second of its validity, since 1970.
    let notBefore: Int64
    let notAfter: Int64
    /// The key's algorithm.
    let keyAlgorithm: ASN1ObjectIdentifier

    let basicConstraints: BasicConstraints?
    let keyUsage: KeyUsage?
    let isKeyUsageCritical: Bool
    let extendedKeyUsage: ExtendedKeyUsage?
    let names: [GeneralName]
    let areNamesCritical: Bool
    let nameConstraints: NameConstraints?
    /// Whether it has a critical extension besides those above.
    let hasUnknownCriticalExtension: Bool

    /// Reads the DER encoding of one certificate.
    init(der: [UInt8]) throws(X509SVIDRefusal) {
        guard der.count <= X509SVID.maximumCertificateBytes else {
            throw X509SVIDRefusal(.size, "a certificate has at most \(X509SVID.maximumCertificateBytes) bytes")
        }
        self.der = der
        do {
            let envelope = try X509Envelope(der: der)
            certificate = try Certificate(derEncoded: der)
            issuer = envelope.issuer
            subject = envelope.subject
            notBefore = envelope.notBefore
            notAfter = envelope.notAfter
            keyAlgorithm = envelope.keyAlgorithm
            let extensions = certificate.extensions
            basicConstraints = try extensions.basicConstraints
            keyUsage = try extensions.keyUsage
            isKeyUsageCritical = extensions[oid: .X509ExtensionID.keyUsage]?.critical ?? false
            extendedKeyUsage = try extensions.extendedKeyUsage
            names = try extensions.subjectAlternativeNames.map(Array.init) ?? []
            areNamesCritical = extensions[oid: .X509ExtensionID.subjectAlternativeName]?.critical ?? false
            nameConstraints = try extensions.nameConstraints
            hasUnknownCriticalExtension = extensions.contains { $0.critical && !Self.understood.contains($0.oid) }
        } catch {
            throw Self.refusal(error)
        }
        guard certificate.version == .v3 else {
            throw X509SVIDRefusal(.certificate, "a certificate is not of X.509 version 3")
        }
        guard names.count <= Self.maximumNames, constraintCount <= Self.maximumNames else {
            throw X509SVIDRefusal(.size, "a certificate has at most \(Self.maximumNames) names or name constraints")
        }
        try checkKey()
    }

    private static let understood: [ASN1ObjectIdentifier] = [
        .X509ExtensionID.basicConstraints, .X509ExtensionID.keyUsage, .X509ExtensionID.extendedKeyUsage,
        .X509ExtensionID.subjectAlternativeName, .X509ExtensionID.nameConstraints,
    ]

    private var constraintCount: Int {
        guard let nameConstraints else { return 0 }
        return nameConstraints.permittedSubtrees.count + nameConstraints.excludedSubtrees.count
    }

    /// An empty sequence of names is encoded in two bytes.
    var hasSubject: Bool { subject.count > 2 }
    /// Whether issuer and subject are one (RFC 5280 section 6.1).
    var isSelfIssued: Bool { issuer == subject }

    /// The URIs among its names.
    var uris: [String] {
        names.compactMap { name in
            guard case .uniformResourceIdentifier(let uri) = name else { return nil }
            return uri
        }
    }

    /// What the parser's error says, without its quotations of what was received.
    private static func refusal(_ error: any Error) -> X509SVIDRefusal {
        switch error {
        case let error as CertificateError where error.code == .unsupportedSignatureAlgorithm:
            X509SVIDRefusal(.signatureAlgorithm, "a certificate is signed with an unsupported algorithm")
        case let error as CertificateError where error.code == .unsupportedPublicKeyAlgorithm:
            X509SVIDRefusal(.key, "a certificate has a key of an unsupported kind")
        case is ASN1Error, is CertificateError:
            X509SVIDRefusal(.certificate, "what was sent as a certificate is not the DER encoding of one")
        default:
            // What is left comes from the keys: a point that is not on its curve, a modulus that is too short.
            X509SVIDRefusal(.key, "a certificate has a key that is malformed or too weak")
        }
    }
}
