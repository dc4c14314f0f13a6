// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// What a presented credential says about itself, as far as cuts and holds ask.
public struct CredentialFacts: Sendable {
    /// When it was issued, on the only scale that its kind of origin can be trusted with.
    public enum Origin: Sendable {
        /// Issued or registered here: by the revision of its entry, whatever any clock says.
        case registered(id: ObjectID, rev: UInt64)
        /// From a foreign issuer: by its `iat`.
        case foreign(issuedAt: Timestamp)
        /// None was presented: an enforcement point vouches at the time of asking. Only holds stop that.
        case vouched
    }

    /// Where and when it comes from.
    public var origin: Origin
    /// Whom it authenticates.
    public var holder: ObjectID
    /// The credentials it was derived from.
    public var ancestors: [ObjectID]
    /// The issuer of a foreign one.
    public var issuer: ObjectID?
    /// Whose a foreign one is, in the issuer's own words.
    public var subject: ForeignSubject?
    /// All claims of a foreign one.
    public var claims: JSONObject
    /// The issuer's trust domain.
    public var trustDomain: String?
    /// The thumbprint of the key it is bound to.
    public var key: String?
    /// What else can be cut that it belongs to: its task, delegation root, participant, agreement
    /// version, workload.
    public var memberships: [Scope]

    /// The facts of one credential.
    public init(
        origin: Origin,
        holder: ObjectID,
        ancestors: [ObjectID] = [],
        issuer: ObjectID? = nil,
        subject: ForeignSubject? = nil,
        claims: JSONObject = JSONObject(),
        trustDomain: String? = nil,
        key: String? = nil,
        memberships: [Scope] = []
    ) {
        self.origin = origin
        self.holder = holder
        self.ancestors = ancestors
        self.issuer = issuer
        self.subject = subject
        self.claims = claims
        self.trustDomain = trustDomain
        self.key = key
        self.memberships = memberships
    }

    /// The facts of a credential that is registered here.
    public init(_ record: Record<Credential>) {
        self.init(
            origin: .registered(id: record.object.id, rev: record.rev),
            holder: record.object.holder,
            ancestors: record.object.ancestors,
            key: record.object.thumbprint
        )
    }

    /// The scopes that cover it: a few more than it has ancestors and memberships, each one lookup.
    public var scopes: [Scope] {
        var scopes = [Scope(.all), Scope(identity: holder)]
        if case .registered(let id, _) = origin { scopes.append(Scope(.credential, id.description)) }
        for ancestor in ancestors { scopes.append(Scope(.credential, ancestor.description)) }
        if let issuer { scopes.append(Scope(.issuer, issuer.description)) }
        if let trustDomain { scopes.append(Scope(.trustDomain, trustDomain)) }
        if let key { scopes.append(Scope(.key, key)) }
        return scopes + memberships
    }
}

/// Whether a credential still counts.
public enum Standing: Sendable, Equatable {
    /// Nothing covers it.
    case good
    /// This cut ended it; for a foreign one it may be the object whose retirement did, and the task
    /// that ended.
    case cut(ObjectID)
    /// This hold stops it.
    case held(ObjectID)
}
