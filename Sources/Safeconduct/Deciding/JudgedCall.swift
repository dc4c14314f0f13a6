// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
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
    ///   - context: The context without `met`.
    ///   - met: The remedies that live records meet.
    ///   - beside: The set in shadow; nil for none.
    init(
        _ policies: CompiledPolicies,
        _ world: RequestWorld,
        context: Cedar.Record,
        met: Set<String>,
        beside: CompiledPolicies?
    ) {
        enforced = Judgement(policies.enforced, world, context: context, met: met)
        shadow = ShadowJudgement.of(policies, world, context: context, met: met, beside: enforced)
        shadowSet = beside.map { Judgement($0.enforced, world, context: context, met: met) }
        self.beside = beside
    }

    /// What is recorded of them beside the answer.
    var shadowFacts: (shadow: DecisionFacts.Shadow?, shadowSet: DecisionFacts.ShadowSet?) {
        (
            shadow.map(DecisionFacts.Shadow.init),
            DecisionFacts.ShadowSet(shadowSet, of: beside, beside: enforced)
        )
    }
}
