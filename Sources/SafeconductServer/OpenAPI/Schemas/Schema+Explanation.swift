// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

// What Cedar says of why, see `Explanation.json` of the library.
extension Schema {
    /// Why policies answered as they did.
    static let policyExplanation = Schema.named(
        "PolicyExplanation",
        .object([
            .required("text", Schema.string().described("A few sentences for people, one a line.")),
            .required("decision", .choice(["allow", "deny"])), .required("determining", .array(of: .string())),
            .required("failures", .array(of: failure)),
            .required("policies", Schema.array(of: policy).described("Those whose scope matches, in source order.")),
            .required("policies_omitted", .integer(0...Int64.max)),
            .required("nearest", Schema.array(of: policy).described("Permits that miss least, with what is unmet.")),
            .required("change", change),
        ])
    )

    private static let failure = Schema.object([
        .required("policy", .string()), .optional("code", .string()), .optional("message", .string()),
        .optional("line", .integer(1...Int64.max)), .optional("column", .integer(1...Int64.max)),
        .optional("hidden", Schema.boolean.described("Where and why it failed may not be told.")),
    ])

    private static let policy = Schema.object([
        .required("policy", .string()), .required("effect", .choice(["permit", "forbid"])),
        .required("line", .integer(1...Int64.max)), .required("column", .integer(1...Int64.max)),
        .required("outcome", .choice(["satisfied", "not_satisfied", "failed", "out_of_scope"])),
        .required(
            "unmet_scope",
            .array(
                of: .object([
                    .required("variable", .choice(["principal", "action", "resource"])),
                    .required("actual", Schema.string().orNull), .required("wanted", Schema.string().orNull),
                ])
            )
        ),
        .required("unmet_clauses", .integer(0...Int64.max)), .required("clauses", .array(of: clause)),
        .optional("clauses_omitted", .integer(1...Int64.max)),
    ])

    private static let clause = Schema.object([
        .required("text", Schema.string().orNull), .required("line", .integer(1...Int64.max)),
        .required("column", .integer(1...Int64.max)), .required("condition", .choice(["when", "unless"])),
        .optional("holds", Schema.boolean.orNull.described("Null when it can't be evaluated.")),
        .optional("hidden", Schema.boolean.described("Whether it may not be told how it came out.")),
        .optional("error", .object([.required("code", .string()), .optional("message", .string())])),
        .required("wanted", Schema.boolean.orNull.described("What serves the policy; null when either may.")),
        .optional("reached", Schema.boolean.orNull.described("Whether the decision evaluated it; null: hidden.")),
        .optional("decisive", Schema.boolean.orNull.described("Whether it determines the policy's outcome.")),
        .required("values", Schema.array(of: read).described("What it reads, and what was seen there.")),
    ])

    private static let read = Schema.object([
        .required("name", .string()),
        .required("root", Schema.anyOf([.choice(["principal", "action", "resource", "context"]), null])),
        .optional("value", .any), .optional("large", .string()), .optional("present", .boolean),
        .optional("missing", .boolean), .optional("hidden", .boolean), .optional("error", .string()),
        .optional("unread", .boolean),
    ])

    private static let change = Schema.object([
        .required("status", .choice(["verified", "needs", "impossible", "not_found", "not_sought"])),
        .required("verified", Schema.boolean.described("Decided again with the facts, the answer is the other one.")),
        .required(
            "facts",
            .array(
                of: .object([
                    .required("root", Schema.anyOf([.choice(["principal", "action", "resource", "context"]), null])),
                    .optional("text", .string()), .optional("path", .array(of: .string())),
                    .optional("subject", .map(of: .any)), .optional("example", .any), .optional("hidden", .boolean),
                    .optional(
                        "requirements",
                        .array(
                            of: .object([
                                .required("op", .string()), .optional("value", .any), .optional("large", .string()),
                            ])
                        )
                    ),
                ])
            )
        ),
    ])

    private static let null = Schema(JSONObject([("type", "null")]))
}
