// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Safeconduct

/// Counts pages of searches by what is sought, what they found, and how long they took.
struct SearchMetrics: Sendable {
    private let subjects, resources, actions: Counter
    private let found: Counter
    private let duration: DurationHistogram

    init(_ registry: MetricRegistry) {
        func pages(_ sought: AccessQuery.Sought) -> Counter {
            registry.counter(
                "safeconduct_search_pages_total",
                "Pages of searches by what was sought.",
                labels: [("sought", sought.rawValue)]
            )
        }
        subjects = pages(.subjects)
        resources = pages(.resources)
        actions = pages(.actions)
        found = registry.counter("safeconduct_search_results_total", "What searches found.")
        duration = registry.histogram(
            "safeconduct_search_duration_seconds",
            "From the search understood to its page recorded."
        )
    }

    /// Counts a page that was begun at `began`.
    func count(_ sought: AccessQuery.Sought, _ page: AccessPage, since began: NIODeadline) {
        switch sought {
        case .subjects: subjects.add()
        case .resources: resources.add()
        case .actions: actions.add()
        }
        found.add(UInt64(page.results.count))
        duration.observe(nanoseconds: NIODeadline.now().uptimeNanoseconds &- began.uptimeNanoseconds)
    }
}
