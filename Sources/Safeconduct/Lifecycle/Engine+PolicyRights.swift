// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
public import TrustModel

/// What is done to a policy set, as the policies of commands name it.
public enum PolicyRight: String, Sendable, CaseIterable {
    /// It is put into the log and decides nothing.
    case put = "policy.put"
    /// It decides, for the first time or again.
    case activate = "policy.activate"
    /// It is tried beside what decides.
    case shadow = "policy.shadow"
}

extension Engine {
    /// Why somebody may not do this to the policies of a realm, asked before a set is parsed and tested for it; nil when they
    /// may.
    public func refusal(
        of right: PolicyRight,
        on realm: PolicySet.Realm,
        by operator: ObjectID
    ) async -> CommandOutcome? {
        let question = CommandQuestion(action: right.rawValue, target: .policies(realm))
        return await refusal(of: question, by: `operator`, collection: "policies")
    }

    /// Why somebody may not have policies reviewed; nil for those who may put or activate such: a review parses and tests as
    /// many as an activation does.
    public func refusalToReview(_ realm: PolicySet.Realm, by operator: ObjectID) async -> CommandOutcome? {
        let question = CommandQuestion(action: PolicyRight.activate.rawValue, target: .policies(realm))
        let view = self.view
        if let policies = view.commands, let giver = CommandGiver(`operator`, in: view.state),
            CommandJudgement(policies, question, by: giver, view.state, at: now()).isAllowed
        {
            return nil
        }
        return await refusal(of: .put, on: realm, by: `operator`)
    }
}

extension PolicySet.Realm {
    /// The realm that a set names, as people write it; what names none that exists is refused where the set is read.
    public init(of set: JSONValue) {
        self = set["realm"]?.stringValue.flatMap(Self.init) ?? .calls
    }
}
