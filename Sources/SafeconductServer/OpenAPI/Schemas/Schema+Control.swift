// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON
import TrustModel

// Policies, revocation, credentials, decisions, logs and where a node stands.
extension Schema {
    static let policySetInput = policySet(ObjectForm(isInput: true))
    static let policySet = policySet(ObjectForm(isInput: false))
    /// A policy set with what its activation changed.
    static let activatedPolicySet = policySet(
        ObjectForm(isInput: false),
        named: "ActivatedPolicySet",
        adding: reviewMembers
    )
    /// A set that decides nothing yet.
    static let policyDraftInput = policySet(
        ObjectForm(isInput: true),
        named: "PolicyDraft",
        confirming: false
    )
    /// A step of a set that is in the log.
    static let policyStepInput = Schema.named(
        "PolicyStepInput",
        .object(
            [
                .optional(
                    "realm",
                    Schema.choice(PolicySet.Realm.self).orNull.described("What the set has to be about.")
                )
            ] + stepMembers
        )
    )
    /// The set that decides is taken back.
    static let policyRollbackInput = Schema.named(
        "PolicyRollbackInput",
        .object(
            [
                .optional("realm", Schema.choice(PolicySet.Realm.self).described("calls when absent.")),
                .optional("to", Schema.id(.policySet).described("The one that decided before when absent.")),
            ] + stepMembers
        )
    )
    private static let stepMembers: [Member] = [
        .optional(
            "confirm",
            Schema.array(of: .string()).orNull
                .described("The enforced forbids that go into shadow mode knowingly, by id.")
        ),
        .optional("reason", Schema.freeText.orNull),
    ]
    static let cutInput = cut(ObjectForm(isInput: true))
    static let cut = cut(ObjectForm(isInput: false))
    static let holdInput = hold(ObjectForm(isInput: true))
    static let hold = hold(ObjectForm(isInput: false))

    /// Why a hold is lifted.
    static let liftInput = Schema.named("LiftInput", .object([.optional("reason", Schema.freeText.orNull)]))

    static let credential: Schema = {
        let form = ObjectForm(isInput: false)
        return form.object(
            "Credential",
            .credential,
            freeText: [],
            named: false,
            [
                .required("kind", .choice(TrustModel.Credential.Kind.self)),
                .required("holder", .anyID),
                .required("fingerprint", .fingerprint),
            ] + form.custody() + [
                .required("ancestors", .array(of: .id(.credential), count: 0...TrustModel.Credential.ancestorLimit)),
                .optional("jwk", .map(of: .string(length: 1...1366)).described("The public key (RFC 7517).")),
                .optional("holder_name", .string()),
            ]
        )
    }()

    /// A key or a secret as it is registered for an identity; what is left out of its custody is the identity's.
    static let credentialInput = Schema.named(
        "CredentialInput",
        .anyOf([
            registration(of: .required("jwk", .map(of: .any).described("The public key, its private half left out."))),
            registration(
                of: .required(
                    "secret",
                    .string(length: 32...512).described("Instead of a key: what an imported client proves itself with.")
                )
            ),
        ])
    )

    private static func registration(of credential: Member) -> Schema {
        .object([
            .required("holder", Schema.reference(to: .identity).described("Whom it proves.")), credential,
            .optional("owner", Schema.reference(to: .operator).orNull),
            .optional("purpose", Schema.term.orNull), .optional("boundary", Schema.term.orNull),
            .optional("expires_at", Schema.timestamp.orNull),
            .optional("expires_in", .string(pattern: "^[1-9][0-9]{0,8}[smhd]$").example("90d").orNull),
        ])
    }

