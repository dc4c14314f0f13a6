// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct

/// Counts decisions by outcome; never by identity, which would make the metrics a register of who calls.
struct DecisionMetrics: Sendable {
    private let outcomes: [Decision.Outcome: Counter]

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
    }

    func count(_ decision: Decision) { outcomes[decision.outcome]?.add() }
}
