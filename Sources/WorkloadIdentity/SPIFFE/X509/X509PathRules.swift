// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
internal import X509

/// What every way from a leaf to an authority must be (RFC 5280 section 6.1, X509-SVID specification section 5).
///
/// Signatures and the chaining of names were checked while the way was found. The authority is held to the same rules
/// as what it signed, although section 6.1 would take it as given: one that has expired, or may not sign, is a mistake
/// in the bundle. Only its signature, usually its own, says nothing.
enum X509PathRules {
    private static let algorithms: [Certificate.SignatureAlgorithm] = [
        .ecdsaWithSHA256, .ecdsaWithSHA384, .ecdsaWithSHA512, .sha256WithRSAEncryption, .sha384WithRSAEncryption,
        .sha512WithRSAEncryption, .ed25519,
    ]

    /// Why the way is refused, nil when it is not.
    ///
    /// - Parameters:
    ///   - path: The leaf first, the authority last.
    ///   - id: The leaf's SPIFFE ID.
    ///   - now: The time.
    static func refusal(of path: [X509Certificate], for id: SPIFFEID, at now: NumericDate) -> X509SVIDRefusal? {
        do throws(X509SVIDRefusal) {
            for certificate in path { try check(certificate, at: now) }
            for certificate in path.dropLast() where !algorithms.contains(certificate.certificate.signatureAlgorithm) {
                throw X509SVIDRefusal(.signatureAlgorithm, "a certificate is signed with an algorithm that is broken")
            }
            for signer in path.dropFirst() { try signer.checkSigner() }
            try checkDomain(path, id)
            try checkLengths(path)
            try checkNames(path)
            return nil
        } catch {
            return error
        }
    }

    /// RFC 5280 sections 6.1.3 (a)(2) and 6.1.4 (o).
    private static func check(_ certificate: X509Certificate, at now: NumericDate) throws(X509SVIDRefusal) {
        guard certificate.notBefore <= now.seconds else {
            throw X509SVIDRefusal(.notYetValid, "a certificate is not valid before \(certificate.notBefore)")
        }
        // The last second belongs to the validity, what follows it does not.
        guard now.seconds < certificate.notAfter || now.seconds == certificate.notAfter && now.nanoseconds == 0 else {
            throw X509SVIDRefusal(.expired, "a certificate expired at \(certificate.notAfter)")
        }
        guard !certificate.hasUnknownCriticalExtension else {
            throw X509SVIDRefusal(.criticalExtension, "a certificate has a critical extension that is not understood")
        }
    }

    /// X509-SVID section 3.2: an issuer lives in the trust domain of the leaves it issues; it may issue signing
    /// certificates of other domains. What the bundle itself holds was put there for the domain, whatever its name.
    private static func checkDomain(_ path: [X509Certificate], _ id: SPIFFEID) throws(X509SVIDRefusal) {
        guard path.count > 2, let issuer = try path[1].signerID() else { return }
        guard issuer.isMember(of: id.trustDomain) else {
            throw X509SVIDRefusal(.issuerSPIFFEID, "the leaf's issuer belongs to another trust domain")
        }
    }

    /// RFC 5280 section 4.2.1.9: how many signing certificates, self-issued ones not counted, may come below one.
    private static func checkLengths(_ path: [X509Certificate]) throws(X509SVIDRefusal) {
        var below = 0
        for signer in path.dropFirst() {
            if case .isCertificateAuthority(let maximum?)? = signer.basicConstraints, below > maximum {
                throw X509SVIDRefusal(.pathLength, "an issuer does not allow so many signing certificates below it")
            }
            if !signer.isSelfIssued { below += 1 }
        }
    }

    /// RFC 5280 sections 4.2.1.10 and 6.1.3 (b) and (c): the constraints of each issuer hold for everything below it,
    /// self-issued signing certificates excepted.
    private static func checkNames(_ path: [X509Certificate]) throws(X509SVIDRefusal) {
        for (position, signer) in path.enumerated().dropFirst() {
            guard let constraints = signer.nameConstraints else { continue }
            for (index, certificate) in path.prefix(position).enumerated() where index == 0 || !certificate.isSelfIssued
            {
                guard constraints.admit(certificate) else {
                    throw X509SVIDRefusal(.nameConstraints, "a name is outside of what an issuer may give")
                }
            }
        }
    }
}
