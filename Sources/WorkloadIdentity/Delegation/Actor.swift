// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A party that acts for another: the claims that identify it in `act` (RFC 8693 section 4.1).
///
/// The members are kept as they were written, since a token of another server may identify its actors by claims of its
/// own. Those that say how long or for whom a token is good mean nothing about an actor; RFC 8693 leaves them unused,
/// and here they are refused, so that nobody takes an actor's `exp` for a limit that somebody enforces.
public struct Actor: Sendable, Equatable {
    /// The most members, `act` not counted.
    public static let maximumMembers = 12
    /// The most bytes of the members as JSON.
    public static let maximumBytes = 2048

    /// The members, without the nested `act`.
    public let members: JSONObject
    /// `sub`
    public let subject: String
    /// `iss`, the issuer that knows the subject; nil when it is that of the token.
    public let issuer: String?

    private static let meaningless = ["exp", "nbf", "iat", "aud", "jti", "may_act", "scope"]

    /// An actor of this subject.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `delegation` when a name is empty or too long.
    public init(subject: String, issuer: String? = nil) throws(WorkloadIdentityError) {
        var members = JSONObject()
        members["sub"] = .string(subject)
        if let issuer { members["iss"] = .string(issuer) }
        try self.init(members: members)
    }

    /// The actor of these members; a nested `act` is for ``ActorChain`` to read.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `delegation` when `sub` is absent, a claim doesn't identify anybody, or
    ///   they are too many or too large.
    public init(members: JSONObject) throws(WorkloadIdentityError) {
        var kept = members
        kept["act"] = nil
        guard kept.count <= Self.maximumMembers, JSONValue.object(kept).serialized().count <= Self.maximumBytes else {
            throw WorkloadIdentityError(
                .delegation,
                "an actor has at most \(Self.maximumMembers) members of \(Self.maximumBytes) bytes"
            )
        }
        for name in Self.meaningless where kept[name] != nil {
            throw WorkloadIdentityError(.delegation, "'\(name)' does not identify an actor")
        }
        guard let subject = kept["sub"]?.stringValue, !subject.isEmpty else {
            throw WorkloadIdentityError(.delegation, "an actor has a 'sub'")
        }
        if let value = kept["iss"] {
            guard let issuer = value.stringValue, !issuer.isEmpty else {
                throw WorkloadIdentityError(.delegation, "'iss' of an actor is a string")
            }
            self.issuer = issuer
        } else {
            issuer = nil
        }
        self.members = kept
        self.subject = subject
    }
}
