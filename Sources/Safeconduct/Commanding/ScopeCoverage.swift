// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
public import TrustModel

/// How much a scope covers at a moment: what a person who cuts wants to know, and what tells a misspelt scope.
public struct ScopeCoverage: Sendable, Equatable {
    /// Live identities, operators and enforcement points.
    public var identities = 0
    /// Live credentials that are registered here. Foreign tokens are not, so nobody can count them.
    public var credentials = 0
}

extension TrustState {
    /// What `scope` covers of what is live at `now`; it looks at every identity or credential that there is.
    public func coverage(of scope: Scope, at now: Timestamp) -> ScopeCoverage {
        var coverage = ScopeCoverage()
        switch scope.kind {
        case .all:
            coverage.identities =
                identities.records.values.count { isLive($0.object.id, at: now) }
                + operators.records.values.count { isLive($0.object.id, at: now) }
                + enforcementPoints.records.values.count { isLive($0.object.id, at: now) }
        case .identity:
            // An API has no credentials to end; what stops it is a hold.
            if let id = ObjectID(scope.value), id.kind != .api, isLive(id, at: now) { coverage.identities = 1 }
        case .issuer, .trustDomain:
            coverage.identities = identities.records.values.count { record in
                isLive(record.object.id, at: now)
                    && record.object.federation.contains { binding in
                        scope.kind == .issuer
                            ? binding.issuer.description == scope.value
                            : issuers[binding.issuer]?.object.trustDomain == scope.value
                    }
            }
        case .credential, .key, .task, .delegationRoot, .participant, .agreementVersion, .workload: break
        }
        coverage.credentials = credentials.records.values.count { isCovered($0, by: scope, at: now) }
        return coverage
    }

    private func isCovered(_ credential: Record<Credential>, by scope: Scope, at now: Timestamp) -> Bool {
        let object = credential.object
        switch scope.kind {
        case .all: break
        case .identity: guard object.holder.description == scope.value else { return false }
        case .credential:
            guard
                object.id.description == scope.value
                    || object.ancestors.contains(where: { $0.description == scope.value })
            else { return false }
        case .key: guard object.thumbprint == scope.value else { return false }
        case .task, .delegationRoot, .participant, .agreementVersion, .workload, .issuer, .trustDomain: return false
        }
        if case .cut = revocations.standing(of: CredentialFacts(credential)) { return false }
        return isLive(object.id, at: now) && isLive(object.holder, at: now)
    }

    private func isLive(_ id: ObjectID, at now: Timestamp) -> Bool { summary(of: id)?.isLive(at: now) ?? false }
}
