// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// However large the policies are, an explanation is of bounded size and takes bounded work.
@Suite struct ExplanationLimitsTests {
    private func explain(_ text: String) throws -> Explanation {
        try policies(text).explain(ExplanationTests.request(), entities: ExplanationTests.store())
    }

    @Test func deepConditions() throws {
        let deep =
            String(repeating: "(context.mfa || ", count: 100) + "context.risk < 5" + String(repeating: ")", count: 100)
        let explanation = try explain(permit(when: deep))
        #expect(explanation.policies[0].clauses.count == 101)
        #expect(explanation.change.isVerified && explanation.change.facts.count == 1)
        let choices =
            String(repeating: "if context.mfa then false else (", count: 60) + "context.risk < 5"
            + String(repeating: ")", count: 60)
        #expect(try explain(permit(when: choices)).text.contains("It would be allowed if context.risk were below 5."))
        let negations = String(repeating: "!(!(", count: 30) + "context.mfa" + String(repeating: "))", count: 30)
        #expect(try explain(permit(when: negations)).text.contains("It would be allowed if context.mfa were true."))
    }

    @Test func aThousandClauses() throws {
        let names = (0..<1_000).map { "context.a\($0) == \($0)" }
        for separator in [" && ", " || "] {
            let explanation = try explain(permit(when: names.joined(separator: separator)))
            let policy = explanation.policies[0]
            #expect(policy.clauses.count == 256 && policy.omittedClauses == 744)
            #expect(policy.clauses.contains { $0.isDecisive == true })
            #expect(explanation.json.serialized().count < 400_000)
            #expect(explanation.text.utf8.count < 10_000)
        }
        let all = try explain(permit(when: names.map { "!(context has b || \($0))" }.joined(separator: " || ")))
        #expect(all.policies[0].clauses.count == 256)
    }

    @Test func manyAlternativesOfManyFacts() throws {
        // Twelve choices of three are half a million combinations.
        let choices = (0..<12).map { "(context.x\($0) == 1 || context.y\($0) == 2 || context.z\($0) == 3)" }
        let explanation = try explain(permit(when: choices.joined(separator: " && ")))
        #expect(explanation.change.status == .notFound)
        let few = try explain(permit(when: choices.prefix(4).joined(separator: " && ")))
        #expect(few.change.isVerified && few.change.facts.count == 4)
        #expect(try explain(permit(when: choices.prefix(5).joined(separator: " && "))).change.status == .notFound)
    }

    @Test func manyPoliciesOutOfScopeAndInScope() throws {
        let outside = (0..<10_000).map { "permit (principal in Group::\"x\($0)\", action, resource);" }
        let far = try explain(outside.joined(separator: "\n"))
        #expect(far.nearest.map(\.place) == [0, 1, 2, 3] && far.policies.isEmpty)
        #expect(far.change.facts.count == 1)
        let inside = (0..<10_000).map { "permit (principal, action, resource) when { context.risk < \($0 % 70) };" }
        let near = try explain(inside.joined(separator: "\n"))
        #expect(near.policies.count == 64 && near.omittedPolicies == 9_936)
        #expect(near.change.isVerified)
        let forbids = (0..<200).map { "forbid (principal, action, resource) when { context.risk > \($0 % 70) };" }
        let forbidden = try explain("permit (principal, action, resource);" + forbids.joined())
        #expect(forbidden.policies.count == 64 && forbidden.policies.allSatisfy { $0.isSatisfied })
        // Not all that forbids was looked into, so nothing is promised.
        #expect(!forbidden.change.isVerified)
    }

    @Test func largeValuesAreNotShown() throws {
        let text = permit(when: "context.big == 1 && context.risk == 1")
        var request = try ExplanationTests.request()
        request.context["big"] = .set(ValueSet((0..<5_000).map { .long($0) }))
        let explanation = try policies(text).explain(request, entities: ExplanationTests.store())
        #expect(explanation.text.contains("context.big is a set of 5000"))
        #expect(explanation.json.serialized().count < 4_000)
    }

    // The path of a `has` is bounded by nothing but the text.
    @Test func longPaths() throws {
        let path = (0..<20_000).map { "a\($0)" }.joined(separator: ".")
        let explanation = try explain(permit(when: "context has \(path)"))
        #expect(explanation.change.status == .needs)
        #expect(explanation.text.utf8.count < 4_000 && explanation.json.serialized().count < 8_000)
    }
}
