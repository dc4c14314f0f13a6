// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import JOSE
import SwiftASN1
import WorkloadIdentity
import X509

/// What a certificate of a test is, before it is signed. The defaults are a sound leaf; tests spoil one thing.
struct CertificateSpec {
    static let now: Int64 = 1_767_225_600

    var subject: String?
    var version = Certificate.Version.v3
    var key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    /// Seconds from now.
    var notBefore: Int64 = -60
    var notAfter: Int64 = 1800
    var basicConstraints: BasicConstraints? = .notCertificateAuthority
    var keyUsage: KeyUsage? = KeyUsage(digitalSignature: true)
    var isKeyUsageCritical = true
    var extendedKeyUsage: [ExtendedKeyUsage.Usage]? = [.serverAuth, .clientAuth]
    var names: [GeneralName] = [.uniformResourceIdentifier("spiffe://example.org/ns/prod/sa/api")]
    /// Nil: critical where there is no subject.
    var areNamesCritical: Bool?
    var nameConstraints: NameConstraints?
    var otherExtensions: [Certificate.Extension] = []
    /// Nil: what goes with the issuer's key.
    var algorithm: Certificate.SignatureAlgorithm?

    /// A sound leaf of this id.
    static func leaf(_ uri: String = "spiffe://example.org/ns/prod/sa/api") -> CertificateSpec {
        var spec = CertificateSpec()
        spec.names = [.uniformResourceIdentifier(uri)]
        return spec
    }

    /// A sound signing certificate.
    static func authority(_ subject: String, uri: String? = "spiffe://example.org") -> CertificateSpec {
        var spec = CertificateSpec()
        spec.subject = subject
        spec.notAfter = 86_400 * 365
        spec.basicConstraints = .isCertificateAuthority(maxPathLength: nil)
        spec.keyUsage = KeyUsage(keyCertSign: true, cRLSign: true)
        spec.extendedKeyUsage = nil
        spec.names = uri.map { [.uniformResourceIdentifier($0)] } ?? []
        return spec
    }

    var distinguishedName: DistinguishedName {
        get throws {
            guard let subject else { return DistinguishedName() }
            return try DistinguishedName { CommonName(subject) }
        }
    }

    private var extensions: Certificate.Extensions {
        get throws {
            var list: [Certificate.Extension] = []
            if let basicConstraints { list.append(try .init(basicConstraints, critical: true)) }
            if let keyUsage { list.append(try .init(keyUsage, critical: isKeyUsageCritical)) }
            if let extendedKeyUsage { list.append(try .init(ExtendedKeyUsage(extendedKeyUsage), critical: false)) }
            if !names.isEmpty {
                list.append(try .init(SubjectAlternativeNames(names), critical: areNamesCritical ?? (subject == nil)))
            }
            if let nameConstraints { list.append(try .init(nameConstraints, critical: true)) }
            return try Certificate.Extensions(list + otherExtensions)
        }
    }

    func certificate(issuer: DistinguishedName, key issuerKey: Certificate.PrivateKey) throws -> [UInt8] {
        let moment = { (offset: Int64) in Date(timeIntervalSince1970: Double(Self.now + offset)) }
        let certificate =
            if let algorithm {
                try Certificate(
                    version: version,
                    serialNumber: Certificate.SerialNumber(),
                    publicKey: key.publicKey,
                    notValidBefore: moment(notBefore),
                    notValidAfter: moment(notAfter),
                    issuer: issuer,
                    subject: distinguishedName,
                    signatureAlgorithm: algorithm,
                    extensions: extensions,
                    issuerPrivateKey: issuerKey
                )
            } else {
                try Certificate(
                    version: version,
                    serialNumber: Certificate.SerialNumber(),
                    publicKey: key.publicKey,
                    notValidBefore: moment(notBefore),
                    notValidAfter: moment(notAfter),
                    issuer: issuer,
                    subject: distinguishedName,
                    extensions: extensions,
                    issuerPrivateKey: issuerKey
                )
            }
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return serializer.serializedBytes
    }
}

/// Signs certificates: a root, or something that a root signed.
struct Signer {
    let spec: CertificateSpec
    let der: [UInt8]

    /// A self-signed root.
    init(_ spec: CertificateSpec) throws {
        self.spec = spec
        der = try spec.certificate(issuer: spec.distinguishedName, key: spec.key)
    }

    private init(_ spec: CertificateSpec, der: [UInt8]) {
        self.spec = spec
        self.der = der
    }

    func issue(_ spec: CertificateSpec) throws -> [UInt8] {
        try spec.certificate(issuer: self.spec.distinguishedName, key: self.spec.key)
    }

    func signer(_ spec: CertificateSpec) throws -> Signer { Signer(spec, der: try issue(spec)) }
}

/// The code of the outcome, `verified` when it is.
func code(
    _ chain: [[UInt8]],
    _ roots: [Signer],
    domain: String = "example.org",
    after seconds: Int64 = 0,
    nanoseconds: Int64 = 0
) throws -> String {
    let bundle = try TrustBundle(trustDomain: TrustDomain(validating: domain), x509Authorities: roots.map(\.der))
    let now = NumericDate(seconds: CertificateSpec.now + seconds, nanoseconds: nanoseconds)
    switch X509SVID.outcome(of: chain, bundles: try TrustBundles([bundle]), at: now) {
    case .verified: return "verified"
    case .refused(let refusal): return refusal.code.description
    }
}

/// One thing done to a sound certificate, and what comes of it.
struct CertificateCase: Sendable, CustomStringConvertible {
    let description: String
    let code: String
    let change: @Sendable (inout CertificateSpec) throws -> Void

    init(_ description: String, _ code: String, _ change: @escaping @Sendable (inout CertificateSpec) throws -> Void) {
        self.description = description
        self.code = code
        self.change = change
    }
}
