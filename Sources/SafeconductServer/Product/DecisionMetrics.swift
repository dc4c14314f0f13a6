// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore
import Safeconduct
import Synchronization
import TrustModel

/// Counts decisions by outcome, and how long they take; never by identity, which would make the metrics a register of
/// who calls. What policies alert by is also a line of the log.
struct DecisionMetrics: Sendable {
    private let outcomes: [Decision.Outcome: Counter]
    private let duration: DurationHistogram
    private let shadows: [Decision.Outcome: Counter]
    private let failedPermits: Counter
    private let failedForbids: Counter
    private let channels: ChannelCounters
    private let logger: Logger?

    init(_ registry: MetricRegistry, logger: Logger? = nil) {
        func counters(_ name: String, _ help: String) -> [Decision.Outcome: Counter] {
            var counters: [Decision.Outcome: Counter] = [:]
            for outcome in Decision.Outcome.allCases {
                counters[outcome] = registry.counter(name, help, labels: [("outcome", outcome.rawValue)])
            }
            return counters
        }
        func failures(_ effect: String) -> Counter {
            registry.counter(
                "safeconduct_policy_errors_total",
                "Policies that could not be evaluated for a decision, by effect.",
                labels: [("effect", effect)]
            )
        }
        outcomes = counters("safeconduct_decisions_total", "Decisions by outcome.")
        duration = registry.histogram(
            "safeconduct_decision_duration_seconds",
            "From the question understood to the decision recorded."
        )
        shadows = counters(
            "safeconduct_shadow_decisions_total",
            "Decisions that policies in shadow mode would have made otherwise, by the outcome they would have had."
        )
        failedPermits = failures("permit")
        failedForbids = failures("forbid")
        channels = ChannelCounters(registry)
        self.logger = logger
    }

    /// Counts a decision that was begun at `began`.
    func count(_ decision: Decision, since began: NIODeadline) {
        outcomes[decision.outcome]?.add()
        duration.observe(nanoseconds: NIODeadline.now().uptimeNanoseconds &- began.uptimeNanoseconds)
        if let shadow = decision.shadow { shadows[shadow]?.add() }
        for failure in decision.failed { (failure.isForbid ? failedForbids : failedPermits).add() }
        guard !decision.alerts.isEmpty else { return }
        for channel in decision.alerts { channels.add(channel) }
        logger?.notice(
            "alert",
            metadata: [
                "channels": .array(decision.alerts.map { .string($0) }),
                "decision": .string(decision.id?.description ?? ""),
                "outcome": .string(decision.outcome.rawValue),
                "policies": .array(decision.policies.prefix(8).map { .string($0) }),
            ]
        )
    }
}

/// A counter for each channel that policies alert. Bounded: channels beyond ``limit`` are counted together.
private final class ChannelCounters: Sendable {
    private static let limit = 200

    private let registry: MetricRegistry
    private let counters = Mutex<[String: Counter]>([:])

    init(_ registry: MetricRegistry) { self.registry = registry }

    func add(_ channel: String) {
        let counter = counters.withLock { counters in
            let name = counters[channel] != nil || counters.count < Self.limit ? channel : "(others)"
            if let counter = counters[name] { return counter }
            let counter = registry.counter(
                "safeconduct_alerts_total",
                "Alerts that policies gave, by channel.",
                labels: [("channel", name)]
            )
            counters[name] = counter
            return counter
        }
        counter.add()
    }
}
