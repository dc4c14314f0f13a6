// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
public import TrustModel

/// What an enforcement point asks: may this subject do this with that, now?
public struct Question: Sendable {
    /// Who calls, as the point says it.
    public enum SubjectClaim: Sendable {
        /// The subject's own token is here.
        case token(String)
        /// The point vouches for an identity, by name or id.
        case asserted(String)
        /// The call carried no credential.
        case none
    }

    /// What is called, as the point says it.
    public enum ResourceClaim: Sendable {
        /// `api/operation`.
        case operation(String)
        /// A call on the wire: authority, method, raw path with query.
        case call(host: String?, method: String, path: String)
    }

    /// How the caller shows that it holds the key of its token (RFC 9449 section 7), and for which call.
    public struct ProofClaim: Sendable {
        /// The value of the call's `DPoP` header field; empty when the call used the scheme `DPoP` without one.
        public var proof: String
        /// The method of the call.
        public var method: String
        /// The address of the call as its sender knows it, with or without a query.
        public var url: String

        /// A proof and its call.
        public init(proof: String, method: String, url: String) {
            self.proof = proof
            self.method = method
            self.url = url
        }
    }

    /// Who calls.
    public var subject: SubjectClaim
    /// How the caller shows that it holds the key of its token; nil for a token that was sent as a bearer's.
    public var dpop: ProofClaim?
    /// Who the point believes a token to be, by name or id; nil when it says nothing. Another identity is refused.
    public var statedIdentity: String?
    /// What is called.
    public var resource: ResourceClaim
    /// The action: the operation's own, or `call`; nil for whatever the operation does.
    public var action: String?
    /// What else the point says of the request. Only attributes that the operation names reach a policy.
    public var attributes: JSONObject
    /// The credential that the point itself came with: it has to count when the answer is given. Nil when the point needs
    /// none.
    public var pointCredential: ObjectID?
    /// From what the answer's explanation is taken; nil when the point does not ask why. It is told where the point's
    /// registration says that it may ask.
    public var reasons: ReasonsAllowance?
    /// Notes the stages of the decision; nil, as usual, when nobody records them.
    public var probe: DecisionProbe?

    /// A question.
    public init(
        subject: SubjectClaim,
        resource: ResourceClaim,
        action: String? = nil,
        attributes: JSONObject = JSONObject(),
        statedIdentity: String? = nil
    ) {
        self.subject = subject
        self.statedIdentity = statedIdentity
        self.resource = resource
        self.action = action
        self.attributes = attributes
    }
}

/// Why a question is not answered at all: its asker is at fault, or the engine can't answer. Nothing is recorded.
public struct QuestionRefusal: Error, Sendable {
    /// The stable name: `not_granted`, `invalid_question`, `evidence_unavailable`, `clock_unsound`, `state_unsound`,
    /// `state_stale`.
    public let code: String
    /// A sentence for the asker.
    public let message: String

    init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// What is called, found.
struct Resource: Sendable {
    let api: TrustModel.Record<Api>
    let operation: TrustModel.Operation

    var name: String { "\(api.object.name)/\(operation.name)" }
    var dataClass: String { operation.dataClass ?? api.object.dataClass }
    var sensitivity: Int64 { operation.sensitivity ?? api.object.sensitivity }
    /// Whether a wrong call changes something or reaches beyond its own data.
    var isElevated: Bool { operation.action == .write || !operation.capabilities.isEmpty }
}
