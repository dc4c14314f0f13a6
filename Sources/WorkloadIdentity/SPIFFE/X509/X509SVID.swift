// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
public import JOSE

/// A workload identity that was proven by a chain of certificates (X509-SVID specification).
///
/// Only ``outcome(of:bundles:at:)`` makes one. It proves nothing about who presents the chain: that the peer holds the
/// leaf's private key is for the TLS handshake to show.
public struct X509SVID: Sendable, Equatable {
    /// The most certificates of a chain, the leaf included.
    public static let maximumChain = 8
    /// The most bytes of one certificate.
    public static let maximumCertificateBytes = 16 << 10

    /// Whom it identifies; an id with a path.
    public let id: SPIFFEID
    /// The leaf, DER.
    public let certificate: [UInt8]
    /// SHA-256 of the leaf's DER, 32 bytes: what `x5t#S256` binds tokens to (RFC 8705, section 3.1).
    public let thumbprint: [UInt8]
    /// The last moment at which the chain is valid: the first expiry on the way to the authority.
    public let validUntil: NumericDate

    /// Whether a chain proves a SPIFFE ID, by the authorities of the id's own trust domain and no others.
    ///
    /// Path validation as of RFC 5280, section 6, with any policy acceptable; revocation lists are not consulted.
    ///
    /// - Parameters:
    ///   - chain: Certificates, DER, the leaf first; signing certificates follow in any order, and ones that are not
    ///     needed do no harm. The authority itself may be left out.
    ///   - bundles: The authorities, by trust domain.
    ///   - now: The time; every certificate on the way must be valid then.
    public static func outcome(of chain: [[UInt8]], bundles: TrustBundles, at now: NumericDate) -> X509SVIDOutcome {
        do throws(X509SVIDRefusal) {
            return .verified(try verify(chain, bundles, now))
        } catch {
            return .refused(error)
        }
    }

    private static func verify(
        _ chain: [[UInt8]],
        _ bundles: TrustBundles,
        _ now: NumericDate
    ) throws(X509SVIDRefusal) -> X509SVID {
        guard let first = chain.first else { throw X509SVIDRefusal(.chainEmpty, "there is no certificate") }
        guard chain.count <= maximumChain else {
            throw X509SVIDRefusal(.size, "a chain has at most \(maximumChain) certificates")
        }
        let leaf = try X509Certificate(der: first)
        let id = try leaf.workloadID()
        guard let authorities = bundles[id.trustDomain]?.authorities, !authorities.isEmpty else {
            throw X509SVIDRefusal(.trustDomainUnknown, "there is no authority of the SPIFFE ID's trust domain")
        }
        var signers: [X509Certificate] = []
        for der in chain.dropFirst() { signers.append(try X509Certificate(der: der)) }
        var search = X509PathSearch(signers: signers, authorities: authorities) { path in
            X509PathRules.refusal(of: path, for: id, at: now)
        }
        let path = try search.path(from: leaf)
        return X509SVID(
            id: id,
            certificate: first,
            thumbprint: Array(SHA256.hash(data: first)),
            validUntil: NumericDate(seconds: path.map(\.notAfter).min() ?? leaf.notAfter)
        )
    }
}

/// Whether a chain of certificates proves a SPIFFE ID.
public enum X509SVIDOutcome: Sendable, Equatable {
    /// It does.
    case verified(X509SVID)
    /// It does not.
    case refused(X509SVIDRefusal)
}
