// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// One question of the AuthZEN Authorization API 1.0: may this subject do this action on this resource?
public struct Evaluation: Sendable, Equatable {
    /// A subject or a resource (sections 3.1 and 3.2).
    public struct Entity: Sendable, Equatable {
        /// What kind of thing it is.
        public let type: String
        /// Which of its kind; may be empty where the decision point finds out by other means.
        public let id: String
        /// What the caller says about it.
        public let properties: JSONObject

        /// A subject or resource.
        public init(type: String, id: String, properties: JSONObject = JSONObject()) {
            self.type = type
            self.id = id
            self.properties = properties
        }
    }

    /// An action (section 3.3).
    public struct Action: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// What the caller says about it.
        public let properties: JSONObject

        /// An action.
        public init(name: String, properties: JSONObject = JSONObject()) {
            self.name = name
            self.properties = properties
        }
    }

    /// Who would act.
    public let subject: Entity
    /// What would be done.
    public let action: Action
    /// What it would be done to.
    public let resource: Entity
    /// The circumstances (section 3.4).
    public let context: JSONObject
    /// Whether the caller asks why (`options.explain`, ours); a decision point that may not say ignores it.
    public let wantsExplanation: Bool

    /// A question.
    public init(
        subject: Entity,
        action: Action,
        resource: Entity,
        context: JSONObject = JSONObject(),
        wantsExplanation: Bool = false
    ) {
        self.subject = subject
        self.action = action
        self.resource = resource
        self.context = context
        self.wantsExplanation = wantsExplanation
    }
}

/// One place of a batch: a question, or why there is none.
public enum EvaluationItem: Sendable {
    /// A question.
    case valid(Evaluation)
    /// A fault of this item alone; the rest of the batch stands (section 7.2.1).
    case invalid(Problem)
}

/// When a batch stops (section 7.1.2.1).
public enum EvaluationsSemantic: String, Sendable, CaseIterable {
    /// Never: every item is answered.
    case executeAll = "execute_all"
    /// With the first item that is denied or faulty.
    case denyOnFirstDeny = "deny_on_first_deny"
    /// With the first item that is permitted.
    case permitOnFirstPermit = "permit_on_first_permit"

    /// Whether nothing after an item so decided is asked.
    public func stops(after decision: Bool) -> Bool {
        switch self {
        case .executeAll: false
        case .denyOnFirstDeny: !decision
        case .permitOnFirstPermit: decision
        }
    }
}
