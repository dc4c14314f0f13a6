// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import TrustModel

/// What a policy set in shadow would have answered, had it decided.
public struct ShadowSetAnswer: Sendable, Equatable {
    /// The outcome.
    public let outcome: Decision.Outcome
    /// Whether it is another one than the answer that was given, or asks for other remedies.
    public let differs: Bool

    init(_ judgement: Judgement, beside enforced: Judgement) {
        outcome = judgement.answer.outcome
        differs =
            outcome != enforced.answer.outcome || judgement.answer.reason != enforced.answer.reason
            || judgement.offered != enforced.offered
    }
}

extension DecisionFacts.ShadowSet {
    /// What is recorded of a set in shadow: nothing where it would have answered the same.
    init?(_ judgement: Judgement?, of set: CompiledPolicies?, beside enforced: Judgement) {
        guard let judgement, let set, ShadowSetAnswer(judgement, beside: enforced).differs else { return nil }
        self.init(policySet: set.id, answer: DecisionFacts.Shadow(judgement))
    }
}
