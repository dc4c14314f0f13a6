// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

@testable import Safeconduct

/// More remedies never take away an answer: neither because a policy turns, nor because one fails.
@Suite struct MetProofTests {
    private static let schema = PolicySet.File(
        name: "a.cedarschema",
        text: "type RequestAttributes = { amount?: Long, who?: Identity };"
    )

    private static func set(_ text: String) -> PolicySet {
        PolicySet(id: MadeUp.id(.policySet), files: [.init(name: "a.cedar", text: text), schema])
    }

    private static let met = #"context.met.contains("approve:a")"#
    private static let over = "9223372036854775807 + context.caller.assurance > 0"

    /// What is evaluated only once a remedy is met, and may fail then.
    @Test(arguments: [
        ("permit", "when { (MET && OVER) || principal.labels.contains(\"worker\") }"),
        ("permit", "when { !(!MET || !(OVER)) || resource.mutating }"),
        ("permit", "when { if MET then OVER else true }"),
        ("permit", "when { (MET && context.now.offset(duration(\"9223372036854775807ms\")) > context.now) || true }"),
        ("permit", "when { (MET && -context.caller.assurance > 5) || true }"),
        (
            "forbid",
            "when { context.request has amount } unless { (MET && context.request.amount * 9223372036854775807 > 0) || context.request.amount < 100 }"
        ),
        ("forbid", "unless { (MET && Identity::\"ghost\".kind == \"a\") || true }"),
        ("forbid", "unless { (context.request has who && MET && context.request.who.kind == \"a\") || true }"),
        ("forbid", "when { !((MET && OVER) || principal.labels.contains(\"worker\")) }"),
        ("forbid", "unless { if principal.kind == \"service\" then ((MET && OVER) || true) else true }"),
        // Without the remedy the second condition decides, with it nothing does.
        ("forbid", "unless { MET && OVER } when { resource.mutating }"),
        ("forbid", "when { if MET then true else OVER }"),
    ])
    func whatFailsOnceARemedyIsMetIsRefused(_ effect: String, _ condition: String) {
        let text = "@remedy(\"approve:a\") \(effect) (principal is Identity, action, resource) \(condition);"
            .replacing("MET", with: Self.met).replacing("OVER", with: Self.over)
        let errors = PolicyCheck(Self.set(text)).errors
        #expect(errors.map(\.code) == ["met"], "\(errors.map(\.description))")
        let said = ["can fail", "make the forbid hold", "stop the permit"]
        #expect(errors.allSatisfy { error in said.contains { error.message.contains($0) } }, "\(errors)")
    }

    /// What may fail as well where the remedy is not met, or only where nothing is lost by it.
    @Test(arguments: [
        ("permit", "when { MET && OVER }"),
        ("permit", "when { principal.labels.contains(\"worker\") || (MET && OVER) }"),
        ("permit", "when { OVER || MET }"), ("forbid", "unless { MET || OVER }"),
        ("forbid", "when { OVER } unless { MET }"),
        ("forbid", "unless { resource.mutating || (MET && OVER) }"),
        ("forbid", "when { context.request has amount && context.request.amount > 5 } unless { MET }"),
        ("forbid", "unless { (MET && context.trust.caller.score > 5) || resource.sensitivity < 3 }"),
        ("permit", "when { (MET && context.request has amount && context.request.amount < 5) || resource.mutating }"),
        (
            "permit",
            "when { (MET && principal.labels.contains(\"x\") && ip(\"10.0.0.1\").isLoopback()) || resource.mutating }"
        ),
        ("permit", "when { (MET && principal in Boundary::\"ghost\") || resource.mutating }"),
    ])
    func whatLosesNothingIsTaken(_ effect: String, _ condition: String) {
        let text = "@remedy(\"approve:a\") \(effect) (principal is Identity, action, resource) \(condition);"
            .replacing("MET", with: Self.met).replacing("OVER", with: Self.over)
        let errors = PolicyCheck(Self.set(text)).errors
        #expect(errors.isEmpty, "\(errors.map(\.description))")
    }

    /// Calls that differ in whatever the random policies below look at.
    private static let calls = """
        cases:
          - { name: a, resource: o/l, action: read, expect: deny }
          - { name: b, principal: { labels: [worker] }, resource: o/l, action: write, expect: deny }
          - name: c
            principal: { name: ann, labels: [worker] }
            resource: { name: o/l, sensitivity: 5, capabilities: [reaches_admin] }
            action: read
            context: { caller: { assurance: 1000 }, request: { amount: 7, who: ghost } }
            expect: deny
          - name: d
            principal: { name: ann }
            resource: { name: o/l, sensitivity: 1 }
            action: write
            context: { caller: { assurance: 0 }, request: { who: ann } }
            expect: deny
          - name: e
            resource: { name: o/l, sensitivity: 0 }
            action: read
            context: { caller: { assurance: 5 }, request: { amount: 0 } }
            expect: deny
          - name: f
            principal: { name: bob, labels: [worker] }
            resource: { name: o/l, sensitivity: 900 }
            action: write
            context: { caller: { assurance: 0 }, request: { amount: 1 } }
            expect: deny
        """

