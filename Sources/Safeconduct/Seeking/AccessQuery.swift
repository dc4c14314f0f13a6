// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
public import TrustModel

/// What an enforcement point seeks: everything of one kind for which a decision would be `allow`, the rest of the
/// question being known.
public struct AccessQuery: Sendable {
    /// What is sought.
    public enum Sought: String, Sendable, CaseIterable {
        /// Identities that the point may vouch for.
        case subjects
        /// Operations of the APIs that the point is granted, as `api/operation`.
        case resources
        /// Of `call` and the operation's own action, those that are allowed.
        case actions
    }

    /// What is sought.
    public var sought: Sought
    /// Who calls, vouched for by the point, by name or id; not read where subjects are sought.
    public var subject: String
    /// What is called; not read where resources are sought.
    public var resource: Question.ResourceClaim
    /// The action: `call` or an operation's own; not read where actions are sought.
    public var action: String
    /// What else the point says of the request.
    public var attributes: JSONObject
    /// Where the page before ended; nil for the first page.
    public var after: String?
    /// The most results of the page.
    public var limit: Int
    /// The credential that the point came with.
    public var pointCredential: ObjectID?

    /// A query for what is sought.
    public init(
        _ sought: Sought,
        subject: String = "",
        resource: Question.ResourceClaim = .operation(""),
        action: String = "call",
        attributes: JSONObject = JSONObject(),
        after: String? = nil,
        limit: Int
    ) {
        self.sought = sought
        self.subject = subject
        self.resource = resource
        self.action = action
        self.attributes = attributes
        self.after = after
        self.limit = limit
    }
}

/// A page of what was sought, recorded.
public struct AccessPage: Sendable {
    /// The identities' names, the operations as `api/operation`, or the actions.
    public let results: [String]
    /// Where the next page goes on; nil when there is nothing more.
    public let next: String?
    /// The revision by which they were found.
    public let rev: UInt64
    /// By which policies; nil when none were active.
    public let policyVersion: PolicyVersion?
    /// The evidence log that holds the page's leaf, and the leaf's index in it.
    public let leaf: (log: String, index: UInt64)
}
