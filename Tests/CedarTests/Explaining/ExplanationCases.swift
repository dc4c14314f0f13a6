// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

/// Policies and what is said of one request to them: `User::"alice"` reads `Doc::"d"` with the context of
/// ``ExplanationTests``.
struct ExplanationCase: Sendable, CustomTestStringConvertible {
    let policies: String
    let sentences: [String]

    init(_ policies: String, _ sentences: String...) {
        self.policies = policies
        self.sentences = sentences
    }

    var testDescription: String { policies }

    static let all: [ExplanationCase] = [
        ExplanationCase("", "No policy permits.", "No other facts about the same request would make it allowed."),
        // One clause, each kind of comparison.
        ExplanationCase(
            "permit (principal, action, resource) when { context.risk < 50 };",
            "No policy permits.",
            "Nearest: `policy0` (line 1) lacks: context.risk < 50 (context.risk is 70).",
            "It would be allowed if context.risk were below 50."
        ),
        ExplanationCase(
            "permit (principal, action, resource) when { 50 >= context.risk };",
            "No policy permits.",
            "Nearest: `policy0` (line 1) lacks: 50 >= context.risk (context.risk is 70).",
            "It would be allowed if context.risk were at most 50."
        ),
        ExplanationCase(
            "permit (principal, action, resource) when { context.risk != 70 };",
            "No policy permits.",
            "Nearest: `policy0` (line 1) lacks: context.risk != 70 (context.risk is 70).",
            "It would be allowed if context.risk were not 70."
        ),
        ExplanationCase(
            "permit (principal, action, resource) when { resource.owner == principal };",
            "No policy permits.",
            "Nearest: `policy0` (line 1) lacks: resource.owner == principal (resource.owner is User::\"bob\", principal is User::\"alice\").",
            "It would be allowed if resource.owner were User::\"alice\"."
        ),
        // Several at once, on one value and on many.
        ExplanationCase(
            "permit (principal, action, resource) when { context.risk > 10 && context.risk < 20 && context.risk != 19 };",
            "No policy permits.",
            "Nearest: `policy0` (line 1) lacks: context.risk < 20 (context.risk is 70).",
            "It would be allowed if context.risk were below 20 and were above 10 and were not 19."
        ),
        ExplanationCase(
            "permit (principal, action, resource) when { context.new > 10 && context.new < 12 };",
            "No policy permits.",
            "Nearest: `policy0` (line 1) lacks: context.new > 10 (context.new is missing) and context.new < 12 (context.new is missing).",
            "`policy0` had no say, because it failed at line 1, column 45: the record does not have the attribute \"new\".",
            "It would be allowed if context.new were above 10 and were below 12."
        ),
        ExplanationCase(
            "permit (principal, action, resource) when { context has flags.beta && context.flags.beta == 7 };",
            "No policy permits.",
            "Nearest: `policy0` (line 1) lacks: context has flags.beta (context.flags.beta is missing) and context.flags.beta == 7 (context.flags.beta is missing).",
            "It would be allowed if context.flags.beta were 7."
        ),
        ExplanationCase(
            "permit (principal, action, resource) when { context.tags.contains(\"b\") && context.name like \"a*\" };",
            "No policy permits.",
            "Nearest: `policy0` (line 1) lacks: context.tags.contains(\"b\") (context.tags is [\"a\"]) and context.name like \"a*\" (context.name is \"bob\").",
            "It would be allowed if context.tags contained \"b\" and context.name were like \"a*\"."
        ),
        ExplanationCase(
            "permit (principal, action, resource) when { context.ip.isInRange(ip(\"192.168.0.0/16\")) && !context.ip.isLoopback() };",
            "No policy permits.",
            "Nearest: `policy0` (line 1) lacks: context.ip.isInRange(ip(\"192.168.0.0/16\")) (context.ip is ip(\"10.1.2.3\")).",
            "It would be allowed if context.ip were in 192.168.0.0/16 and did not have isLoopback()."
        ),
        // Alternatives.
        ExplanationCase(
            "permit (principal, action, resource) when { context.mfa || principal.admin };",
            "No policy permits.",
            "Nearest: `policy0` (line 1) lacks: context.mfa || principal.admin (context.mfa is false, principal.admin is missing).",
            "`policy0` had no say, because it failed at line 1, column 60: User::\"alice\" does not have the attribute \"admin\".",
            "It would be allowed if context.mfa were true."
        ),
        ExplanationCase(
            "permit (principal, action, resource) when { if context.mfa then true else context.risk * 2 < 50 };",
            "No policy permits.",
            "Nearest: `policy0` (line 1) lacks: if context.mfa then true else context.risk * 2 < 50 (context.mfa is false, context.risk is 70).",
            "It would be allowed if context.mfa were true."
        ),
        ExplanationCase(
            "permit (principal, action, resource) unless { context.risk > 60 || resource.locked };",
            "No policy permits.",
            "Nearest: `policy0` (line 1) lacks: not (context.risk > 60) (context.risk is 70) and not (resource.locked) (resource.locked is true).",
            "It would be allowed if context.risk were at most 60 and resource.locked were false."
        ),
        // Two policies set a bound each: only the narrower one is told.
        ExplanationCase(
            "permit (principal, action, resource) when { context.risk < 5 }; forbid (principal, action, resource) when { context.risk > 8 };",
            "Forbidden by `policy1`.",
            "`policy1` (line 1) applies: context.risk > 8 (context.risk is 70).",
            "Nearest: `policy0` (line 1) lacks: context.risk < 5 (context.risk is 70).",
            "It would be allowed if context.risk were below 5."
        ),
        ExplanationCase(
            "permit (principal, action, resource) when { context.risk > 80 && context.risk >= 80 && context.risk >= 81 && context.risk != 70 };",
            "No policy permits.",
            "Nearest: `policy0` (line 1) lacks: context.risk > 80 (context.risk is 70), context.risk >= 80 (context.risk is 70), context.risk >= 81 (context.risk is 70) and context.risk != 70 (context.risk is 70).",
            "It would be allowed if context.risk were at least 81."
        ),
        // Memberships.
        ExplanationCase(
            "permit (principal in Group::\"board\", action, resource);",
            "No policy permits.",
            "Nearest: `policy0` (line 1) lacks: principal in Group::\"board\" (principal is User::\"alice\").",
            "It would be allowed if User::\"alice\" were in Group::\"board\"."
        ),
        ExplanationCase(
            "permit (principal, action, resource) when { principal in resource.readers };",
            "No policy permits.",
            "Nearest: `policy0` (line 1) lacks: principal in resource.readers (principal is User::\"alice\", resource.readers is [User::\"bob\"]).",
            "It would be allowed if resource.readers contained User::\"alice\"."
        ),
        ExplanationCase(
            "permit (principal, action, resource) when { principal.getTag(\"team\") == \"blue\" };",
            "No policy permits.",
            "Nearest: `policy0` (line 1) lacks: principal.getTag(\"team\") == \"blue\" (the tag \"team\" of principal is \"red\").",
            "It would be allowed if the tag \"team\" of User::\"alice\" were \"blue\"."
        ),
        // What facts cannot change.
        ExplanationCase(
            "permit (principal == User::\"bob\", action, resource); permit (principal, action == Action::\"write\", resource);",
            "No policy permits.",
            "Nearest: `policy0` (line 1) lacks: principal == User::\"bob\" (principal is User::\"alice\").",
            "Then: `policy1` (line 1) lacks: action == Action::\"write\" (action is Action::\"read\").",
            "No other facts about the same request would make it allowed."
        ),
        ExplanationCase(
            "permit (principal, action, resource) when { context.risk * 2 + 1 < 50 };",
            "No policy permits.",
            "Nearest: `policy0` (line 1) lacks: context.risk * 2 + 1 < 50 (context.risk is 70).",
            "It might be allowed if context.risk * 2 + 1 < 50 were true."
        ),
        ExplanationCase(
            "permit (principal, action, resource) when { false };",
            "No policy permits.",
            "Nearest: `policy0` (line 1) lacks: false.",
            "No other facts about the same request would make it allowed."
        ),
        // What applies.
        ExplanationCase(
            "permit (principal, action, resource); forbid (principal, action, resource) unless { !resource.locked || principal.level > 5 };",
            "Forbidden by `policy1`.",
            "`policy1` (line 1) applies: resource.locked (resource.locked is true) and not (principal.level > 5) (principal.level is 3).",
            "It would be allowed if resource.locked were false."
        ),
        ExplanationCase(
            "permit (principal in Group::\"all\", action, resource) when { principal.level == 3 && principal.hasTag(\"team\") };",
            "Allowed by `policy0`.",
            "`policy0` (line 1) applies: principal.level == 3 (principal.level is 3) and principal.hasTag(\"team\") (the tag \"team\" of principal is there).",
            "It would be denied if principal.level were not 3."
        ),
        ExplanationCase(
            "permit (principal, action, resource); permit (principal, action, resource); forbid (principal, action, resource) when { context.risk > 90 };",
            "Allowed by `policy0` and `policy1`.",
            "It would be denied if context.risk were above 90."
        ),
        ExplanationCase(
            "permit (principal, action, resource);",
            "Allowed by `policy0`.",
            "No other facts about the same request would make it denied."
        ),
        // The place of a policy and of what failed in it.
        ExplanationCase(
            "\n  @id(\"late\")\n  permit (principal, action, resource)\n  when { context.name\n    < 3 };",
            "No policy permits.",
            "Nearest: `policy0` (line 2) lacks: context.name < 3 (context.name is \"bob\", expected long or datetime or duration, got string).",
            "`policy0` had no say, because it failed at line 4, column 10: expected long or datetime or duration, got string.",
            "It would be allowed if context.name were below 3."
        ),
    ]
}
