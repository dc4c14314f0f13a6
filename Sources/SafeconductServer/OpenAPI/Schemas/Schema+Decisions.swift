// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import TrustModel

// What a decision is on the wire and in its log.
extension Schema {
    static let decision = Schema.named("Decision", .anyOf([.object(decisionMembers), .object(commandMembers)]))

    /// A decision with what deciding it again showed.
    static let explanation = Schema.named(
        "Explanation",
        .anyOf([.object(decisionMembers + explained), .object(commandMembers + explained)])
    )

    private static let explained: [Member] = [
        .required(
            "request",
            Schema.anyOf([.map(of: .any), .choice(["erased"])]).described("The attributes that policies saw.")
        ),
        .required("replay", replay),
        .optional("explanation", policyExplanation.described("Why; absent where no policy was asked.")),
    ]

    /// A command that was not let in.
    private static let commandMembers: [Member] = [
        .required("id", .id(.decision)), .required("log", .string()), .required("index", .integer(0...Int64.max)),
        .required("kind", .choice(["command"])), .required("at", .timestamp), .required("rev", .revision),
        .required("by", .id(.operator)), .required("action", .string()),
        .required(
            "resource",
            .object([.required("type", .string()), .required("name", .string()), .optional("scope", .any)])
        ),
        .required("change", .map(of: .any).described("What the command would have made of it.")),
        .required("outcome", .choice(["deny"])), .required("reason", word), .required("policies", .id(.policySet)),
        .required("determining", texts), .required("failures", texts), .optional("by_name", .name),
    ]

    private static let decisionMembers: [Member] =
        [
            .required("id", .id(.decision)), .required("log", .string()), .required("index", .integer(0...Int64.max)),
            .required("at", .timestamp), .required("rev", .revision), .required("pep", .id(.enforcementPoint)),
            .optional("identity", .id(.identity)),
            .optional("service", .object([.required("name", .name), .required("kind", .choice(Identity.Kind.self))])),
            .optional("workload", .string().described("A SPIFFE ID, or `sha256:` over issuer and subject.")),
            .optional("credential", .fingerprint),
            .optional("window", .object([.required("not_before", .timestamp), .required("expires_at", .timestamp)])),
            .optional("issuer", .id(.issuer)),
            .optional("token", .id(.credential).described("The presented token, where it was issued here.")),
            .optional("task", .string().described("The task that it was issued for.")),
            .required("api", .id(.api)), .optional("operation", .name),
            .optional("purpose", .term), .required("outcome", .choice(Safeconduct.Decision.Outcome.self)),
            .required("reason", word), .optional("policies", .id(.policySet)),
            .required("determining", texts), .required("failures", texts), .required("remedies", texts),
            .required("met", texts),
        ] + decisionFacts + [
            .required("assurance", .integer()), .required("binding", word),
            .required("trust", .object([.required("caller", trust), .required("api", trust)])),
            .optional("withheld", .string().described("A keyed digest of the attributes that policies did not see.")),
            .optional("pep_name", .name), .optional("identity_name", .name), .optional("api_name", .name),
            .optional("issuer_name", .name),
            .optional("outcome_report", outcomeReport.described("What came of the call; absent if it was stopped.")),
        ]

    /// One leaf of counted refusals; those of the running minute have no place in a log yet.
    static let refusals = Schema.named(
        "Refusals",
        .object([
            .optional("log", .string()), .optional("index", .integer(0...Int64.max)), .optional("at", .timestamp),
            .required("rev", .revision), .required("from", .timestamp),
            .required(
                "counts",
                .array(
                    of: .object([
                        .optional("pep", .id(.enforcementPoint)), .optional("pep_name", .name),
                        .optional("route", .string()), .required("reason", word),
                        .required("count", .integer(0...Int64.max)),
                    ])
                )
            ),
        ])
    )

    /// A protected operation that was called without an identity, or a client that proves itself as it should not.
    static let finding = Schema.named(
        "Finding",
        .object([
            .required("kind", .choice(["authn.missing"] + LegacyProofs.Kind.allCases.map(\.rawValue))),
            .optional("api", .string()), .optional("operation", .string().described("`api/operation`.")),
            .optional("enforcement_point", .string()),
            .optional("identity", .string().described("The client.")), .optional("credential", .id(.credential)),
            .required("calls", .integer(0...Int64.max)),
            .required("first_at", .timestamp), .required("last_at", .timestamp),
        ])
    )

    /// One leaf of a log; salt and body are absent once they were erased.
    static let leaf = Schema.named(
        "Leaf",
        .object([
            .required("index", .integer(0...Int64.max)),
            .required("commitment", .string().described("SHA-256 over domain, salt and body, base64.")),
            .optional("salt", .string().described("32 bytes, base64.")),
            .optional("body", .string().described("The stored bytes, base64.")),
        ])
    )

    private static let replay = Schema.object(
        replayMembers + [
            .required(
                "candidates",
                .array(
                    of: .object([
                        .required("policy", .string()), .required("effect", .choice(["permit", "forbid"])),
                        .required("mode", .choice(["enforce", "shadow"])),
                        .required("state", .choice(["satisfied", "not_satisfied", "failed"])),
                        .required("detail", .string()),
                    ])
                )
            )
        ]
    )

    static let texts = Schema.array(of: .string())
    static let word = Schema.string(pattern: "^[a-z_]+$")
    private static let trust = Schema.object([
        .required("score", .score), .required("band", .choice(TrustScore.Band.self)),
    ])

    /// The `context` of an AuthZEN answer that the engine gives; of one fault of a batch, the error.
    static let decisionContext = Schema.named(
        "DecisionContext",
        .object([
            .optional("decision_id", .id(.decision)),
            .optional("outcome", .choice(Safeconduct.Decision.Outcome.self)),
            .optional(
                "reason",
                .object([
                    .required("class", word), .required("message", .string()), .required("policies", texts),
                ])
            ),
            .optional("remedies", texts), .optional("remaining", .integer(0...Int64.max)),
            .optional("retry_after_ms", .integer(0...Int64.max)), .optional("rev", .revision),
            .optional("policy_digest", .fingerprint),
            .optional("rate_limits", .array(of: rateLimit)), .optional("features", texts),
            .optional("challenges", texts), .optional("access_request", accessRequest),
            .optional(
                "response_headers",
                Schema.array(of: .object([.required("name", .string()), .required("value", .string())]))
                    .described("Header fields for the one who calls.")
            ),
            .optional(
                "score",
                .object([.required("caller", .score), .required("band", .choice(TrustScore.Band.self))])
            ),
            .optional("log", .string()), .optional("error", evaluationError),
            .optional(
                "explanation",
                policyExplanation.described("Why, for an enforcement point that may ask and does; some values hidden.")
            ),
            .optional(
                "explanation_omitted",
                Schema.boolean.described("The explanations of one request's answers would be too long together.")
            ),
        ])
    )
}