    private static func policySet(
        _ form: ObjectForm,
        named name: String = "PolicySet",
        confirming: Bool = true,
        adding more: [Member] = []
    ) -> Schema {
        let isConfirming = form.isInput && confirming
        let file = Schema.object([.required("name", .string(length: 1...255)), .required("text", .string())])
        return form.object(
            name,
            .policySet,
            freeText: PolicySet.freeText,
            named: false,
            [
                .required(
                    "files",
                    .array(of: file, count: 1...PolicySet.fileLimit).described("Policies, schema, tests.")
                ),
                form.defaulted("digest", .fingerprint),
                form.optional("realm", Schema.choice(PolicySet.Realm.self).described("calls when absent.")),
            ]
                + (isConfirming
                    ? [
                        .optional(
                            "confirm",
                            Schema.array(of: .string()).orNull
                                .described("The enforced forbids that go into shadow mode knowingly, by id.")
                        )
                    ] : []),
            adding: more
                + [
                    .required("state", .choice(PolicyStage.self)),
                    .optional("last_step", Schema.string().described("The kind of its entry.")),
                    .optional("changed_by", .anyID), .optional("changed_by_name", .name),
                    .optional("reason", Schema.freeText.described("Why the last step was taken.")),
                ]
        )
    }

    private static func cut(_ form: ObjectForm) -> Schema {
        form.object(
            "Cut",
            .cut,
            freeText: Cut.freeText,
            named: false,
            [.required("scope", scope(form)), form.optional("suspect_since", .timestamp)]
                + (form.isInput ? [] : [.optional("covers", coverage)])
        )
    }

    private static let coverage = Schema.object([
        .required("identities", .integer(0...Int64.max)), .required("credentials", .integer(0...Int64.max)),
    ]).described("What was live in the scope when it was cut; only in the answer to the cut itself.")

    private static func hold(_ form: ObjectForm) -> Schema {
        form.object("Hold", .hold, freeText: Hold.freeText, named: false, [.required("scope", scope(form))])
    }

    private static func scope(_ form: ObjectForm) -> Schema {
        .named(
            form.isInput ? "ScopeInput" : "Scope",
            .object([
                .required("kind", .choice(Scope.Kind.self)),
                form.optional("id", .string(length: 0...256).described("What of that kind; nothing for `all`.")),
            ])
        )
    }

    static let status = Schema.named(
        "Status",
        .object([
            .required("origin", .string()), .required("generation", .integer(1...Int64.max)),
            .required("confirmed", Schema.boolean.described("False after a restore until an operator confirms it.")),
            .required("rev", .revision), .required("state_digest", .fingerprint),
            .required("time", .timestamp), .required("node", .id(.node)),
            .required("active_policies", Schema.id(.policySet).orNull),
            .required("shadow_policies", Schema.id(.policySet).orNull),
            .required("active_command_policies", Schema.id(.policySet).orNull),
            .required("counts", .map(of: .integer(0...Int64.max))),
        ])
    )

    static let generationInput = Schema.named(
        "GenerationInput",
        .object([.required("generation", .integer(1...Int64.max))])
    )

    static let generation = Schema.named(
        "Generation",
        .object([.required("generation", .integer(1...Int64.max)), .required("confirmed", .boolean)])
    )

    static let log = Schema.named(
        "Log",
        .object([
            .required("name", .string()), .required("origin", .string()),
            .required("key", .string().described("The verifying key (C2SP signed-note).")),
            .required("size", .integer(0...Int64.max)),
        ])
    )

    static let node = Schema.named(
        "Node",
        .object([
            .required("id", .id(.node)), .required("since", .timestamp),
            .required(
                "verifying_key",
                .string().described("Signs the node's evidence logs: type byte and key, base64.")
            ),
            .required("number", .integer(1...65_535)),
            .required("answering", .boolean.described("Whether it is the node that answers this request.")),
            .required(
                "last_anchor",
                Schema.object([
                    .required("log", .string()), .required("size", .integer(0...Int64.max)),
                    .required("root", .string().described("Base64.")),
                ]).orNull
            ),
        ])
    )

    static let tokenKey = Schema.named(
        "TokenKey",
        .object([
            .required("id", .id(.tokenKey)),
            .required("thumbprint", .string().described("RFC 7638: the `kid` of the tokens it signs.")),
            .required("signs_from", .timestamp), .required("signs_until", .timestamp),
            .required("accepted_until", .timestamp), .required("state", .choice(TokenKeyStanding.self)),
        ])
    )
}
