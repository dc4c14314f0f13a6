// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON
internal import TrustModel

/// What policies say of one call, and what they would say if more of them were enforced.
struct JudgedCall: Sendable {
    /// What is enforced.
    let enforced: Judgement
    /// What they would say with those in shadow mode enforced; nil when that is the same.
    let shadow: Judgement?
    /// What the whole set in shadow would say; nil when there is none.
    let shadowSet: Judgement?
    /// The set in shadow.
    let beside: CompiledPolicies?

    /// Judges a call.
    ///
    /// - Parameters:
    ///   - policies: The set that decides.
    ///   - call: What the engine knows of the call.
    ///   - met: The remedies that live records meet.
    ///   - beside: The set in shadow; nil for none. It sees what the set that decides sees, and no more.
    init(
        _ policies: CompiledPolicies,
        _ world: RequestWorld,
        _ call: CallContext,
        met: Set<String>,
        beside: CompiledPolicies?
    ) {
        self.beside = beside
        shadowSet = beside.map { Judgement($0, world, call.seen(by: $0), met: met) }
        do throws(RequestFault) {
            let context = try call.record(policies.schema.request)
            enforced = Judgement(policies.enforced, world, context: context, met: met)
            shadow = ShadowJudgement.of(policies, world, context: context, met: met, beside: enforced)
        } catch {
            enforced = Judgement(error)
            shadow = nil
        }
    }

    /// What is recorded of them beside the answer.
    var shadowFacts: (shadow: DecisionFacts.Shadow?, shadowSet: DecisionFacts.ShadowSet?) {
        (
            shadow.map(DecisionFacts.Shadow.init),
            DecisionFacts.ShadowSet(shadowSet, of: beside, beside: enforced)
        )
    }
}

extension CallContext {
    /// The call as a policy set sees it: with the attributes that its schema types.
    func seen(by policies: CompiledPolicies) -> CallContext {
        guard let request = policies.schema.request else { return self }
        var call = self
        call.attributes = JSONObject(attributes.filter { request[Text($0.key)] != nil }.map { ($0.key, $0.value) })
        return call
    }
}
