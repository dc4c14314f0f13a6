// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel

/// A credential in somebody else's system that was made for one identity and is taken away again: the row of a work
/// queue, which says what there is to do next and when.
public struct Lease: Sendable, Equatable {
    /// Its id.
    public let id: ObjectID
    /// The system that has the credential.
    public let backEnd: ObjectID
    /// The brokered role: the name of the operation that it lets its holder call.
    public let role: String
    /// Who holds it.
    public let identity: ObjectID
    /// The task it was taken for; nil for none.
    public let task: String?
    /// The credentials it hangs on: when one of them is cut, so is this.
    public let ancestors: [ObjectID]
    /// What else can be cut or held that it belongs to, its task left out.
    public let memberships: [Scope]
    /// The revision at which it was issued.
    public let rev: UInt64
    /// When it was issued.
    public let issuedAt: Timestamp
    /// The name of the credential in its system; it follows from the id.
    public let user: String
    /// Until when it counts without being renewed.
    public var expiresAt: Timestamp
    /// Until when it can be renewed at most.
    public var renewableUntil: Timestamp
    /// How often it was renewed. Whoever renews says what they know; who knows less has a copy.
    public var generation: Int64
    /// Where it stands.
    public var state: LeaseState
    /// When there is something to be done about it, unless somebody is at it: then it is when others may take over. Nil
    /// when nothing is left to do.
    public var due: Timestamp?
    /// How often its revocation failed since it began.
    public var attempts: Int64
    /// Why it failed last, in a code.
    public var lastError: String?
    /// Why it ends, in a code; nil while it does not.
    public var reason: String?
    /// When what ends it happened.
    public var endedAt: Timestamp?
    /// Counts the changes of this row: whoever changes it says which one was read.
    public var version: Int64

    /// The most credentials that one lease hangs on.
    public static let ancestorLimit = 9
    /// The most other scopes that it belongs to.
    public static let membershipLimit = 48

    /// A lease that is about to be made.
    public init(
        id: ObjectID,
        backEnd: ObjectID,
        role: String,
        identity: ObjectID,
        task: String? = nil,
        ancestors: [ObjectID] = [],
        memberships: [Scope] = [],
        rev: UInt64,
        issuedAt: Timestamp,
        expiresAt: Timestamp,
        renewableUntil: Timestamp,
        user: String,
        due: Timestamp?,
        state: LeaseState = .recorded
    ) {
        self.id = id
        self.backEnd = backEnd
        self.role = role
        self.identity = identity
        self.task = task
        self.ancestors = ancestors
        self.memberships = memberships
        self.rev = rev
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.renewableUntil = renewableUntil
        self.user = user
        self.due = due
        self.state = state
        generation = 0
        attempts = 0
        version = 0
    }

    /// What cuts and holds ask about it.
    public var facts: CredentialFacts {
        CredentialFacts(
            origin: .registered(id: id, rev: rev),
            holder: identity,
            ancestors: ancestors,
            memberships: memberships + (task.map { [Scope(.task, $0)] } ?? [])
        )
    }

    /// What it is found by.
    public var keys: [LeaseKey] {
        var keys = [
            LeaseKey(backEnd: backEnd), LeaseKey(backEnd: backEnd, role: role), LeaseKey(Scope(identity: identity)),
        ]
        for ancestor in ancestors { keys.append(LeaseKey(Scope(.credential, ancestor.description))) }
        if let task { keys.append(LeaseKey(Scope(.task, task))) }
        for membership in memberships where membership.kind != .all { keys.append(LeaseKey(membership)) }
        return Array(Set(keys))
    }

    /// Ends it: the next thing to do is to take its credential away.
    ///
    /// One that may be made at this moment keeps its time: before that, somebody else's work would be undone halfway.
    public mutating func end(at time: Timestamp, reason: String) {
        guard state == .recorded || state == .active else { return }
        if state == .active || due == nil { due = time }
        state = .revoking
        self.reason = reason
        endedAt = time
        attempts = 0
        lastError = nil
    }
}
