// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import TrustModel

/// What operators watch of a node among nodes.
enum NodeMetrics {
    /// Adds the gauges of `engine`.
    static func add(of engine: Engine, to metrics: MetricRegistry) {
        metrics.readingMilliseconds(
            "safeconduct_staleness_seconds",
            "How long ago the control log's head, as this node knows it, was asked for; beyond 2 nothing is decided."
        ) { engine.staleness }
        metrics.reading(
            "safeconduct_log_lag_entries",
            "Entries of the control log that this node has seen and not taken up."
        ) { Int64(clamping: engine.lag) }
        metrics.reading("safeconduct_nodes", "Nodes that ever joined this control plane.") {
            Int64(engine.view.state.nodes.count)
        }
    }
}
