// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

@Suite struct PolicyTextTests {
    /// What is written for a condition: no parenthesis that is not needed, none missing.
    static let conditions: [(String, String)] = [
        ("((true))", "true"), ("(1 + 2) + 3", "1 + 2 + 3"), ("1 + (2 + 3)", "1 + (2 + 3)"), ("(1*2)*3", "1 * 2 * 3"),
        ("1 - (2 * 3)", "1 - 2 * 3"), ("(1 - 2) * 3", "(1 - 2) * 3"), ("1 - -5", "1 - -5"),
        ("(true && false) || true", "true && false || true"), ("true && (false || true)", "true && (false || true)"),
        ("(true && false) && true", "true && false && true"), ("true && (false && true)", "true && (false && true)"),
        ("(if true then 1 else 2) == 1", "(if true then 1 else 2) == 1"),
        (
            "if (if true then 1 else 2) then (if 1 then 2 else 3) else (if 4 then 5 else 6)",
            "if if true then 1 else 2 then if 1 then 2 else 3 else if 4 then 5 else 6"
        ),
        ("!(!(!(!(!(true)))))", "!!!!(!true)"), ("!(-5)", "!(-5)"), ("-(!true)", "-(!true)"), ("-(5)", "-(5)"),
        ("-(-5)", "--5"), ("----5", "----5"), ("-(----5)", "----(-5)"), ("-(-(5))", "--(5)"), ("(-5).x", "(-5).x"),
        ("-(5.x)", "-5.x"), ("(-context).x", "(-context).x"), ("(1 == 2) == 3", "(1 == 2) == 3"),
        ("1 == (2 == 3)", "1 == (2 == 3)"), ("(principal is A) in resource", "(principal is A) in resource"),
        ("principal is A in (resource)", "principal is A in resource"), ("(1 + 2) has a", "1 + 2 has a"),
        ("(context has a) has b", "(context has a) has b"), ("context[\"a\"]", "context.a"),
        ("context[\"a b\"][\"if\"]", "context[\"a b\"][\"if\"]"), ("context has \"a\"", "context has a"),
        ("context has \"like\"", "context has \"like\""), ("context has a.b", "context has a.b"),
        ("{\"a\": 1, \"in\": 2, \"b c\": {}}", "{a: 1, \"in\": 2, \"b c\": {}}"), ("[1, [2,],]", "[1, [2]]"),
        ("(ip(\"::1\")).isIpv6()", "ip(\"::1\").isIpv6()"), ("([1]).contains(1 == 1)", "[1].contains(1 == 1)"),
        ("(1 + 1).isEmpty()", "(1 + 1).isEmpty()"), ("context.offset(1, 2)", "context.offset(1, 2)"),
        (#"context like "\*\u{65}*\"""#, #"context like "\*e*\"""#),
        (#"context like "\x2a\x2a""#, #"context like "**""#),
        (#""\x41\n\u{0}é\u{200b}\u{1F600}""#, #""A\n\0é\u{200b}😀""#), (#"A::B::"\"""#, #"A::B::"\"""#),
        ("1 < 2 && 3 in 4 || !true", "1 < 2 && 3 in 4 || !true"),
    ]

    @Test(arguments: conditions)
    func conditionText(text: String, expected: String) throws {
        let policy = try Policy.parse(permit(when: text))[0]
        #expect(policy.text == "permit (principal, action, resource)\nwhen { \(expected) };")
        #expect(try Policy.parse(policy.text)[0].isSame(as: policy))
    }

    @Test(arguments: [
        "@id(\"a\\\"\")\n@bare\n@empty(\"\")\nforbid (principal == U::\"\\n\", action in [Action::\"a\", N::Action::\"b\"], resource is N::T in ?resource)\nwhen { true }\nunless { false };",
        "permit (principal in ?principal, action == Action::\"a\", resource is T);",
        "permit (principal is T in U::\"u\", action in Action::\"a\", resource == ?resource);",
        "permit (principal == ?principal, action in [], resource);",
    ])
    func policyText(text: String) throws {
        #expect(try Policy.parse(text)[0].text == text)
    }

    @Test(arguments: [
        ("true && false && true", "(true && false) && true", true), ("true && false", "false && true", false),
        ("context has a.b", "context has a && context.a has b", true), ("{a: 1, b: 2}", "{b: 2, a: 1}", true),
        ("{a: 1, b: 2}", "{b: 1, a: 2}", false), ("1 + 2 - 3", "(1 + 2) - 3", true),
        ("1 - 2 - 3", "1 - (2 - 3)", false),
        ("1 + 2", "1 - 2", false), ("[1, 2]", "[2, 1]", false), ("!!true", "true", false), ("1", "\"1\"", false),
        ("context.a", "context[\"a\"]", true), ("1 == 1", "1 != 1", false), ("\"é\"", "\"e\\u{301}\"", false),
        ("-1", "-(1)", false), ("1 like \"*\"", "1 like \"\\*\"", false), ("ip(\"1\")", "decimal(\"1\")", false),
        ("principal is A in B::\"b\"", "principal is A && principal in B::\"b\"", false),
    ])
    func sameness(left: String, right: String, same: Bool) throws {
        let left = try Policy.parse(permit(when: left))[0]
        #expect(try left.isSame(as: Policy.parse(permit(when: right))[0]) == same)
    }

    @Test(arguments: [
        ("principal, action in [Action::\"a\"], resource", "principal, action in Action::\"a\", resource", true),
        ("principal, action in [], resource", "principal, action, resource", false),
        ("principal == U::\"a\", action, resource", "principal in U::\"a\", action, resource", false),
        ("principal == ?principal, action, resource", "principal == U::\"a\", action, resource", false),
    ])
    func samenessOfScopes(left: String, right: String, same: Bool) throws {
        let left = try Policy.parse("permit(\(left));")[0]
        #expect(try left.isSame(as: Policy.parse("@a permit(\(right)); // c")[0]) == same)
        #expect(try !left.isSame(as: Policy.parse("forbid(\(right));")[0]))
    }

    @Test func freshPoliciesKeepTheirShape() throws {
        let seed = SeededGenerator.freshSeed()
        var random = RandomPolicyText(seed: seed)
        for round in 0..<Effort.rounds(200) {
            let text = random.policies()
            for policy in try Policy.parse(text) {
                let again = try Policy.parse(policy.text)
                #expect(again.count == 1 && again[0].isSame(as: policy), "seed \(seed), round \(round): \(text)")
                #expect(again[0].hasSameAnnotations(as: policy), "seed \(seed), round \(round): \(text)")
                #expect(again[0].text == policy.text, "seed \(seed), round \(round): \(text)")
            }
        }
    }
}
