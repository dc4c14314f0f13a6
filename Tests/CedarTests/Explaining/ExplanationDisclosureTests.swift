// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// What may not be shown is found nowhere in what is shown.
@Suite struct ExplanationDisclosureTests {
    private func explain(_ condition: String) throws -> Explanation {
        try policies(permit(when: condition)).explain(ExplanationTests.request(), entities: ExplanationTests.store())
    }

    private func shown(_ explanation: Explanation, _ disclosure: ExplanationDisclosure) -> String {
        String(decoding: explanation.json(disclosing: disclosure).serialized(), as: UTF8.self)
    }

    // The secret is a value, the right side of a comparison, or in an error's message.
    @Test(arguments: [
        "principal.secret == \"x\"", "context.name == principal.secret", "principal.secret + 1 == 2",
        "principal.secret == \"x\" && context.mfa", "context.mfa || principal.secret like \"q*\"",
        "[\"a\"].contains(principal.secret)", "ip(principal.secret).isLoopback()",
        "decimal(principal.secret).lessThan(decimal(\"1.0\"))",
    ])
    func valuesOfTheStateAreHidden(_ condition: String) throws {
        let explanation = try explain(condition)
        #expect(shown(explanation, .all).contains("s3"))
        let onlyContext = shown(explanation, .only([.context]))
        #expect(!onlyContext.contains("s3"), "\(onlyContext)")
        #expect(onlyContext.contains("\"hidden\":true"))
    }

    @Test func aFactAboutSomethingHiddenIsHidden() throws {
        let explanation = try explain("context.name == principal.secret")
        #expect(explanation.change.isVerified)
        let shown = explanation.json(disclosing: .only([.context]))["change"]
        #expect(shown == ["status": "verified", "verified": true, "facts": [["root": "context", "hidden": true]]])
        #expect(!explanation.text(disclosing: .only([.context])).contains("would be"))
    }

    @Test func pathsAreTold() throws {
        let disclosure = ExplanationDisclosure { root, path in root == .context && path.first != "name" }
        let explanation = try explain("context.mfa && context.name == \"eve\"")
        let text = explanation.text(disclosing: disclosure)
        #expect(text.contains("context.mfa is false") && !text.contains("bob"))
    }

    @Test func withoutPoliciesOnlyTheirNamesAreShown() throws {
        let disclosure = ExplanationDisclosure(showsPolicies: false) { _, _ in true }
        let shown = shown(try explain("context.risk < 4711"), disclosure)
        #expect(!shown.contains("4711") && shown.contains("policy0"))
    }
}
