// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Safeconduct

/// Counts decisions by outcome, and how long they take; never by identity, which would make the metrics a register of who calls.
struct DecisionMetrics: Sendable {
    private let outcomes: [Decision.Outcome: Counter]
    private let duration: DurationHistogram

    init(_ registry: MetricRegistry) {
        var outcomes: [Decision.Outcome: Counter] = [:]
        for outcome in Decision.Outcome.allCases {
            outcomes[outcome] = registry.counter(
                "safeconduct_decisions_total",
                "Decisions by outcome.",
                labels: [("outcome", outcome.rawValue)]
            )
        }
        self.outcomes = outcomes
        duration = registry.histogram(
            "safeconduct_decision_duration_seconds",
            "From the question understood to the decision recorded."
        )
    }

    /// Counts a decision that was begun at `began`.
    func count(_ decision: Decision, since began: NIODeadline) {
        outcomes[decision.outcome]?.add()
        duration.observe(nanoseconds: NIODeadline.now().uptimeNanoseconds &- began.uptimeNanoseconds)
    }
}
