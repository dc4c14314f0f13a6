// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import TrustModel

/// What the engine tells of itself.
enum EngineMetrics {
    /// Adds the metrics.
    static func add(_ engine: Engine, version: String, to registry: MetricRegistry) {
        registry.reading(
            "safeconduct_build_info",
            "Always 1; the labels say what runs.",
            labels: [("version", version)]
        ) {
            1
        }
        registry.reading("safeconduct_log_revision", "The newest revision of the control log.") {
            Int64(clamping: engine.view.state.rev ?? 0)
        }
        registry.reading("safeconduct_log_lag_revisions", "Entries of the control log seen and not yet taken up.") {
            Int64(clamping: engine.lag)
        }
        registry.secondsReading(
            "safeconduct_staleness_seconds",
            "How long ago the newest head of the control log was asked for; beyond 2 s nothing is decided."
        ) { engine.staleness * 1_000_000 }
        registry.reading("safeconduct_nodes", "Nodes that ever joined this control plane.") {
            Int64(clamping: engine.view.state.nodes.count)
        }
        registry.reading(
            "safeconduct_findings",
            "Findings since the start: operations called without an identity, clients that prove themselves as they should not."
        ) {
            Int64(engine.unidentified.count + engine.legacyProofs.count)
        }
        registry.readings(
            "safeconduct_refusals_total",
            "Callers refused that proved nothing, by reason; they have no decision of their own.",
            by: "reason"
        ) { engine.refusalTotals.map { ($0.reason, $0.count) } }
        addCommands(engine, to: registry)
        registry.secondsReading(
            "safeconduct_enforcement_point_drift_seconds",
            "How long the enforcement point that lags most has been running with other policies than the active ones."
        ) { engine.longestDrift * 1_000_000 }
        registry.reading(
            "safeconduct_points_drifting",
            "Enforcement points that run with other policies than the active ones."
        ) { engine.driftingPoints }
        registry.secondsReading(
            "safeconduct_enforcement_point_report_age_seconds",
            "How long ago the enforcement point that has been silent longest said what it runs with."
        ) { engine.oldestReport * 1_000_000 }
        registry.buckets(
            engine.commits.durations,
            "safeconduct_evidence_commit_duration_seconds",
            "How long evidence takes to become durable.",
            inNanoseconds: true
        )
        registry.buckets(
            engine.commits.sizes,
            "safeconduct_evidence_batch_leaves",
            "Leaves that became durable together.",
            inNanoseconds: false
        )
    }

    /// What became of commands and links, and who could give any.
    private static func addCommands(_ engine: Engine, to registry: MetricRegistry) {
        let counts = engine.commandCounts
        registry.readings(
            "safeconduct_commands_total",
            "Commands since the start: those that were let in and changed something, and those that were not let in.",
            by: "outcome"
        ) { [("allowed", counts.allowed.value), ("denied", counts.denied.value)] }
        registry.readings(
            "safeconduct_enrolments_total",
            "Links redeemed since the start, and links tried in vain.",
            by: "outcome"
        ) { [("redeemed", counts.enrolled.value), ("refused", counts.enrolmentsRefused.value)] }
        registry.reading("safeconduct_owners", "Owners who hold a key that counts; with none, only recovery helps.") {
            Int64(engine.view.state.ableOwners(at: engine.now()).count)
        }
        registry.secondsReading(
            "safeconduct_owners_remaining_seconds",
            "How long the keys of today leave somebody who is an owner; 0 when nobody is."
        ) {
            let now = engine.now()
            let until = engine.view.state.ableOwners(at: now).until ?? now
            return (until.milliseconds - now.milliseconds) * 1_000_000
        }
    }
}
