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
    private let outcomes: OutcomeCounters
    private let duration: DurationHistogram
    private let shadows: OutcomeCounters
    private let shadowAgrees, shadowDiffers: Counter
    private let explained, unexplained, notExplained: Counter
    private let failedPermits: Counter
    private let failedForbids: Counter
    private let channels: ChannelCounters
    private let logger: Logger?

    init(_ registry: MetricRegistry, logger: Logger? = nil) {
        func failures(_ effect: String) -> Counter {
            registry.counter(
                "safeconduct_policy_errors_total",
                "Policies that could not be evaluated for a decision, by effect.",
                labels: [("effect", effect)]
            )
        }
        outcomes = OutcomeCounters(registry, "safeconduct_decisions_total", "Decisions by outcome.")
        duration = registry.histogram(
            "safeconduct_decision_duration_seconds",
            "From the question understood to the decision recorded."
        )
        let name = "safeconduct_shadow_set_decisions_total"
        let help = "Decisions that the policy set in shadow was asked for, by whether it answers the same."
        shadowAgrees = registry.counter(name, help, labels: [("answer", "same")])
        shadowDiffers = registry.counter(name, help, labels: [("answer", "other")])
        shadows = OutcomeCounters(
            registry,
            "safeconduct_shadow_decisions_total",
            "Decisions that policies in shadow mode would have made otherwise, by the outcome they would have had."
        )
        func reasons(_ answer: String) -> Counter {
            registry.counter(
                "safeconduct_explanations_total",
                "Decisions whose enforcement point asked why, by whether it was told.",
                labels: [("answer", answer)]
            )
        }
        explained = reasons("told")
        unexplained = reasons("omitted")
        notExplained = reasons("not_granted")
        failedPermits = failures("permit")
        failedForbids = failures("forbid")
        channels = ChannelCounters(registry)
        self.logger = logger
    }

    /// Counts a decision that was begun at `began`.
    func count(_ decision: Decision, since began: NIODeadline) {
        outcomes.add(decision.outcome)
        duration.observe(nanoseconds: NIODeadline.now().uptimeNanoseconds &- began.uptimeNanoseconds)
        if let shadow = decision.shadow { shadows.add(shadow) }
        if let answer = decision.shadowSet { (answer.differs ? shadowDiffers : shadowAgrees).add() }
        switch decision.reasons {
        case .told?: explained.add()
        case .omitted?: unexplained.add()
        case .notGranted?: notExplained.add()
        case nil: break
        }
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

/// A counter for each outcome.
private struct OutcomeCounters: Sendable {
    private let allow, limit, challenge, approve, deny: Counter

    init(_ registry: MetricRegistry, _ name: String, _ help: String) {
        func counter(_ outcome: Decision.Outcome) -> Counter {
            registry.counter(name, help, labels: [("outcome", outcome.rawValue)])
        }
        allow = counter(.allow)
        limit = counter(.limit)
        challenge = counter(.challenge)
        approve = counter(.approve)
        deny = counter(.deny)
    }

    func add(_ outcome: Decision.Outcome) {
        switch outcome {
        case .allow: allow.add()
        case .limit: limit.add()
        case .challenge: challenge.add()
        case .approve: approve.add()
        case .deny: deny.add()
        }
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
