// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What an enforcement point asks: may this subject do this with that, now?
public struct Question: Sendable {
    /// Who calls.
    public enum Subject: Sendable {
        /// Whoever this bearer token proves: the workload's own, not the enforcement point's.
        case proven(Redacted)
        /// Whoever this token proves, if the proof shows that the caller holds the token's key.
        case bound(Redacted, Proof)
        /// An identity that the enforcement point vouches for, by name or id. It needs a grant for that.
        case asserted(String)
    }

    /// A proof that came with a call, and the call it has to be for (RFC 9449 section 7.1).
    public struct Proof: Sendable {
        /// The call's `DPoP` header field; empty when it has none.
        public var text: Redacted
        /// The call's method.
        public var method: String
        /// The call's address as its sender knows it, with or without the query.
        public var url: String

        /// A proof and its call.
        public init(_ text: Redacted, method: String, url: String) {
            self.text = text
            self.method = method
            self.url = url
        }
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
