// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel

/// What somebody who may have a lease asks for. That they may was decided before.
public struct LeaseOrder: Sendable {
    /// The back end.
    public var backEnd: ObjectID
    /// The brokered role there.
    public var role: String
    /// Who is to hold it.
    public var identity: ObjectID
    /// The task it is for.
    public var task: String?
    /// The credential it is asked for with, and those that one came from: at most nine.
    public var ancestors: [ObjectID]
    /// What else that credential belongs to that can be cut or held.
    public var memberships: [Scope]
    /// How long it is to last, in seconds; nil for what is usual. More than that is given as that.
    public var seconds: Int64?
    /// The moment from which it must not last: the end of its holder, its task, its credential.
    public var notAfter: Timestamp?

    /// An order of the given members.
    public init(
        backEnd: ObjectID,
        role: String,
        identity: ObjectID,
        task: String? = nil,
        ancestors: [ObjectID] = [],
        memberships: [Scope] = [],
        seconds: Int64? = nil,
        notAfter: Timestamp? = nil
    ) {
        self.backEnd = backEnd
        self.role = role
        self.identity = identity
        self.task = task
        self.ancestors = ancestors
        self.memberships = memberships
        self.seconds = seconds
        self.notAfter = notAfter
    }
}
