// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import StrictJSON
public import TrustModel
public import WorkloadIdentity

/// What a token says that is issued here: an access token in the JWT profile of RFC 9068.
///
/// It is good for one API and some of its operations, names everybody who had a part in it, and the revision at which it
/// was issued: a cut of any of them that is newer ends it, whatever any clock says.
public struct IssuedToken: Sendable, Equatable {
    /// The key that whoever presents the token has to hold (RFC 7800 section 3.1).
    public enum Confirmation: Sendable, Equatable {
        /// `jkt`: the thumbprint of the key that signs DPoP proofs (RFC 9449 section 6.1).
        case dpop(Fingerprint)
        /// `x5t#S256`: the SHA-256 of the client's certificate (RFC 8705 section 3.1).
        case mtls(Fingerprint)

        /// The thumbprint in base64url, which is also how cuts name the key.
        public var thumbprint: String {
            switch self {
            case .dpop(let key), .mtls(let key): key.thumbprint
            }
        }
    }

    /// The `typ` of its header (RFC 9068 section 2.1).
    public static let type = "at+jwt"
    /// The most bytes of its claims.
    public static let maximumBytes = 8 << 10
    /// The most ids in ``ancestors``.
    public static let maximumAncestors = 8
    /// The most scopes in ``scopes``.
    public static let maximumScopes = 32
    /// The longest time from `iat` to `exp`, in seconds. Keys are accepted a little longer than that after they signed.
    public static let maximumSeconds: Int64 = 86_400

    /// `jti`: the id of the credential that the token is.
    public var id: ObjectID
    /// `iss`: our own issuer URL.
    public var issuer: String
    /// `sub`: the identity for whom it is.
    public var subject: ObjectID
    /// `client_id`: the identity that got it.
    public var client: ObjectID
    /// `aud`: the one API that it is for.
    public var audience: ObjectID
    /// `scope`: the operations of that API.
    public var scope: OAuthScope
    /// `iat`, in whole seconds.
    public var issuedAt: Timestamp
    /// `nbf`, in whole seconds.
    public var notBefore: Timestamp
    /// `exp`, in whole seconds.
    public var expiresAt: Timestamp
    /// `cnf`; nil for a bearer token.
    public var confirmation: Confirmation?
    /// `act`: who acts for ``subject``. Actors without an `iss` are identities of ours.
    public var chain: ActorChain
    /// `authorization_details`; nil when it is for no task.
    public var details: AuthorizationDetails?
    /// The revision of which it was issued.
    public var rev: UInt64
    /// What for: a term.
    public var purpose: String
    /// Its task; nil without one.
    public var task: ObjectID?
    /// The credentials that it was derived from.
    public var ancestors: [ObjectID]
    /// What else can be cut that it belongs to; what follows from the other members need not stand here.
    public var scopes: [Scope]

    /// A token of the given members. Times lose their fraction of a second.
    public init(
        id: ObjectID,
        issuer: String,
        subject: ObjectID,
        client: ObjectID,
        audience: ObjectID,
        scope: OAuthScope,
        issuedAt: Timestamp,
        notBefore: Timestamp? = nil,
        expiresAt: Timestamp,
        confirmation: Confirmation? = nil,
        chain: ActorChain = .none,
        details: AuthorizationDetails? = nil,
        rev: UInt64,
        purpose: String,
        task: ObjectID? = nil,
        ancestors: [ObjectID] = [],
        scopes: [Scope] = []
    ) {
        self.id = id
        self.issuer = issuer
        self.subject = subject
        self.client = client
        self.audience = audience
        self.scope = scope
        self.issuedAt = Timestamp(seconds: issuedAt.milliseconds / 1000)
        self.notBefore = Timestamp(seconds: (notBefore ?? issuedAt).milliseconds / 1000)
        self.expiresAt = Timestamp(seconds: expiresAt.milliseconds / 1000)
        self.confirmation = confirmation
        self.chain = chain
        self.details = details
        self.rev = rev
        self.purpose = purpose
        self.task = task
        self.ancestors = ancestors
        self.scopes = scopes
    }

    /// The identities that act in it.
    public var actors: [ObjectID] { chain.actors.filter { $0.issuer == nil }.compactMap { ObjectID($0.subject) } }

    /// What cuts and holds ask about it, but for the key that signed it, which its header names.
    public var facts: CredentialFacts {
        var memberships = scopes
        let known =
            [Scope(identity: client)] + actors.map { Scope(identity: $0) } + (task.map { [Scope(task: $0)] } ?? [])
        for scope in known where !memberships.contains(scope) { memberships.append(scope) }
        return CredentialFacts(
            origin: .registered(id: id, rev: rev),
            holder: subject,
            ancestors: ancestors,
            key: confirmation?.thumbprint,
            memberships: memberships
        )
    }

    /// The token, signed by a token key whose `kid` is its thumbprint (RFC 7515 section 7.1).
    ///
    /// - Throws: `ShapeError` when its own reader would refuse it, `JOSEError` when the key can't sign.
    func signed(by key: SigningKey) throws -> String {
        let claims = claims
        _ = try IssuedToken(claims: claims)
        return String(decoding: try key.sign(JSONValue.object(claims).serialized(), type: Self.type), as: UTF8.self)
    }
}
