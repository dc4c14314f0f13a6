// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// What may not be shown is found nowhere in what is shown.
@Suite struct ExplanationDisclosureTests {
    private func explain(_ text: String, _ disclosure: ExplanationDisclosure = .all) throws -> Explanation {
        try policies(text).explain(
            ExplanationTests.request(),
            entities: ExplanationTests.store(),
            disclosing: disclosure
        )
    }

    private func shown(_ explanation: Explanation) -> String {
        String(decoding: explanation.json.serialized(), as: UTF8.self)
    }

    // The secret is a value, the right side of a comparison, or in an error's message.
    @Test(arguments: [
        "principal.secret == \"x\"", "context.name == principal.secret", "principal.secret + 1 == 2",
        "principal.secret == \"x\" && context.mfa", "context.mfa || principal.secret like \"q*\"",
        "[\"a\"].contains(principal.secret)", "ip(principal.secret).isLoopback()",
        "decimal(principal.secret).lessThan(decimal(\"1.0\"))",
    ])
    func valuesOfTheStateAreHidden(_ condition: String) throws {
        #expect(shown(try explain(permit(when: condition))).contains("s3"))
        let onlyContext = shown(try explain(permit(when: condition), .only([.context])))
        #expect(!onlyContext.contains("s3"), "\(onlyContext)")
        #expect(onlyContext.contains("\"hidden\":true"))
    }

    // Policies and what is told of them to somebody who sees the context alone.
    private static let told: [(String, [String])] = [
        (
            "permit (principal, action, resource) when { principal.level > 3 && context.risk < 50 };",
            [
                "No policy permits.",
                "Nearest: `policy0` (line 1) lacks: context.risk < 50 (context.risk is 70) and perhaps what may not be shown.",
                "No few facts were found that would make it allowed.",
            ]
        ),
        (
            "permit (principal, action, resource) when { if principal.level > 3 then context.risk < 20 else context.risk < 30 };",
            [
                "No policy permits.", "Nearest: `policy0` (line 1) lacks: what may not be shown.",
                "No few facts were found that would make it allowed.",
            ]
        ),
        (
            "permit (principal, action, resource) when { context.risk == 70 && principal.level < 9 };",
            [
                "Allowed by `policy0`.",
                "`policy0` (line 1) applies: context.risk == 70 (context.risk is 70) and perhaps what may not be shown.",
                "No few facts were found that would make it denied.",
            ]
        ),
        // It came out as it did and reads nothing that would change, so it tells nothing.
        (
            "permit (principal, action, resource) when { context.risk < 50 }; forbid (principal, action, resource) when { principal.level > 9 };",
            [
                "No policy permits.", "Nearest: `policy0` (line 1) lacks: context.risk < 50 (context.risk is 70).",
                "It would be allowed if context.risk were below 50.",
            ]
        ),
        // It reads what would change.
        (
            "permit (principal, action, resource) when { context.risk < 50 }; forbid (principal, action, resource) when { context.risk < principal.level };",
            [
                "No policy permits.", "Nearest: `policy0` (line 1) lacks: context.risk < 50 (context.risk is 70).",
                "No few facts were found that would make it allowed.",
            ]
        ),
        (
            "permit (principal, action, resource) when { if principal.level > 3 then context.a else context.b };",
            [
                "No policy permits.", "Nearest: `policy0` (line 1) lacks: what may not be shown.",
                "`policy0` had no say, because it failed.", "No few facts were found that would make it allowed.",
            ]
        ),
    ]

    @Test(arguments: told) func whatIsTold(_ text: String, _ sentences: [String]) throws {
        #expect(try explain(text, .only([.context])).text == sentences.joined(separator: "\n"))
    }

    // Another level, secret, team and group of somebody, with which the answer is the same.
    private static let conditions = [
        "principal.level > 3 && context.risk < 50", "context.risk < 50 && principal.level > 3",
        "if principal.level > 3 then context.risk < 20 else context.risk < 30",
        "if principal.level > 3 then context.a else context.b",
        "(principal.level > 3 || context.mfa) && context.risk < 5",
        "!(principal.level > 3 || context.risk > 5)", "context.risk < 50 && context.risk < principal.level",
        "context.risk == 70 && principal.level < 9", "principal.level < 9 || context.risk == 70",
        "context.risk == 70 || principal.level > 3", "context.name == principal.secret",
        "principal.getTag(\"team\") == \"green\" && context.mfa", "principal.hasTag(context.name) && context.mfa",
        "User::\"bob\" in Group::\"staff\" && context.mfa",
        "(if context.mfa then principal else User::\"bob\") in Group::\"none\"",
        "{\"a\": principal.level}.a == 9 && context.mfa", "context.mfa && User::\"bob\".level == 3",
        // What it reads last is the 41st value.
        "context.risk == " + (0..<40).map { "context.r\($0)" }.joined(separator: " + ") + " + principal.level",
        (0..<40).map { "context.r\($0)" }.joined(separator: " + ") + " + principal.level > 785 && context.mfa",
    ]

    @Test(arguments: conditions) func otherHiddenValuesGiveTheSameBytes(_ condition: String) throws {
        var request = try ExplanationTests.request()
        for index in 0..<40 { request.context[Text("r\(index)")] = .long(Int64(index)) }
        let sets = try [
            permit(when: condition), permit(when: condition) + permit(when: "context.risk < 60 && context.mfa"),
            permit(when: condition) + "permit (principal, action, resource) unless { context.mfa };",
            "permit (principal, action, resource) when { context.risk > 7 };"
                + "forbid (principal, action, resource) when { \(condition) };",
        ].map(policies)
        var compared = 0
        for set in sets {
            var told: [String: Set<String>] = [:]
            for level: Value in [3, 4, 8] {
                for group in ["staff", "all"] {
                    let alice = try Entity(
                        uid: uid("User::alice"),
                        attributes: ["level": level, "secret": .string(Text("s\(level)"))],
                        tags: ["team": .string(Text("t\(level)"))]
                    )
                    let bob = try Entity(
                        uid: uid("User::bob"),
                        attributes: ["level": level],
                        parents: [uid("Group::\(group)")]
                    )
                    let store = try EntityStore([alice, bob])
                    let all = set.explain(request, entities: store)
                    let outcome = all.response.reason.description + all.policies.map(\.outcome.name).description
                    let explanation = set.explain(request, entities: store, disclosing: .only([.context]))
                    told[outcome, default: []].insert(shown(explanation))
                    compared += 1
                }
            }
            #expect(told.values.allSatisfy { $0.count == 1 }, "\(told)")
            compared -= told.count
        }
        #expect(compared > 0)
    }

    @Test func aFactAboutSomethingHiddenIsHidden() throws {
        let text = permit(when: "context.name == principal.secret")
        #expect(try explain(text).change.isVerified)
        let explanation = try explain(text, .only([.context]))
        #expect(explanation.json["change"] == ["status": "not_found", "verified": false, "facts": []])
        #expect(!explanation.text.contains("would be"))
    }

    @Test func pathsAreTold() throws {
        let disclosure = ExplanationDisclosure { root, path in root == .context && path.first != "name" }
        let text = try explain(permit(when: "context.mfa && context.name == \"eve\""), disclosure).text
        #expect(text.contains("context.mfa is false") && !text.contains("bob"))
    }

    @Test func withoutPoliciesOnlyTheirNamesAreShown() throws {
        let disclosure = ExplanationDisclosure(showsPolicies: false) { _, _ in true }
        let shown = shown(try explain(permit(when: "context.risk < 4711"), disclosure))
        #expect(!shown.contains("4711") && shown.contains("policy0"))
    }
}
