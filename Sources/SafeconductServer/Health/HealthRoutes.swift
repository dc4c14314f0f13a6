// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import StrictJSON

/// Liveness, readiness and metrics.
public enum HealthRoutes {
    /// The routes.
    ///
    /// - `GET /livez`: 200 as long as the process answers.
    /// - `GET /readyz`: 200 or 503; with `?verbose` what each part says.
    /// - `GET /metrics`: Prometheus text, for operators unless said otherwise.
    public static func routes(
        readiness: Readiness,
        metrics: MetricRegistry,
        metricsFor audience: Audience = .operator
    ) -> [Route] {
        [
            Route(
                .GET,
                "/livez",
                for: .public,
                document: RouteDocument("getLiveness", "Whether the process answers.", answers: [.ok(.text())])
            ) { _ throws(Problem) in .text("ok\n") },
            Route(
                .GET,
                "/readyz",
                for: .public,
                document: RouteDocument(
                    "getReadiness",
                    "Whether the server should be sent requests.",
                    query: [.optional("verbose", .string(), "With this, what each part says.")],
                    answers: [.ok(.readiness)],
                    problems: [.invalidRequest, .notReady]
                )
            ) { call throws(Problem) in try readyz(call, readiness) },
            Route(
                .GET,
                "/metrics",
                for: audience,
                on: .pool,
                document: RouteDocument("getMetrics", "Metrics as Prometheus text.", answers: [.ok(.text())])
            ) { _ throws(Problem) in
                Reply(contentType: "text/plain; version=0.0.4; charset=utf-8", body: Array(metrics.text().utf8))
            },
        ]
    }

    private static func readyz(_ call: HTTPCall, _ readiness: Readiness) throws(Problem) -> Reply {
        let answers = readiness.answers()
        let isReady = answers.allSatisfy(\.answer.isReady)
        let checks = JSONValue.array(
            answers.map { name, answer in
                var object = JSONObject([("name", .string(name)), ("ready", .bool(answer.isReady))])
                object["detail"] = answer.detail.map { .string($0) }
                return .object(object)
            }
        )
        guard isReady else {
            let failing = answers.filter { !$0.answer.isReady }.map(\.name).joined(separator: ", ")
            throw Problem(.notReady, "not ready: \(failing)", members: [("checks", checks)])
        }
        let isVerbose = try call.queryValue("verbose") != nil
        return .json(isVerbose ? ["status": "ready", "checks": checks] : ["status": "ready"])
    }
}

extension Schema {
    fileprivate static let readiness = Schema.named(
        "Readiness",
        .object([
            .required("status", .choice(["ready"])),
            .optional(
                "checks",
                .array(
                    of: .object([
                        .required("name", .string()), .required("ready", .boolean), .optional("detail", .string()),
                    ])
                )
            ),
        ])
    )
}
