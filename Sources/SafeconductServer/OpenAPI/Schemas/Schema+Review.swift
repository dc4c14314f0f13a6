// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import TrustModel

// What policies would do, did, and failed at.
extension Schema {
    private static let count = Schema.integer(0...Int64.max)
    private static let outcome = Schema.choice(Safeconduct.Decision.Outcome.self)

    /// What decisions have besides an answer; each only where there is something to say.
    static let decisionFacts: [Member] = [
        .optional("limits", .array(of: .object([.required("policy", .string()), .required("remedy", .string())]))),
        .optional(
            "bindings",
            Schema.array(
                of: .object([
                    .required("policy", .string()), .required("remedy", .string()), .optional("attributes", texts),
                    .required("digest", .string()),
                ])
            ).described("What a record that meets a remedy would hold for; without `attributes` for all of them.")
        ),
        .optional("alerts", texts),
        .optional(
            "shadow",
            Schema.object(answerMembers).described("The answer had the policies in shadow mode been enforced.")
        ),
        .optional(
            "shadow_set",
            Schema.object([.required("policies", .id(.policySet))] + answerMembers)
                .described("The answer of the policy set in shadow, where it is another one.")
        ),
    ]

    /// What is the same in a replay alone and in an explanation.
    static let replayMembers: [Member] = [
        .required("identical", .boolean), .optional("obstacle", .choice(ReplayObstacle.self)),
        .optional("answer", .object(answerMembers)),
    ]

    static let replayedDecision = Schema.named(
        "ReplayedDecision",
        .object(
            [
                .required("id", .id(.decision)), .required("rev", .revision),
                .required("recorded", .object(answerMembers)),
            ] + replayMembers
        )
    )

    static let replayedDecisions = Schema.named(
        "ReplayedDecisions",
        .object([
            .required("decisions", count), .required("identical", count), .required("unasked", count),
            .required("not_replayed", .map(of: count)), .required("different", .array(of: .id(.decision))),
            .optional("next_page_token", .string(length: 1...4096)),
        ])
    )

    private static let answerMembers: [Member] = [
        .required("outcome", outcome), .required("reason", word), .required("determining", texts),
        .required("failures", texts), .required("remedies", texts),
    ]

    /// What an activation changes.
    static let reviewMembers: [Member] = [
        .required(
            "change",
            .object([
                .required("forbids_weakened", texts), .required("forbids_removed", texts),
                .required("forbids_changed", texts),
            ])
        ),
        .required("warnings", .array(of: policyFinding)),
        .optional("warnings_total", count.described("Where there are more than are told of.")),
        .required("tests", policyTests),
    ]

    /// Something that a set's author should look at.
    private static let policyFinding = Schema.named(
        "PolicyFinding",
        .object([
            .required("severity", .choice(PolicyFinding.Severity.self)), .required("code", word),
            .required("file", .string()), .optional("policy", .string()), .required("message", .string()),
            .optional("help", .string()), .required("line", count), .required("column", count),
        ])
    )

    /// What came of a set's tests: those that failed, and the policies that none is about.
    private static let policyTests = Schema.named(
        "PolicyTests",
        .object([
            .required("passed", count), .required("failed", count),
            .required(
                "failures",
                .array(
                    of: .object([
                        .required("file", .string()), .required("name", .string()), .required("expected", outcome),
                        .required("outcome", outcome), .required("reason", word), .required("line", count),
                        .required("policies", texts), .required("faults", texts),
                    ])
                )
            ),
            .required("untested_total", count), .required("untested", texts),
        ])
    )

    static let policyReview = Schema.named(
        "PolicyReview",
        .object(
            [.required("digest", .fingerprint)] + reviewMembers + [
                .optional(
                    "refusal",
                    Schema.object([
                        .required("pointer", .string()), .required("code", word), .required("detail", .string()),
                    ]).described("Why an activation would be refused.")
                )
            ]
        )
    )

    static let simulationRequest = Schema.named(
        "SimulationRequest",
        .object([
            .required(
                "files",
                .array(
                    of: .object([.required("name", .string(length: 1...255)), .required("text", .string())]),
                    count: 1...PolicySet.fileLimit
                )
            ),
            .optional("since", Schema.timestamp.orNull),
            .optional("limit", Schema.integer(1...100_000).orNull.described("The newest so many decisions; 10000.")),
            .optional("examples", Schema.integer(0...20).orNull.described("To name for each kind of change; 3.")),
        ])
    )

    static let simulation: Schema = {
        let example = Schema.object([
            .required("decision", .id(.decision)), .optional("identity", .id(.identity)),
            .optional("identity_name", .name), .required("api", .id(.api)), .optional("api_name", .name),
            .optional("operation", .name), .required("from_reason", word), .required("to_reason", word),
            .required("determining", texts), .required("remedies", texts),
        ])
        let change = Schema.object([
            .required("from", outcome), .required("to", outcome), .required("count", count),
            .required("examples", .array(of: example)),
        ])
        func counts(_ name: String, _ kind: ObjectKind) -> Schema {
            .array(
                of: .object([.required(name, .id(kind)), .optional("\(name)_name", .name), .required("changed", count)]
                ),
                count: 0...50
            )
        }
        return .named(
            "Simulation",
            .object([
                .required("decisions", count), .required("replayed", count), .required("changed", count),
                .required("unchanged", count), .required("unasked", count), .required("failed", count),
                .required("not_replayed", .map(of: count)), .optional("oldest", .timestamp),
                .optional("newest", .timestamp), .required("changes", .array(of: change)),
                .required("by_identity", counts("identity", .identity)), .required("by_api", counts("api", .api)),
            ])
        )
    }()

    static let policyErrors = Schema.named(
        "PolicyErrors",
        .object([
            .required(
                "items",
                .array(
                    of: .object([
                        .required("policy_set", .id(.policySet)), .required("policy", .string()),
                        .required("effect", .choice(["permit", "forbid"])), .required("error", word),
                        .required("count", count), .required("first_at", .timestamp),
                        .required("last_at", .timestamp), .required("last_decision", .id(.decision)),
                    ]),
                    count: 0...PolicyErrors.limit
                )
            ),
            .required("others", count.described("How often others failed that are not told apart any more.")),
        ])
    )

    static let alert = Schema.named(
        "Alert",
        .object([
            .required("decision", .id(.decision)), .required("at", .timestamp), .required("channels", texts),
            .required("outcome", outcome), .required("policies", texts), .optional("identity", .id(.identity)),
            .optional("identity_name", .name), .required("api", .id(.api)), .optional("api_name", .name),
            .optional("operation", .name),
        ])
    )

    /// When an enforcement point was heard of, and what it runs with; absent until it is.
    static let pointReport: [Member] = [
        .optional("last_seen", .timestamp),
        .optional(
            "runs_with",
            .object([
                .optional("policy_digest", .fingerprint), .optional("rev", .revision), .optional("behind", count),
                .required("reported_at", .timestamp), .required("age_ms", count),
                .optional("drifting_since", .timestamp),
            ])
        ),
    ]

    /// One limit, in the `context` of an answer.
    static let rateLimit = Schema.object([
        .required("policy", .string()), .required("unit", .string()), .required("quota", count),
        .required("window_ms", count), .required("remaining", count), .required("reset_ms", count),
    ])

    /// Who has to approve what.
    static let accessRequest = Schema.object([
        .required("groups", texts), .required("decision_id", Schema.id(.decision).orNull),
    ])
}
