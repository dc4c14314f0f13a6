// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// Who may act for the subject of a token: the `may_act` claim (RFC 8693 section 4.4).
public struct PermittedActor: Sendable {
    private let actor: Actor

    /// Reads the claim.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `delegation` when it is no object, or holds what doesn't identify
    ///   anybody. A limit that isn't understood must not be left out of account.
    public init(_ claim: JSONValue) throws(WorkloadIdentityError) {
        guard case .object(let members) = claim else {
            throw WorkloadIdentityError(.delegation, "'may_act' is an object")
        }
        guard members["act"] == nil else {
            throw WorkloadIdentityError(.delegation, "'act' does not identify who may act")
        }
        actor = try Actor(members: members)
    }

    /// Whether `candidate` is the one: every member that the claim names is there with the same value.
    ///
    /// - Parameters:
    ///   - candidate: The party that wants to act.
    ///   - tokenIssuer: `iss` of the token that has the claim; it stands in where either side leaves its issuer out
    ///     (RFC 8693 section 4.1: an actor without `iss` is one of the token's issuer).
    public func permits(_ candidate: Actor, tokenIssuer: String) -> Bool {
        guard sameBytes(actor.issuer ?? tokenIssuer, candidate.issuer ?? tokenIssuer) else { return false }
        return actor.members.allSatisfy { member in
            sameBytes(member.key, "iss") || candidate.members[member.key] == member.value
        }
    }
}
