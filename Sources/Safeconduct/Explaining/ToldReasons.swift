// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON
internal import TrustModel

/// What an enforcement point that asks why is told.
public enum ToldReasons: Sendable {
    /// Why, as JSON: the explanation of the decision, without what points do not see.
    case told([UInt8])
    /// Nothing: the explanations of one request's answers would be too long together.
    case omitted
    /// Nothing: the point's registration does not say that it may ask.
    case notGranted
}

extension ExplanationDisclosure {
    /// What a point that may ask why sees: policies, what it sent, and what is registered of caller and operation.
    ///
    /// Of trust it sees what every answer says, the caller's score and band: who knows the parts of a score knows how to
    /// please it. Entities that a policy names by itself are nobody's business here.
    static let ofPoints = ExplanationDisclosure { variable, path in
        guard let variable else { return false }
        guard variable == .context else { return true }
        // A record that holds what is hidden is hidden as a whole.
        guard let first = path.first else { return false }
        if first != "trust" { return true }
        return path.starts(with: ["trust", "caller", "score"]) || path.starts(with: ["trust", "caller", "band"])
    }
}

extension ReplayInput {
    /// What the enforced policies say of this call and why; nil when the call does not fit their schema.
    func explanation(of policies: CompiledPolicies) -> Explanation? {
        request(to: policies).map { policies.enforced.set.explain($0, entities: world) }
    }
}

extension Hearing {
    /// What the point is told of why a call was answered as it was; nil when policies could not be asked.
    ///
    /// - Parameters:
    ///   - seen: The request attributes that policies see.
    ///   - allowance: What the answers of the request may hold.
    func reasons(of call: PlainCall, _ seen: JSONObject, _ allowance: ReasonsAllowance) -> ToldReasons? {
        guard point.explanations else { return .notGranted }
        guard allowance.hasMore else { return .omitted }
        guard let reasons = call.reasons(seen) else { return nil }
        return allowance.take(reasons.count) ? .told(reasons) : .omitted
    }
}
