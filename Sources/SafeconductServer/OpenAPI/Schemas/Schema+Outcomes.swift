// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import TrustModel

// What came of decisions.
extension Schema {
    /// What an enforcement point tells.
    static let told = Schema.named("Outcome", .object(members(orNull: true)))

    /// One report of a batch.
    static let reportedOutcome = Schema.named(
        "ReportedOutcome",
        .object([.required("decision", .id(.decision))] + members(orNull: true))
    )

    /// What is known, as a decision shows it.
    static let outcomeReport = Schema.named(
        "OutcomeReport",
        .object(
            [
                .required("state", .choice(OutcomeState.self)), .optional("at", .timestamp),
                .optional("result", .choice(OutcomeResult.self)), .optional("enforced", .boolean),
            ] + members(orNull: false) + [.optional("log", .string()), .optional("index", .integer(0...Int64.max))]
        )
    )

    /// The answers to a batch.
    static let outcomeResults = Schema.named(
        "OutcomeResults",
        .object(
            ["recorded", "repeated", "refused", "failed"].map { .required($0, .integer(0...Int64.max)) } + [
                .required(
                    "items",
                    .array(
                        of: .object([
                            .optional("decision", .id(.decision)),
                            .required("result", .choice(["recorded", "repeated", "refused", "failed"])),
                            .optional("code", .choice(ProblemCode.self)), .optional("detail", .string()),
                        ])
                    )
                )
            ]
        )
    )

    /// The members of a report. In a request null counts as absent.
    private static func members(orNull: Bool) -> [Member] {
        let count = Schema.integer(0...Int64.max)
        let members: [(String, Schema)] = [
            ("passed", Schema.boolean.described("Whether the call was let through.")),
            ("status", .integer(100...599)), ("bytes", count), ("rows", count), ("amount", count),
            ("latency_ms", count), ("data_class", .term),
            ("error", Schema.string(pattern: "^[A-Za-z0-9._,:/-]{1,64}$").described("A code, no message.")),
        ]
        return members.map { .optional($0.0, orNull ? $0.1.orNull : $0.1) }
    }
}
