// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import Synchronization
internal import TrustModel
internal import WorkloadIdentity

/// Verifies whose token a question carries, in two steps: its signature, which may have to wait for the issuer's keys,
/// and what it proves at one moment, which waits for nothing (``admission(of:_:at:)``).
///
/// A signature costs more than the whole rest of a decision, so a verified token is remembered by its SHA-256 for a
/// while; all else that can change (expiry, the issuer's rules, cuts, holds, the identity itself) is asked again each
/// time.
final class SubjectVerifier: Sendable {
    private let keys: any KeySource
    let memory = Mutex(TokenMemory())

    init(keys: any KeySource) { self.keys = keys }

    /// A token that was verified lately; nil when its signature has to be checked. Waits for nobody.
    func recall(_ token: String, _ view: TrustView, at now: Timestamp) -> Result<PresentedToken, SubjectRefusal>? {
        guard token.utf8.count <= 16_384,
            let remembered = memory.withLock({ $0.token(Fingerprint(of: token), at: now) })
        else { return nil }
        switch remembered.signer {
        case .issuer(let id, let rev): guard view.issuers[id]?.rev == rev else { return nil }
        // A key that ended or was cut ends what it signed, remembered or not.
        case .own(let keyID, _): guard view.tokenKeys.key(keyID, view.state, at: now) != nil else { return nil }
        }
        return .success(remembered)
    }

    /// Checks the signature of `token`, asking its issuer for keys if need be.
    ///
    /// - Parameter own: The issuer of our own tokens, which are verified with our own keys and no others.
    func verify(
        _ token: String,
        besides own: OwnIssuer,
        _ view: TrustView,
        at now: Timestamp
    ) async -> Result<PresentedToken, SubjectRefusal> {
        guard token.utf8.count <= 16_384 else {
            return .failure(SubjectRefusal("token_size", "the token has more than 16 KiB"))
        }
        let fingerprint = Fingerprint(of: token)
        let unverified: UnverifiedJWS
        do {
            unverified = try UnverifiedJWS(compact: token)
        } catch {
            return .failure(SubjectRefusal("token_\(error.code)", error.message))
        }
        guard let url = unverified.claimedIssuer else {
            return .failure(SubjectRefusal("token_claims", "the token's claims are no JSON object with an 'iss'"))
        }
        if own.matches(url) { return verify(own: unverified, fingerprint, view, at: now) }
        guard let issuer = view.state.issuer(url: url),
            let compiled = view.issuers[issuer.object.id]
        else { return .failure(Self.refusal(.issuerUnknown)) }
        // Nobody is asked for keys on behalf of an issuer that counts no more.
        guard issuer.object.custody.expiresAt > now else { return .failure(Self.issuerExpired) }
        switch compiled.rule {
        case .failure(let error): return .failure(SubjectRefusal("issuer_unusable", error.message))
        case .success(let rule):
            switch await keys.keys(of: rule.issuer, at: compiled.keys, keyID: unverified.header.keyID) {
            case .failure(let failure): return .failure(SubjectRefusal(failure.code, failure.message))
            case .success(let set):
                return unverified.verified(with: set, allowing: rule.algorithms).map { verified in
                    PresentedToken(
                        fingerprint: fingerprint,
                        token: verified,
                        signer: .issuer(issuer.object.id, rev: compiled.rev)
                    )
                }.mapError { SubjectRefusal("token_\($0.code)", $0.message) }
            }
        }
    }

    static func refusal(_ refusal: FederationRefusal) -> SubjectRefusal {
        SubjectRefusal(refusal.code, refusal.message)
    }

    static var issuerExpired: SubjectRefusal {
        SubjectRefusal("issuer_expired", "the issuer's registration has expired")
    }
}
