// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What is counted of one route.
struct RouteMetrics: Sendable {
    private let byClass: [Counter]
    private let duration: DurationHistogram

    /// The metrics of the route called `name`, such as `GET /livez`.
    init(_ name: String, in registry: MetricRegistry) {
        byClass = (2...5).map { status in
            registry.counter(
                "safeconduct_http_requests_total",
                "Requests answered, by route and class of status.",
                labels: [("route", name), ("class", "\(status)xx")]
            )
        }
        duration = registry.histogram(
            "safeconduct_http_request_duration_seconds",
            "From the whole request to the answer, by route.",
            labels: [("route", name)]
        )
    }

    func answered(status: Int, nanoseconds: UInt64) {
        let index = status / 100 - 2
        if byClass.indices.contains(index) { byClass[index].add() }
        duration.observe(nanoseconds: nanoseconds)
    }
}
