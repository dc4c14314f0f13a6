// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import X509

extension X509Certificate {
    /// The SPIFFE ID of a leaf, when the certificate is one that may authenticate a workload (X509-SVID specification,
    /// sections 2, 3.1, 4 and 5.2).
    func workloadID() throws(X509SVIDRefusal) -> SPIFFEID {
        // An absent extension says that it is no authority, as RFC 5280 section 4.2.1.9 has it.
        if case .isCertificateAuthority? = basicConstraints {
            throw X509SVIDRefusal(.leafIsAuthority, "the leaf is a certificate authority")
        }
        guard let keyUsage, isKeyUsageCritical, keyUsage.digitalSignature else {
            throw X509SVIDRefusal(.keyUsage, "the leaf needs a critical key usage with digitalSignature")
        }
        guard !keyUsage.keyCertSign, !keyUsage.cRLSign else {
            throw X509SVIDRefusal(.keyUsage, "the leaf's key usage has keyCertSign or cRLSign")
        }
        if let extendedKeyUsage, !extendedKeyUsage.contains(.serverAuth) || !extendedKeyUsage.contains(.clientAuth) {
            throw X509SVIDRefusal(
                .extendedKeyUsage,
                "the leaf's extended key usage lacks server or client authentication"
            )
        }
        let uris = self.uris
        guard let uri = uris.first else { throw X509SVIDRefusal(.nameMissing, "the leaf has no URI among its names") }
        guard uris.count == 1 else {
            throw X509SVIDRefusal(.nameAmbiguous, "the leaf has more than one URI among its names")
        }
        // Section 3.1, RFC 5280 section 4.1.2.6: without a subject the names are all that says who it is.
        guard hasSubject || areNamesCritical else {
            throw X509SVIDRefusal(.nameNotCritical, "the leaf has neither a subject nor critical names")
        }
        let id: SPIFFEID
        do throws(SPIFFEIDRefusal) {
            id = try SPIFFEID(validating: uri)
        } catch {
            throw X509SVIDRefusal(.spiffeID, "the leaf's URI is no SPIFFE ID: \(error.message)")
        }
        guard id.isWorkload else {
            throw X509SVIDRefusal(.pathMissing, "the leaf's SPIFFE ID has no path: it names the trust domain")
        }
        return id
    }

    /// Throws unless the certificate may sign others (X509-SVID specification, sections 3.2 and 4; RFC 5280 section
    /// 6.1.4, k and n).
    func checkSigner() throws(X509SVIDRefusal) {
        guard case .isCertificateAuthority? = basicConstraints else {
            throw X509SVIDRefusal(.issuerNotAuthority, "an issuer is no certificate authority")
        }
        guard let keyUsage, isKeyUsageCritical, keyUsage.keyCertSign else {
            throw X509SVIDRefusal(.keyUsage, "an issuer needs a critical key usage with keyCertSign")
        }
        // RFC 5280 section 4.2.1.12 leaves open what it means for an issuer; common verifiers take it as a limit on
        // what is below, and whoever set it meant one.
        if let usages = extendedKeyUsage, !usages.contains(.any),
            !usages.contains(.serverAuth) || !usages.contains(.clientAuth)
        {
            throw X509SVIDRefusal(
                .extendedKeyUsage,
                "an issuer's extended key usage lacks server or client authentication"
            )
        }
        // Section 4.1.2.6: an issuer without a name could be anybody's.
        guard hasSubject else { throw X509SVIDRefusal(.certificate, "an issuer has no subject") }
        if let id = try signerID(), id.isWorkload {
            throw X509SVIDRefusal(.issuerSPIFFEID, "an issuer's SPIFFE ID has a path: it names a workload")
        }
    }

    /// The SPIFFE ID of a signing certificate, nil when it has none. A URI of another scheme is none; section 2 wants
    /// one URI where one is a SPIFFE ID.
    func signerID() throws(X509SVIDRefusal) -> SPIFFEID? {
        let uris = self.uris
        guard let uri = uris.first(where: { $0.utf8.count >= 7 && Self.hasScheme($0) }) else { return nil }
        guard uris.count == 1 else {
            throw X509SVIDRefusal(.nameAmbiguous, "an issuer has a SPIFFE ID and another URI among its names")
        }
        guard let id = SPIFFEID(uri) else {
            throw X509SVIDRefusal(.issuerSPIFFEID, "an issuer's URI is no SPIFFE ID, and looks like one")
        }
        return id
    }

    private static func hasScheme(_ uri: String) -> Bool {
        zip(uri.utf8, "spiffe:".utf8).allSatisfy { ($0 | ((0x41...0x5A).contains($0) ? 0x20 : 0)) == $1 }
    }
}
