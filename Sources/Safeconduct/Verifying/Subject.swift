// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel

/// Who makes the call that is asked about, verified.
public struct Subject: Sendable {
    /// The identity.
    public let identity: Record<Identity>
    /// How it was verified.
    public let proof: Proof
    /// What cuts and holds ask about its credential.
    let facts: CredentialFacts
    /// What its token says of itself; nil without one.
    var workload: Workload?
    /// What its token says, where it was issued here.
    var issued: IssuedToken?
    /// Whether the token descends from a secret: it is worth no more than what it was had for.
    var isFromSecret = false

    /// A token's own words: who it speaks for, and when it counts.
    struct Workload: Sendable {
        /// A SPIFFE ID, else `sha256:` over issuer and subject: a subject may be a person's address.
        let name: String
        /// `nbf`, else `iat`.
        let notBefore: Timestamp
        /// `exp`.
        let expiresAt: Timestamp
    }

    /// How sure the engine is of a subject.
    public enum Proof: Sendable {
        /// Its own token was in the question.
        case token(issuer: ObjectID, fingerprint: String, expiresAt: Timestamp)
        /// A token that was issued here was in the question, and proof of the key that it is bound to.
        case issued(credential: ObjectID, fingerprint: String, binding: Binding, expiresAt: Timestamp)
        /// It signed with a key that is registered for it.
        case key(fingerprint: Fingerprint)
        /// It showed a secret that was imported for it, and that everybody else has who ever saw it.
        case secret(fingerprint: Fingerprint)
        /// An enforcement point vouched for it.
        case asserted(by: ObjectID)
    }

    /// How a token that was issued here is bound to its holder (RFC 7800 section 3.1).
    public enum Binding: String, Sendable, CaseIterable {
        /// Not at all.
        case bearer
        /// To a key that signs proofs of possession (RFC 9449).
        case dpop
        /// To a client certificate (RFC 8705).
        case mtls
    }

    /// 0 to 1000; what an enforcement point vouches for is capped below whatever proves itself.
    public var assurance: Int64 { isFromSecret ? min(Self.secretAssurance, ofProof) : ofProof }

    private static let secretAssurance: Int64 = 300

    private var ofProof: Int64 {
        switch proof {
        case .token: 500
        case .issued(_, _, let binding, _): binding == .bearer ? 500 : 700
        case .key: 600
        case .secret: Self.secretAssurance
        case .asserted: 200
        }
    }

    /// The task that its credential was issued under; nil without one.
    var task: ObjectID? { issued?.task }

    /// Those whom the token names beside its subject, all of whom have to count: who got it, and who acts in it.
    var parties: [ObjectID] { issued.map { [$0.client] + $0.actors } ?? [] }

    /// How the credential is bound to its holder: a bearer token not at all.
    public var binding: String {
        switch proof {
        case .token: "bearer"
        case .issued(_, _, let binding, _): binding.rawValue
        case .key: "key"
        case .secret: "secret"
        case .asserted: "asserted"
        }
    }
}

/// Why no identity was verified. A call without one is denied before any policy is asked.
public struct SubjectRefusal: Sendable, Error {
    /// The stable name of the reason: `token_expired`, `identity_suspended`, ...
    public let code: String
    /// A sentence for the caller.
    public let message: String
    /// Whether another credential could help: then the answer is a 401 with a challenge.
    public let authenticate: Bool
    /// The identity, where it is known but may not call.
    public let identity: ObjectID?
    /// Which proof of possession is wanted; nil unless that is the reason.
    public let proof: ProofChallenge?

    init(
        _ code: String,
        _ message: String,
        authenticate: Bool = true,
        identity: ObjectID? = nil,
        proof: ProofChallenge? = nil
    ) {
        self.code = code
        self.message = message
        self.authenticate = authenticate
        self.identity = identity
        self.proof = proof
    }
}
