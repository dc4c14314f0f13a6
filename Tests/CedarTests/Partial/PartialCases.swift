// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One condition and what is left of it.
///
/// The request is that of `PartialEvaluationTests`: User::"alice" reads some Doc, with the level still to be told.
struct PartialCase: Sendable, CustomStringConvertible {
    /// The condition.
    let condition: String
    /// What is left of it without a schema: `true`, `false`, `error` or an expression.
    let untyped: String
    /// What is left of it with one, when that is something else.
    let typed: String?

    init(_ condition: String, _ untyped: String, typed: String? = nil) {
        self.condition = condition
        self.untyped = untyped
        self.typed = typed
    }

    var description: String { condition }

    static let all: [PartialCase] = [
        // What is known is calculated.
        PartialCase("principal == User::\"alice\"", "true"),
        PartialCase("principal.age + 1 - 2 < 40", "true"),
        PartialCase("principal in Group::\"staff\"", "true"),
        PartialCase("context.mfa && principal.name like \"a*\"", "true"),
        PartialCase("principal.getTag(\"team\") == \"red\"", "true"),
        PartialCase("ip(principal.address).isInRange(ip(\"10.0.0.0/8\"))", "true"),
        PartialCase("if principal.age > 40 then resource.open else true", "true"),
        PartialCase("principal.nope == resource.size", "error"),
        PartialCase("context.nope", "error"),
        PartialCase("User::\"nobody\".age == 1", "error"),
        PartialCase("9223372036854775807 + 1 == resource.size", "error"),
        PartialCase("1", "error"),
        // What is not stays, with what is known put in.
        PartialCase("resource.owner == principal", "(resource.owner == User::\"alice\")"),
        PartialCase("resource.size < principal.age + 1", "(resource.size < 32)"),
        PartialCase("principal.age + 1 + resource.size == 3", "((32 + resource.size) == 3)"),
        PartialCase("resource.size + principal.age + 1 == 3", "((resource.size + 31 + 1) == 3)"),
        PartialCase("resource in Folder::\"f\"", "(resource in Folder::\"f\")"),
        PartialCase(
            "[resource.owner, principal].contains(principal)",
            "[resource.owner, User::\"alice\"].contains(User::\"alice\")"
        ),
        PartialCase("context.level > 3 && context.mfa", "(context.level > 3)"),
        PartialCase("{a: resource, b: 1}.b == 1", "({a: resource, b: 1}.b == 1)"),
        PartialCase("if resource.open then 1 == 1 else false", "(if resource.open then true else false)"),
        // Of a chain only what matters stays.
        PartialCase("true && resource.open && context.mfa", "(resource.open && true)", typed: "resource.open"),
        PartialCase("resource.open || !context.mfa", "(resource.open || false)", typed: "resource.open"),
        PartialCase("resource == principal && false", "false"),
        PartialCase("resource.open && false", "(resource.open && false)", typed: "false"),
        PartialCase("resource.open && !context.mfa && resource.nope", "(resource.open && false)", typed: "false"),
        PartialCase("resource.open || true", "(resource.open || true)", typed: "true"),
        PartialCase("resource.draft || true", "(resource.draft || true)"),
        PartialCase("false && resource.open", "false"),
        PartialCase("true || resource.open", "true"),
        PartialCase("resource.open && 1", "(resource.open && 1)"),
        PartialCase("resource.open && context.nope", "(resource.open && context.nope)"),
        PartialCase("context.nope && resource.open", "error"),
        PartialCase("resource.size + 1 < 0 && false", "(((resource.size + 1) < 0) && false)"),
        // Types tell what cannot be.
        PartialCase("resource is Doc", "true"),
        PartialCase("resource is Folder", "false"),
        PartialCase("resource == User::\"alice\"", "false"),
        PartialCase("resource in Group::\"staff\"", "(resource in Group::\"staff\")", typed: "false"),
        PartialCase("resource in [Group::\"staff\", Doc::\"d\"]", "(resource in [Doc::\"d\", Group::\"staff\"])"),
        PartialCase("resource in [1]", "error"),
        PartialCase("principal in resource.readers", "(User::\"alice\" in resource.readers)"),
        PartialCase("principal in resource.owner", "(User::\"alice\" in resource.owner)"),
        PartialCase("principal in resource.parent", "(User::\"alice\" in resource.parent)", typed: "false"),
        PartialCase("resource has owner", "(resource has owner)", typed: "true"),
        PartialCase("resource has nope", "(resource has nope)", typed: "false"),
        PartialCase("resource has draft", "(resource has draft)"),
        PartialCase("resource has meta.kind", "(resource has meta.kind)", typed: "true"),
        PartialCase("resource.size == \"x\"", "(resource.size == \"x\")", typed: "false"),
        PartialCase(
            "resource.size == 1 || resource.owner == resource",
            "((resource.size == 1) || (resource.owner == resource))",
            typed: "(resource.size == 1)"
        ),
        PartialCase("resource.hasTag(\"x\")", "resource.hasTag(\"x\")", typed: "false"),
        PartialCase("context has level", "(context has level)"),
        PartialCase("context has other", "false"),
        PartialCase("context has mfa", "true"),
        PartialCase("resource.draft && false", "(resource.draft && false)"),
        PartialCase("resource is Doc in Folder::\"f\"", "(resource is Doc in Folder::\"f\")"),
        PartialCase("principal is User in resource.owner", "(User::\"alice\" in resource.owner)"),
        PartialCase("principal is Group in resource.nope", "false"),
        // The group may be missing, also where an entity of that type may be in it.
        PartialCase(
            "(resource.owner is User in resource.home) && false",
            "((resource.owner is User in resource.home) && false)"
        ),
    ]
}