    private static let safe = [
        "principal.labels.contains(\"worker\")", "resource.sensitivity < 3", "context.caller.assurance > 4", "true",
        "false",
        "action == Action::\"read\"", "(context.request has amount && context.request.amount < 5)",
        "(context.request has who && context.request.who == principal)",
    ]
    private static let failing = [
        over, "resource.sensitivity * 9223372036854775807 > 0", "Identity::\"ghost\".kind == \"a\"",
        "Identity::\"ann\".labels.contains(\"worker\")",
        "(context.request has who && context.request.who.kind == \"service\")",
        "(context.request has amount && -9223372036854775807 - context.request.amount < 5)",
        "context.now.offset(duration(\"9223372036854775807ms\")) > context.now",
    ]
    private static let literals = ["challenge:dpop", "approve:a", "limit:5/hour"]

    private static func expression(_ depth: Int, _ generator: inout SeededGenerator) -> String {
        func next() -> String { expression(depth - 1, &generator) }
        switch Int.random(in: 0..<(depth == 0 ? 8 : 20), using: &generator) {
        case 0...2: return "context.met.contains(\"\(generator.pick(literals))\")"
        case 3:
            let operation = generator.pick(["containsAll", "containsAny"])
            return "context.met.\(operation)([\"\(generator.pick(literals))\", \"\(generator.pick(literals))\"])"
        case 4, 5: return generator.pick(safe)
        case 6, 7: return generator.pick(failing)
        case 8, 9: return "!(\(next()))"
        case 10...13: return "(\(next()) && \(next()))"
        case 14...17: return "(\(next()) || \(next()))"
        case 18: return "(if \(next()) then \(next()) else \(next()))"
        default: return "(\(next()) == \(next()))"
        }
    }

    private static func policy(_ id: Int, _ generator: inout SeededGenerator) -> String {
        let effect = generator.pick(["permit", "permit", "forbid"])
        let helping = effect == "permit" ? "when" : "unless"
        let kinds = [[helping], [helping], ["when", "unless"], ["unless", "when"]]
        let conditions = generator.pick(kinds).map { "\($0) { \(expression(3, &generator)) }" }.joined(separator: " ")
        return "@id(\"p\(id)\") \(effect) (principal is Identity, action, resource) \(conditions);"
    }

    @Test func whatIsAllowedStaysAllowed() throws {
        var generator = SeededGenerator()
        let seed = generator.seed
        let calls = try PolicyTestFile.cases(in: [.init(name: "a.policytest.yaml", text: Self.calls)])
        var (taken, failed, lostByFailing) = (0, 0, 0)
        for _ in 0..<700 {
            let text = (0..<Int.random(in: 1...2, using: &generator)).map { Self.policy($0, &generator) }
                .joined(separator: "\n")
            let set = Self.set(text)
            let errors = PolicyCheck(set).errors
            // Whatever else is wrong with a random policy is no matter of remedies.
            guard errors.allSatisfy({ $0.code == "met" }) else { continue }
            taken += errors.isEmpty ? 1 : 0
            let policies = try CompiledPolicies(set)
            for call in calls {
                let world = try #require(
                    RequestWorld(
                        identity: call.identity,
                        ownedBy: "",
                        issuer: "",
                        resource: call.resource,
                        act: .call,
                        ownedBy: ""
                    )
                )
                let answers = (0..<8).map { bits in
                    let met = Self.literals.indices.filter { bits >> $0 & 1 == 1 }.map { Self.literals[$0] }
                    return Judgement(policies, world, call.context, met: Set(met))
                }
                for bits in 0..<8 where answers[bits].verdict == .permitted {
                    for more in 0..<3 {
                        let after = answers[bits | 1 << more]
                        if errors.isEmpty {
                            #expect(after.verdict == .permitted, "seed \(seed), call \(call.name): \(text)")
                            failed += after.failed.isEmpty ? 0 : 1
                        } else if after.verdict != .permitted, !after.failed.isEmpty {
                            lostByFailing += 1
                        }
                    }
                }
            }
        }
        // The test is one only if enough is taken, if that fails at times, and if what is refused would do harm.
        #expect(taken > 40 && failed > 10 && lostByFailing > 10, "seed \(seed): \(taken), \(failed), \(lostByFailing)")
    }
}
