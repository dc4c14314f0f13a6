// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct

/// Counts what was told of decisions, and what was not.
struct OutcomeMetrics: Sendable {
    private let results: [OutcomeResult: Counter]
    private let refusals: [OutcomeRefusal: Counter]
    private let repeated: Counter
    private let contradicting: Counter

    init(_ registry: MetricRegistry, _ engine: Engine) {
        var results: [OutcomeResult: Counter] = [:]
        for result in OutcomeResult.allCases {
            results[result] = registry.counter(
                "safeconduct_outcomes_total",
                "Decisions of which was told what came of them, by result.",
                labels: [("result", result.rawValue)]
            )
        }
        self.results = results
        var refusals: [OutcomeRefusal: Counter] = [:]
        for refusal in OutcomeRefusal.allCases {
            refusals[refusal] = registry.counter(
                "safeconduct_outcomes_refused_total",
                "Reports of outcomes that close nothing, by reason.",
                labels: [("reason", refusal.rawValue)]
            )
        }
        self.refusals = refusals
        repeated = registry.counter("safeconduct_outcomes_repeated_total", "Reports that were made before.")
        contradicting = registry.counter(
            "safeconduct_outcomes_contradicting_total",
            "Calls that an enforcement point let through although they were denied."
        )
        registry.reading("safeconduct_decisions_open", "Permitted calls of which may still be told what came of them.")
        {
            engine.outcomeCounts.open
        }
        registry.counting("safeconduct_outcomes_unknown_total", "Permitted calls of which nobody told in time.") {
            UInt64(clamping: engine.outcomeCounts.unknown)
        }
        registry.counting("safeconduct_outcomes_overdue_total", "Of the unknown ones, those told about later.") {
            UInt64(clamping: engine.outcomeCounts.overdue)
        }
    }

    func count(_ answer: OutcomeAnswer) {
        switch answer {
        case .recorded(let result, let enforced):
            results[result]?.add()
            if !enforced { contradicting.add() }
        case .repeated: repeated.add()
        case .refused(let refusal): refusals[refusal]?.add()
        case .failed: break
        }
    }
}
