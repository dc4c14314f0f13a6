// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel

/// Whoever authenticated to the engine itself: with a credential issued here.
public enum Caller: Sendable {
    /// An operator, who gives commands.
    case `operator`(Record<Operator>, Record<Credential>)
    /// An enforcement point, which asks questions.
    case point(Record<EnforcementPoint>, Record<Credential>)
    /// An identity, which gives commands about what is its own.
    case identity(Record<Identity>, Record<Credential>)

    /// Its id.
    public var id: ObjectID {
        switch self {
        case .operator(let record, _): record.object.id
        case .point(let record, _): record.object.id
        case .identity(let record, _): record.object.id
        }
    }
}

/// Why a caller of the engine itself is not let in. Its words go into answers: they help the rightful holder and tell a
/// stranger nothing.
public enum CallerRefusal: String, Sendable, Error {
    /// No credential was presented.
    case missing = "credential_missing"
    /// The credential is unknown.
    case unknown = "credential_unknown"
    /// The credential or its holder has expired.
    case expired = "credential_expired"
    /// A cut ended it, or its holder was retired.
    case revoked = "credential_revoked"
    /// A hold stops its holder.
    case suspended = "credential_suspended"
    /// A client assertion that no live key of its operator or identity signed, or that is none.
    case assertion = "assertion_refused"
    /// A client assertion for another audience than the origin of the control log.
    case assertionAudience = "assertion_audience"
    /// A client assertion whose `exp` has passed.
    case assertionExpired = "assertion_expired"
    /// A client assertion that is valid for longer than 300 seconds, or not yet.
    case assertionTimes = "assertion_times"
    /// A client assertion that was used before.
    case assertionReplayed = "assertion_replayed"
}

extension TrustState {
    /// Who holds the bearer token, if it counts at `now`.
    ///
    /// The token is looked up by its SHA-256: the comparison leaks nothing of the secret.
    public func caller(bearer token: String, at now: Timestamp) -> Result<Caller, CallerRefusal> {
        guard !token.isEmpty, token.utf8.count <= 512 else { return .failure(.unknown) }
        // Of a key the fingerprint is that of public bytes: who presents those presents nothing.
        guard let credential = credential(fingerprint: Fingerprint(of: token)), credential.object.type == .bearer else {
            return .failure(.unknown)
        }
        return caller(credential, at: now)
    }

    /// Who holds a credential that was presented, if it counts at `now`.
    func caller(_ credential: Record<Credential>, at now: Timestamp) -> Result<Caller, CallerRefusal> {
        let holder = credential.object.holder
        switch revocations.standing(of: CredentialFacts(credential)) {
        case .good: break
        case .cut: if !isOnlyCutByLifts(credential) { return .failure(.revoked) }
        case .held: if !isOnlyStoppedWithAll(credential) { return .failure(.suspended) }
        }
        guard let summary = summary(of: holder), !summary.retired else { return .failure(.revoked) }
        guard credential.object.custody.expiresAt > now, summary.isLive(at: now) else { return .failure(.expired) }
        switch holder.kind {
        case .operator: if let record = operators[holder] { return .success(.operator(record, credential)) }
        case .enforcementPoint:
            if let record = enforcementPoints[holder] { return .success(.point(record, credential)) }
        case .identity: if let record = identities[holder] { return .success(.identity(record, credential)) }
        default: break
        }
        return .failure(.unknown)
    }

    /// Whether a credential is an operator's and nothing stops it but a hold on everything: that stops every call and
    /// leaves operators their levers, or nobody could lift it again.
    private func isOnlyStoppedWithAll(_ credential: Record<Credential>) -> Bool {
        guard credential.object.holder.kind == .operator else { return false }
        let scopes = ownScopes(of: credential)
        return !holds.sorted.contains { !$0.retired && scopes.contains($0.object.scope) }
    }

    /// Whether a credential is an operator's and nothing ended it but cuts that were left by lifting holds on everything.
    ///
    /// Such a hold never stopped operators, so lifting it takes no key from them: else nobody could go on afterwards. A
    /// cut of everything that somebody commanded ends their keys, too.
    private func isOnlyCutByLifts(_ credential: Record<Credential>) -> Bool {
        guard credential.object.holder.kind == .operator else { return false }
        let scopes = ownScopes(of: credential)
        let lifts = Set(holds.sorted.filter { $0.retired && $0.object.scope.kind == .all }.map(\.rev))
        return !cuts.sorted.contains { cut in
            guard cut.rev > credential.rev else { return false }
            return scopes.contains(cut.object.scope) || (cut.object.scope.kind == .all && !lifts.contains(cut.rev))
        }
    }

    /// The scopes that cover one credential, without everything.
    private func ownScopes(of credential: Record<Credential>) -> [Scope] {
        [Scope(identity: credential.object.holder), Scope(.credential, credential.object.id.description)]
            + credential.object.ancestors.map { Scope(.credential, $0.description) }
            + (credential.object.thumbprint.map { [Scope(.key, $0)] } ?? [])
    }
}
