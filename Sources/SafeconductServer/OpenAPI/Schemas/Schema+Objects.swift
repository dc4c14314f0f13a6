// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import TrustModel

// Registered objects, each in both forms.
extension Schema {
    static let operatorInput = operatorObject(ObjectForm(isInput: true))
    static let operatorObject = operatorObject(ObjectForm(isInput: false))
    static let identityInput = identity(ObjectForm(isInput: true))
    static let identity = identity(ObjectForm(isInput: false))
    static let apiInput = api(ObjectForm(isInput: true))
    static let api = api(ObjectForm(isInput: false))
    static let issuerInput = issuer(ObjectForm(isInput: true))
    static let issuer = issuer(ObjectForm(isInput: false))
    static let enforcementPointInput = enforcementPoint(ObjectForm(isInput: true))
    static let enforcementPointCreation = enforcementPoint(
        ObjectForm(isInput: true, namesItself: true),
        named: "NewEnforcementPoint"
    )
    static let enforcementPoint = enforcementPoint(ObjectForm(isInput: false))

    /// An enforcement point with the token that is shown once.
    static let enforcementPointWithToken = enforcementPoint(
        ObjectForm(isInput: false),
        named: "EnforcementPointWithToken",
        adding: [.required("token", .string().described("Shown this once."))]
    )

    private static func operatorObject(_ form: ObjectForm) -> Schema {
        form.object(
            "Operator",
            .operator,
            freeText: Operator.freeText,
            [.required("kind", .choice(Operator.Kind.self))] + form.custody(ownerIsOptional: true) + [
                form.optional(
                    "roles",
                    .array(of: .choice(Role.self), count: 0...Role.allCases.count)
                        .described("What it is here to do; absent where there are none.")
                )
            ]
        )
    }

    private static func identity(_ form: ObjectForm) -> Schema {
        let binding = Schema.object([
            .required("issuer", form.reference(to: .issuer)),
            .required("subject", .string(length: 1...2048).described("The exact `sub` of its tokens.")),
            form.defaulted(
                "claims",
                .map(of: claim, count: 0...16).described("Further claims, each exactly equal.")
            ),
        ])
        return form.object(
            "Identity",
            .identity,
            freeText: Identity.freeText,
            [.required("kind", .choice(Identity.Kind.self))] + form.custody() + [
                form.defaulted("labels", .array(of: .term, count: 0...Identity.labelLimit)),
                form.defaulted(
                    "federation",
                    .array(of: binding, count: 0...Identity.federationLimit)
                        .described("The foreign tokens that prove it.")
                ),
            ]
        )
    }

    private static func api(_ form: ObjectForm) -> Schema {
        let operation = Schema.named(
            form.isInput ? "OperationInput" : "Operation",
            .object([
                .required("name", .name),
                .required("method", .string(pattern: "^[A-Z]{1,32}$").example("GET")),
                .required("path", .string(length: 1...8192).example("/orders/{id}")),
                form.defaulted("action", .choice(TrustModel.Operation.Action.self)),
                form.optional("data_class", .term),
                form.optional("sensitivity", .score),
                form.defaulted("capabilities", .array(of: .choice(TrustModel.Operation.Capability.self))),
                form.defaulted(
                    "attributes",
                    .array(of: .term, count: 0...64).described("The request attributes that policies may see.")
                ),
            ])
        )
        return form.object(
            "Api",
            .api,
            freeText: Api.freeText,
            form.custody() + [
                form.defaulted("hosts", .array(of: .string(length: 1...261), count: 0...64)),
                form.defaulted("base_path", .string(length: 0...8192)),
                form.defaulted("data_class", .term),
                form.defaulted("sensitivity", .score),
                form.defaulted("operations", .array(of: operation, count: 0...Api.operationLimit)),
                form.optional(
                    "served_by",
                    .array(of: form.reference(to: .identity), count: 0...Api.serverLimit).described(
                        "The identities by which the API calls others: they may exchange the tokens it is called with."
                    )
                ),
            ]
        )
    }

    private static func issuer(_ form: ObjectForm) -> Schema {
        form.object(
            "Issuer",
            .issuer,
            freeText: Issuer.freeText,
            form.custody() + [
                .required("url", url.described("The exact `iss` of its tokens.")),
                form.optional("jwks_url", url.described("Where its keys are, unless its discovery document says.")),
                .required("audiences", .array(of: .string(length: 1...512), count: 1...16)),
                form.defaulted("algorithms", .array(of: .choice(Issuer.knownAlgorithms))),
                form.defaulted("token_types", .array(of: .string(pattern: "^[!#-\\[\\]-~]{1,64}$"), count: 0...8)),
                form.defaulted("maximum_token_seconds", .integer(1...86_400)),
                form.defaulted("one_time", .boolean),
                form.defaulted(
                    "required_claims",
                    .map(of: .anyOf([claim, .array(of: claim, count: 1...16)]), count: 0...16)
                ),
                form.defaulted("trust_domain", .term),
            ]
        )
    }

    private static func enforcementPoint(
        _ form: ObjectForm,
        named name: String = "EnforcementPoint",
        adding more: [Schema.Member] = []
    ) -> Schema {
        form.object(
            name,
            .enforcementPoint,
            freeText: EnforcementPoint.freeText,
            form.custody() + [
                .required(
                    "apis",
                    .array(of: form.reference(to: .api), count: 1...256).described("The APIs it may ask about.")
                ),
                form.defaulted("subjects", .array(of: .choice(EnforcementPoint.SubjectKind.self))),
                form.optional(
                    "explanations",
                    Schema.boolean.described("Whether its questions may ask why (`options.explain`); absent means no.")
                ),
            ],
            adding: more + pointReport
        )
    }

    private static let claim = Schema.anyOf([
        .string(length: 0...2048), .integer(Int64.min...Int64.max), .boolean,
    ])
    private static let url = Schema.string(pattern: "^[!-~]{8,512}$", format: "uri")
}
