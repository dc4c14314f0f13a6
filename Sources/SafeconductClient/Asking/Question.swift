// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What an enforcement point asks: may this subject do this with that, now?
public struct Question: Sendable {
    /// Who calls.
    public enum Subject: Sendable {
        /// Whoever this bearer token proves: the workload's own, not the enforcement point's.
        case proven(Redacted)
        /// An identity that the enforcement point vouches for, by name or id. It needs a grant for that.
        case asserted(String)
    }

    /// What is called.
    public enum Resource: Sendable, Equatable {
        /// A registered operation, `api/operation`.
        case operation(String)
        /// A call on the wire. `path` is as its sender wrote it, without the query; `host` names the API.
        case route(method: String, host: String?, path: String)
    }

    /// One attribute of the request that policies may see.
    public enum Attribute: Sendable, Equatable {
        /// A text.
        case string(String)
        /// A whole number.
        case integer(Int64)
        /// A truth value.
        case boolean(Bool)
    }

    /// Who calls.
    public var subject: Subject
    /// What is called.
    public var resource: Resource
    /// The operation's own action (`read`, `write`), or `call` for whatever it does.
    public var action: String
    /// What else is said of the request. Only attributes that the operation names reach a policy; of the others a keyed
    /// digest is recorded.
    public var attributes: [String: Attribute]

    /// A question.
    public init(
        subject: Subject,
        resource: Resource,
        action: String = "call",
        attributes: [String: Attribute] = [:]
    ) {
        self.subject = subject
        self.resource = resource
        self.action = action
        self.attributes = attributes
    }
}
