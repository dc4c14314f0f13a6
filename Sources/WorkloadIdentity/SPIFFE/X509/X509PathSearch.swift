// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import X509

/// Looks for a way from a leaf to an authority, over the signing certificates that came with it.
///
/// Certificates may come in any order, several authorities of a domain often have one name, and an issuer may have
/// signed with an old and a new key, so that more than one way has to be tried. The number of signatures that are
/// checked is bounded, and no certificate is used twice on a way.
struct X509PathSearch {
    /// Enough for a bundle of authorities that all have the same name.
    static let maximumChecks = 128

    let signers: [X509Certificate]
    let authorities: [X509Certificate]
    /// Why a complete way, the leaf first and the authority last, is refused; nil when it is not.
    let refusal: ([X509Certificate]) -> X509SVIDRefusal?
    private var checks = 0
    /// Why the first complete way was refused: it says more than that other ways lead nowhere.
    private var reason: X509SVIDRefusal?
    private var hasForgery = false

    init(
        signers: [X509Certificate],
        authorities: [X509Certificate],
        refusal: @escaping ([X509Certificate]) -> X509SVIDRefusal?
    ) {
        self.signers = signers
        self.authorities = authorities
        self.refusal = refusal
    }

    /// The first way that is not refused.
    mutating func path(from leaf: X509Certificate) throws(X509SVIDRefusal) -> [X509Certificate] {
        if let path = extend([leaf], unused: Array(signers.indices)) { return path }
        if let reason { throw reason }
        if checks >= Self.maximumChecks {
            throw X509SVIDRefusal(.size, "more than \(Self.maximumChecks) signatures would have to be checked")
        }
        if hasForgery {
            throw X509SVIDRefusal(.signature, "a certificate is not signed by the issuer it names")
        }
        throw X509SVIDRefusal(.issuerUnknown, "no chain leads to an authority of the SPIFFE ID's trust domain")
    }

    /// Depth is bounded by the length of the chain.
    private mutating func extend(_ path: [X509Certificate], unused: [Int]) -> [X509Certificate]? {
        guard let last = path.last else { return nil }
        for authority in authorities where isIssued(last, by: authority) {
            let complete = path + [authority]
            guard let refusal = refusal(complete) else { return complete }
            reason = reason ?? refusal
        }
        for index in unused where isIssued(last, by: signers[index]) {
            let rest = unused.filter { $0 != index }
            if let complete = extend(path + [signers[index]], unused: rest) { return complete }
        }
        return nil
    }

    private mutating func isIssued(_ certificate: X509Certificate, by issuer: X509Certificate) -> Bool {
        guard certificate.issuer == issuer.subject, checks < Self.maximumChecks else { return false }
        checks += 1
        let key = issuer.certificate.publicKey
        if key.isValidSignature(certificate.certificate.signature, for: certificate.certificate) { return true }
        hasForgery = true
        return false
    }
}
