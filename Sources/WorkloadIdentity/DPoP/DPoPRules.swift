// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE

/// A request that a proof must be for.
public struct DPoPRequest: Sendable {
    /// The method, as it came.
    public var method: String
    /// The URI as clients know it, query and fragment or not.
    public var target: DPoPTarget
    /// The access token that came with it; nil at endpoints that take none.
    public var accessToken: String?
    /// Whether the proof must have a nonce of ours.
    public var requiresNonce: Bool

    /// A request of the given values.
    public init(method: String, target: DPoPTarget, accessToken: String? = nil, requiresNonce: Bool = false) {
        self.method = method
        self.target = target
        self.accessToken = accessToken
        self.requiresNonce = requiresNonce
    }
}

/// What a DPoP proof must be to be admitted (RFC 9449 section 4.3).
public struct DPoPRules: Sendable {
    /// The algorithms accepted.
    public let algorithms: SignatureAlgorithms
    /// How old a proof may be, in seconds.
    public let maximumAgeSeconds: Int64
    /// How far ahead of ours the client's clock may run, in seconds.
    public let skewSeconds: Int64
    /// The nonces that this server gives.
    public let nonces: DPoPNonces

    /// The oldest that a proof may ever be, in seconds.
    public static let ceilingSeconds: Int64 = 300
    /// The most skew that may be set, in seconds.
    public static let maximumSkewSeconds: Int64 = 60

    /// Rules of the given values.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `rule` when they would admit everything or nothing.
    public init(
        nonces: DPoPNonces,
        algorithms: SignatureAlgorithms = IssuerRule.defaultAlgorithms,
        maximumAgeSeconds: Int64 = 60,
        skewSeconds: Int64 = 10
    ) throws(WorkloadIdentityError) {
        guard !algorithms.isEmpty, algorithms.isSubset(of: .all) else {
            throw WorkloadIdentityError(.rule, "proofs have at least one known algorithm")
        }
        guard (1...Self.ceilingSeconds).contains(maximumAgeSeconds) else {
            throw WorkloadIdentityError(.rule, "the age of a proof is 1 to \(Self.ceilingSeconds) seconds")
        }
        guard (0...Self.maximumSkewSeconds).contains(skewSeconds) else {
            throw WorkloadIdentityError(.rule, "the skew is 0 to \(Self.maximumSkewSeconds) seconds")
        }
        self.nonces = nonces
        self.algorithms = algorithms
        self.maximumAgeSeconds = maximumAgeSeconds
        self.skewSeconds = skewSeconds
    }

    /// Whether the value of a request's `DPoP` header field shows who holds which key.
    ///
    /// The first broken rule in the order of this function is the reason. A bound access token is not compared here:
    /// ``DPoPPossession/holds(jkt:)`` does that.
    public func admission(of text: String, for request: DPoPRequest, at now: NumericDate) -> DPoPOutcome {
        let proof: DPoPProof
        do throws(DPoPRefusal) {
            proof = try DPoPProof(text, allowing: algorithms)
        } catch {
            return .refused(error)
        }
        if let refusal = refusal(of: proof, for: request, at: now) { return .refused(refusal) }
        return .admitted(
            DPoPPossession(
                key: proof.key,
                thumbprint: proof.key.thumbprint,
                identifier: proof.identifier,
                issuedAt: proof.issuedAt,
                acceptedUntil: proof.issuedAt.advanced(bySeconds: maximumAgeSeconds)
            )
        )
    }

    private func refusal(of proof: DPoPProof, for request: DPoPRequest, at now: NumericDate) -> DPoPRefusal? {
        guard proof.method.utf8.elementsEqual(request.method.utf8) else { return .method }
        guard proof.target == request.target else { return .target }
        switch (request.accessToken, proof.accessTokenHash) {
        case (nil, nil): break
        case (let token?, let hash?):
            guard equalInConstantTime(hash, DPoPProof.hash(ofAccessToken: token)) else { return .accessToken }
        // A proof made for one use of a token is for no other use, so one too many is refused like one too few.
        default: return .accessToken
        }
        guard now < proof.issuedAt.advanced(bySeconds: maximumAgeSeconds) else { return .expired(at: proof.issuedAt) }
        guard proof.issuedAt <= now.advanced(bySeconds: skewSeconds) else {
            return .issuedInFuture(at: proof.issuedAt)
        }
        if let nonce = proof.nonce {
            guard nonces.accepts(nonce, at: now) else { return .nonce }
            return nil
        }
        if request.requiresNonce { return .nonceMissing }
        // Replay memory began with the process. A proof that the process before could have admitted has an `iat` up to
        // its end plus the skew, so only later ones are surely unspent; a nonce of this process says so by itself.
        guard proof.issuedAt > nonces.startedAt.advanced(bySeconds: skewSeconds) else { return .beforeStart }
        return nil
    }
}
