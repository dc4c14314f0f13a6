// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The bundles of the trust domains that are known, one for each.
public struct TrustBundles: Sendable {
    /// The most trust domains.
    public static let maximumCount = 1024

    private var bundles: [TrustDomain: TrustBundle] = [:]

    /// None.
    public init() {}

    /// The given bundles.
    ///
    /// - Throws: ``WorkloadIdentityError`` when two are of one trust domain, or there are too many.
    public init(_ bundles: [TrustBundle]) throws(WorkloadIdentityError) {
        for bundle in bundles {
            guard self.bundles[bundle.trustDomain] == nil else {
                throw WorkloadIdentityError(.bundle, "two bundles are of one trust domain")
            }
            try update(bundle)
        }
    }

    /// The bundle of a trust domain, nil when it is not known.
    public subscript(domain: TrustDomain) -> TrustBundle? { bundles[domain] }

    /// The trust domains that are known, in the order of their names.
    public var trustDomains: [TrustDomain] { bundles.keys.sorted { $0.description < $1.description } }

    /// Takes in a bundle, in place of the one that its domain had.
    ///
    /// - Throws: ``WorkloadIdentityError`` when its sequence is lower than that of the one before, or missing where
    ///   that had one; or for one domain too many. Then nothing has changed.
    public mutating func update(_ bundle: TrustBundle) throws(WorkloadIdentityError) {
        if let current = bundles[bundle.trustDomain] {
            try current.checkSuccessor(bundle)
        } else if bundles.count >= Self.maximumCount {
            throw WorkloadIdentityError(.bundle, "there are at most \(Self.maximumCount) trust domains")
        }
        bundles[bundle.trustDomain] = bundle
    }

    /// Forgets a trust domain; nothing of it is trusted then.
    public mutating func remove(_ domain: TrustDomain) { bundles[domain] = nil }
}
