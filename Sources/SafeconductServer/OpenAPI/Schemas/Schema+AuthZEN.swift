// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

// The messages of the AuthZEN Authorization API 1.0. Members that nobody here knows are ignored, so requests are open.
extension Schema {
    static let evaluationRequest = Schema.named(
        "EvaluationRequest",
        .object(
            [
                .required("subject", entity), .required("action", action), .required("resource", entity),
                .optional("context", properties), .optional("options", Schema.object([explain], isOpen: true).orNull),
            ],
            isOpen: true
        )
    )

    static let evaluationsRequest = Schema.named(
        "EvaluationsRequest",
        .object(
            [
                .optional("subject", entityDefaults.orNull), .optional("action", actionDefaults.orNull),
                .optional("resource", entityDefaults.orNull), .optional("context", properties),
                .optional(
                    "evaluations",
                    Schema.array(of: .any, count: 0...EvaluationReader.maximumItems).orNull
                        .described("Each like the request itself; what an item lacks is taken from there.")
                ),
                .optional(
                    "options",
                    Schema.object(
                        [.optional("evaluations_semantic", Schema.choice(EvaluationsSemantic.self).orNull), explain],
                        isOpen: true
                    ).orNull
                ),
            ],
            isOpen: true
        )
    )

    /// An answer.
    ///
    /// - Parameter context: What the decision point tells beside yes and no.
    static func evaluationResponse(_ context: Schema) -> Schema {
        .named(
            "EvaluationResponse",
            .object([.required("decision", .boolean), .optional("context", context)])
        )
    }

    /// The answers to a batch; the answer to one question when it held no `evaluations`.
    static func evaluationsResponse(_ context: Schema) -> Schema {
        .named(
            "EvaluationsResponse",
            .anyOf([
                .object([
                    .required(
                        "evaluations",
                        .array(of: evaluationResponse(context), count: 0...EvaluationReader.maximumItems)
                    )
                ]),
                evaluationResponse(context),
            ])
        )
    }

    /// A question with one part left open (section 8).
    static func searchRequest(_ sought: AccessSearch.Sought) -> Schema {
        let open = Schema.object([.required("type", .string())], isOpen: true)
        var members: [Member] = [.required("subject", sought == .subject ? open : entity)]
        if sought != .action { members.append(.required("action", action)) }
        members.append(.required("resource", sought == .resource ? open : entity))
        members += [.optional("context", properties), .optional("page", pageRequest)]
        return .named("\(sought.name)SearchRequest", .object(members, isOpen: true))
    }

    /// A page of what was sought.
    static func searchResponse(_ sought: AccessSearch.Sought) -> Schema {
        let result: Schema =
            sought == .action
            ? .object([.required("name", .string())])
            : .object([.required("type", .string()), .required("id", .string())])
        return .named(
            "\(sought.name)SearchResponse",
            .object([
                .required("results", .array(of: result, count: 0...AccessSearch.maximumResults)),
                .optional("page", pageResponse), .optional("context", .map(of: .any)),
            ])
        )
    }

    private static let pageRequest = Schema.object(
        [
            .optional("token", Schema.string().orNull.described("The next_token of the page before.")),
            .optional("limit", Schema.integer(1...Int64.max).orNull), .optional("properties", .any),
        ],
        isOpen: true
    ).orNull

    private static let pageResponse = Schema.object([
        .required("next_token", Schema.string().described("Empty on the last page.")),
        .required("count", .integer(0...Int64(AccessSearch.maximumResults))),
    ])

    /// The fault of one item of a batch (section 7.2.1).
    static let evaluationError = Schema.object([
        .required("status", .integer(400...599)), .required("message", .string()), .required("code", .string()),
        .optional("pointer", .string()),
    ])

    static let authZENConfiguration = Schema.named(
        "AuthZENConfiguration",
        .object([
            .required("policy_decision_point", .string()), .required("access_evaluation_endpoint", .string()),
            .required("access_evaluations_endpoint", .string()), .required("search_subject_endpoint", .string()),
            .required("search_resource_endpoint", .string()), .required("search_action_endpoint", .string()),
        ])
    )

    private static let explain = Schema.Member.optional(
        "explain",
        Schema.boolean.orNull.described("Ask why; where the decision point may say, the context has `explanation`.")
    )
    private static let properties = Schema.map(of: .any).orNull
    private static let entity = Schema.object(
        [.required("type", .string()), .required("id", .string()), .optional("properties", properties)],
        isOpen: true
    )
    private static let action = Schema.object(
        [.required("name", .string()), .optional("properties", properties)],
        isOpen: true
    )
    private static let entityDefaults = Schema.object(
        [
            .optional("type", Schema.string().orNull), .optional("id", Schema.string().orNull),
            .optional("properties", properties),
        ],
        isOpen: true
    )
    private static let actionDefaults = Schema.object(
        [.optional("name", Schema.string().orNull), .optional("properties", properties)],
        isOpen: true
    )
}

extension AccessSearch.Sought {
    /// The name as names of schemas begin.
    fileprivate var name: String {
        switch self {
        case .subject: "Subject"
        case .resource: "Resource"
        case .action: "Action"
        }
    }
}
