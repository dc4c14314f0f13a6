// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import StrictJSON
internal import TrustModel
internal import WorkloadIdentity

/// An operator or identity that a client assertion proves, once it is spent.
public struct AssertedCaller: Sendable {
    /// Whom it proves.
    public let caller: Caller
    /// What has to be spent before anything is done for them.
    public let use: AssertionUse
}

/// A client assertion's `jti`, which counts once.
public struct AssertionUse: Sendable, Hashable {
    let holder: ObjectID
    let identifier: String
    let issuedAt: Timestamp
    let until: Timestamp
}

extension Engine {
    /// The longest time from `iat` to `exp` of a client assertion, in seconds.
    public static var longestAssertionSeconds: Int64 { 300 }
    /// How far ahead its signer's clock may run, in seconds.
    static var assertionSkewSeconds: Int64 { 30 }

    /// The operator or identity that a client assertion proves (RFC 7523 section 3), if ``spend(_:)`` says that it counts for the
    /// first time. From memory, so that a stranger waits for no disk and keeps none busy.
    ///
    /// A JWT by a registered key, named in `kid` by its thumbprint: `iss` and `sub` the name or id of its holder, `aud` the
    /// origin of the control log alone (of an identity the issuer URL will do), `iat`, `exp` at most 300 seconds later, and
    /// a `jti` that counts once. What is wrong is told only to who holds the key.
    public func caller(assertion token: String) -> Result<AssertedCaller, CallerRefusal> {
        let view = self.view
        let now = self.now()
        guard token.utf8.count <= 4096, let unverified = try? UnverifiedJWS(compact: token),
            let fingerprint = unverified.header.keyID.flatMap({ Fingerprint(thumbprint: $0) }),
            let credential = view.state.credential(fingerprint: fingerprint),
            [.operator, .identity].contains(credential.object.holder.kind),
            let key = credential.object.verificationKey,
            case .success(let verified) = unverified.verified(with: key, allowing: VerificationKey.operatorAlgorithms)
        else { return .failure(.assertion) }
        // Whether the key still counts is told to its holder, and comes before anything is spent.
        let caller: Caller
        switch view.state.caller(credential, at: now) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let holder): caller = holder
        }
        let named: ClientAssertionRules? =
            switch caller {
            case .operator(let record, _): rules(for: record.object, view.state)
            case .identity(let record, _): rules(for: record.object, view.state, others: [issuerURL])
            case .point: nil
            }
        guard let rules = named else {
            return .failure(.assertion)
        }
        switch rules.admission(of: verified, at: NumericDate(now)) {
        case .refused(let refusal): return .failure(CallerRefusal(refusal))
        case .admitted(let assertion):
            let use = AssertionUse(
                holder: caller.id,
                identifier: assertion.identifier,
                // Whole seconds are what most libraries write: within that second it may have been issued at any moment.
                issuedAt: Timestamp(assertion.issuedAt).advanced(byMilliseconds: 999),
                until: Timestamp(assertion.acceptedUntil).advanced(byMilliseconds: 1000)
            )
            return .success(AssertedCaller(caller: caller, use: use))
        }
    }

    /// What the assertions of an operator or identity must be. `exp` has no tolerance: the replay memory ends with it. A clock that runs a
    /// little ahead is no reason to keep its owner out.
    ///
    /// - Parameter others: Audiences that count beside the origin of the control log; empty ones do not.
    private func rules(
        for holder: some NamedObject,
        _ state: TrustState,
        others: [String] = []
    ) -> ClientAssertionRules? {
        try? ClientAssertionRules(
            clientID: holder.name,
            otherNames: [holder.id.description],
            audience: state.opening?.origin ?? "",
            legacyAudiences: others.filter { !$0.isEmpty },
            algorithms: VerificationKey.operatorAlgorithms,
            maximumLifetimeSeconds: Self.longestAssertionSeconds,
            skewSeconds: Self.assertionSkewSeconds
        )
    }

    /// Spends a client assertion at all nodes; false when it was spent before or that can't be known.
    public func spend(_ use: AssertionUse) async -> Bool {
        await spendOnce(use.identifier, in: "assertion:\(use.holder)", issuedAt: use.issuedAt, until: use.until)
    }
}

extension CallerRefusal {
    /// What the holder of a key is told of an assertion that does not count.
    fileprivate init(_ refusal: ClientAssertionRefusal) {
        guard case .claims(let claims) = refusal else {
            self = .assertion
            return
        }
        switch claims {
        case .audience, .missing(.audience): self = .assertionAudience
        case .expired: self = .assertionExpired
        case .issuedInFuture, .lifetime, .timesDisordered, .notYetValid: self = .assertionTimes
        default: self = .assertion
        }
    }
}
