// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE

/// The keys of one trust domain: the authorities of its X509-SVIDs and of its JWT-SVIDs (SPIFFE Trust Domain and
/// Bundle specification, section 3).
///
/// A bundle without keys is a bundle, too: it says that nothing of the domain is trusted any more.
public struct TrustBundle: Sendable {
    /// The most X.509 authorities.
    public static let maximumAuthorities = 64

    /// An entry that cannot be used, and is ignored.
    public struct Skipped: Sendable, Equatable {
        /// Its position, from 0.
        public let index: Int
        /// A sentence for people.
        public let reason: String
    }

    /// The trust domain that the keys speak for. A bundle does not say so itself: whoever fetched it knows.
    public let trustDomain: TrustDomain
    /// The keys of JWT-SVIDs.
    public let jwtAuthorities: JWKSet
    /// `spiffe_sequence`: grows with each change; nil when the publisher counts none.
    public let sequence: Int64?
    /// `spiffe_refresh_hint`, in seconds; nil when there is none.
    public let refreshHintSeconds: Int64?
    /// X.509 and JWT entries that cannot be used. Entries for other uses are not listed.
    public let skipped: [Skipped]
    let authorities: [X509Certificate]

    /// The certificates of the X.509 authorities that can be used, DER.
    public var x509Authorities: [[UInt8]] { authorities.map(\.der) }

    /// A bundle of the given keys.
    ///
    /// - Parameters:
    ///   - trustDomain: The domain they speak for.
    ///   - x509Authorities: Certificates, DER. Those that cannot be used are ``skipped``.
    ///   - jwtAuthorities: The keys of JWT-SVIDs.
    /// - Throws: ``WorkloadIdentityError`` when there are more than ``maximumAuthorities`` certificates.
    public init(
        trustDomain: TrustDomain,
        x509Authorities: [[UInt8]],
        jwtAuthorities: JWKSet = JWKSet([])
    ) throws(WorkloadIdentityError) {
        var authorities = AuthorityList()
        for (index, der) in x509Authorities.enumerated() { try authorities.add(der, index: index) }
        self.init(
            trustDomain: trustDomain,
            authorities: authorities,
            jwtAuthorities: jwtAuthorities,
            sequence: nil,
            refreshHintSeconds: nil
        )
    }

    init(
        trustDomain: TrustDomain,
        authorities: AuthorityList,
        jwtAuthorities: JWKSet,
        sequence: Int64?,
        refreshHintSeconds: Int64?
    ) {
        self.trustDomain = trustDomain
        self.authorities = authorities.certificates
        self.jwtAuthorities = jwtAuthorities
        self.sequence = sequence
        self.refreshHintSeconds = refreshHintSeconds
        skipped = authorities.skipped
    }

    /// Throws unless `next` may take the place of this bundle.
    ///
    /// A lower sequence, or none after one, would bring back keys that were taken away. An equal sequence passes even
    /// with other keys, against section 4.1.1: a publisher that forgets to count must still be able to revoke.
    func checkSuccessor(_ next: TrustBundle) throws(WorkloadIdentityError) {
        guard let sequence else { return }
        guard let following = next.sequence else {
            throw WorkloadIdentityError(.bundleSequence, "the bundle has no 'spiffe_sequence', and the one before had")
        }
        guard following >= sequence else {
            throw WorkloadIdentityError(.bundleSequence, "the bundle is older than the one it would replace")
        }
    }
}

/// The X.509 authorities of a bundle that is being read.
struct AuthorityList {
    private(set) var certificates: [X509Certificate] = []
    private(set) var skipped: [TrustBundle.Skipped] = []
    private var count = 0

    /// Adds the certificate of an entry, or the reason why it cannot be used.
    ///
    /// - Parameter isUsable: Further conditions.
    /// - Throws: When there are too many.
    mutating func add(
        _ der: [UInt8],
        index: Int,
        isUsable: (X509Certificate) -> Bool = { _ in true }
    ) throws(WorkloadIdentityError) {
        count += 1
        guard count <= TrustBundle.maximumAuthorities else {
            throw WorkloadIdentityError(
                .bundle,
                "a bundle has at most \(TrustBundle.maximumAuthorities) X.509 authorities"
            )
        }
        do throws(X509SVIDRefusal) {
            let certificate = try X509Certificate(der: der)
            if isUsable(certificate) {
                certificates.append(certificate)
            } else {
                skip(index, "the certificate's key is not that of the entry")
            }
        } catch {
            skip(index, error.message)
        }
    }

    /// Notes that an entry cannot be used.
    mutating func skip(_ index: Int, _ reason: String) {
        skipped.append(TrustBundle.Skipped(index: index, reason: reason))
    }
}
