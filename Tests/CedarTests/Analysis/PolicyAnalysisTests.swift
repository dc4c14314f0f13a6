// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Cedar

/// What policies' texts say about each other.
struct PolicyAnalysisTests {
    private func findings(_ texts: [String]) throws -> [PolicyAnalysis.Finding] {
        let policies = Array(try Cedar.PolicySet(parsing: texts.joined(separator: "\n")).policies)
        let call = try #require(EntityUID(type: "Action", id: "call"))
        return PolicyAnalysis(policies, ancestors: { $0.id == "read" ? [call] : [] }).findings
    }

    private func kinds(_ texts: [String]) throws -> [String] {
        try findings(texts).map { "\($0.kind.rawValue) \($0.policy)\($0.other.map { "<\($0)" } ?? "")" }
    }

    private static let own = "principal == resource"

    @Test(arguments: [
        "permit (principal, action in [], resource) when { principal == resource };",
        "permit (principal, action, resource) when { false && principal == resource };",
        "permit (principal, action, resource) unless { true };",
        "permit (principal, action, resource) when { 1 > 2 };",
        "permit (principal, action, resource) when { \"a\" == \"b\" };",
        "permit (principal, action, resource) when { principal.a && !principal.a };",
        "permit (principal, action, resource) when { principal.a } unless { principal.b || principal.a };",
        "permit (principal, action, resource) when { principal.n == 1 && 2 == principal.n };",
        "permit (principal, action, resource) when { principal.n > 4 && principal.n <= 4 };",
        "permit (principal, action, resource) when { principal.n < 5 } unless { principal.n < 5 };",
        "permit (principal, action, resource) when { principal.n == 7 && principal.n < 7 };",
        "permit (principal, action, resource) when { principal.n > 9223372036854775807 };",
        "permit (principal is User, action, resource) when { principal is Group };",
        "permit (principal == User::\"a\", action, resource) when { principal is Group };",
        "permit (principal == User::\"a\", action, resource) when { principal == User::\"b\" };",
        "permit (principal is User in User::\"x\", action, resource) when { principal is Group in User::\"x\" };",
        "permit (principal, action, resource) when { principal.a != 1 } unless { 1 != principal.a };",
    ])
    func whatCanNeverHold(_ text: String) throws { #expect(try kinds([text]) == ["never_matches 0"]) }

    @Test(arguments: [
        "permit (principal, action, resource) when { principal.a || !principal.a };",
        "permit (principal, action, resource) when { principal.n > 4 && principal.n <= 5 };",
        "permit (principal, action, resource) when { principal.n > 4 && principal.m < 4 };",
        "permit (principal, action, resource) unless { principal.a && !principal.a };",
        "permit (principal is User, action, resource) when { resource is Group && principal is User };",
        "permit (principal, action, resource) when { principal.n == 1 || principal.n == 2 };",
        "permit (principal == User::\"a\", action, resource) when { principal is User };",
        "permit (principal, action, resource) when { principal.n == 1 && principal.m == 2 };",
    ])
    func whatMayHold(_ text: String) throws { #expect(try kinds([text]) == []) }

    @Test(arguments: [
        // Fewer conditions, a wider scope.
        (
            "permit (principal, action, resource) when { principal.a };",
            "permit (principal is U, action, resource) when { principal.b && principal.a };"
        ),
        (
            "permit (principal in G::\"g\", action, resource);",
            "permit (principal in G::\"g\", action == Action::\"read\", resource);"
        ),
        ("permit (principal is U, action, resource);", "permit (principal == U::\"a\", action, resource);"),
        (
            "permit (principal is U in G::\"g\", action, resource);",
            "permit (principal is U in G::\"g\", action, resource is R);"
        ),
        (
            "permit (principal is U, action in Action::\"call\", resource);",
            "permit (principal is U, action == Action::\"read\", resource);"
        ),
        (
            "permit (principal is U, action in [Action::\"a\", Action::\"b\"], resource);",
            "permit (principal is U, action in [Action::\"b\", Action::\"a\"], resource is R);"
        ),
        (
            "permit (principal is U, action in [Action::\"a\", Action::\"b\"], resource);",
            "permit (principal is U, action == Action::\"b\", resource);"
        ),
        (
            "forbid (principal, action, resource) unless { principal.a };",
            "forbid (principal, action, resource) when { principal.b } unless { principal.a };"
        ),
        // Written differently, and the same.
        (
            "permit (principal, action, resource) when { 1 < principal.n };",
            "permit (principal, action, resource) when { principal.n > 1 && principal.a };"
        ),
        (
            "permit (principal, action, resource) when { !(principal.a == 1) };",
            "permit (principal, action, resource) when { principal.b } when { 1 != principal.a };"
        ),
        (
            "permit (principal, action, resource) unless { principal.a || principal.b };",
            "permit (principal, action, resource) unless { principal.b } unless { principal.c || principal.a };"
        ),
    ])
    func whatIsCovered(_ wide: String, _ narrow: String) throws {
        #expect(try kinds([wide, narrow]) == ["shadowed 1<0"])
        #expect(try kinds([narrow, wide]) == ["shadowed 0<1"])
    }

    @Test(arguments: [
        (
            "permit (principal, action, resource) when { principal.a };",
            "permit (principal, action, resource) when { principal.b };"
        ),
        ("permit (principal == U::\"a\", action, resource);", "permit (principal in U::\"a\", action, resource is R);"),
        (
            "permit (principal is U, action == Action::\"read\", resource);",
            "permit (principal is U, action in Action::\"read\", resource is R);"
        ),
        (
            "permit (principal is U, action in [Action::\"a\"], resource);",
            "permit (principal is U, action in [Action::\"a\", Action::\"b\"], resource is R);"
        ),
        (
            "permit (principal, action, resource) when { principal.a && principal.b };",
            "permit (principal, action, resource) when { principal.a || principal.b };"
        ),
        (
            "permit (principal, action, resource) when { principal.a };",
            "forbid (principal, action, resource) when { principal.a && principal.b };"
        ),
    ])
    func whatIsNot(_ one: String, _ other: String) throws { #expect(try kinds([one, other]) == []) }

    @Test func duplicatesAreToldOfOnce() throws {
        let text = "permit (principal, action, resource) when { principal.a && principal.b };"
        let other = "permit (principal, action, resource) when { principal.b } when { principal.a };"
        #expect(try kinds([text, other, text]) == ["duplicate 1<0", "duplicate 2<0"])
    }

    @Test func aForbidThatAlwaysHoldsContradictsThePermit() throws {
        let permit = "permit (principal is U, action, resource) when { principal.a && resource.b };"
        #expect(try kinds([permit, "forbid (principal, action, resource);"]) == ["contradicted 0<1"])
        #expect(
            try kinds(["forbid (principal, action, resource) when { resource.b };", permit]) == ["contradicted 1<0"]
        )
        #expect(try kinds([permit, "forbid (principal, action, resource) unless { context.met };"]) == [])
    }

    @Test func whoeverMayIsNamed() throws {
        #expect(
            try findings(["permit (principal, action, resource);"]).map(\.reason) == [
                "it permits everything to everybody"
            ]
        )
        #expect(try kinds(["permit (principal, action, resource is R) when { resource.open };"]) == ["over_broad 0"])
        for text in [
            "permit (principal is U, action, resource);", "permit (principal, action, resource) when { context.a };",
            "permit (principal, action, resource) when { resource in principal };",
            "forbid (principal, action, resource) when { resource.open };",
        ] { #expect(try kinds([text]) == [], "\(text)") }
    }

    /// Tried out on requests: what is said never to hold does not, and what is said to be covered is.
    @Test(arguments: 0..<6) func whatIsFoundIsSo(_ round: Int) throws {
        let seed = SeededGenerator.freshSeed()
        var random = SeededGenerator(seed: seed)
        func pick(_ texts: [String]) -> String { texts[Int.random(in: texts.indices, using: &random)] }
        func atom() -> String {
            pick([
                "principal.a", "principal.b", "principal.n < 2", "principal.n >= 2", "principal.n == 1",
                "1 < principal.n",
                "principal.n != 1", "principal is U", "principal is V", "principal == U::\"x\"",
                "principal in G::\"g\"",
                "true", "false", "context.missing",
            ])
        }
        func condition() -> String {
            switch Int.random(in: 0..<5, using: &random) {
            case 0: "\(atom()) && \(atom())"
            case 1: "\(atom()) || \(atom())"
            case 2: "!(\(atom()))"
            default: atom()
            }
        }
        func policy() -> String {
            let principal = pick([
                "principal", "principal is U", "principal == U::\"x\"", "principal in G::\"g\"",
                "principal is U in G::\"g\"",
            ])
            let action = pick(["action", "action == Action::\"r\"", "action in [Action::\"r\", Action::\"w\"]"])
            var text = "\(pick(["permit", "forbid"])) (\(principal), \(action), resource)"
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                text += " \(pick(["when", "unless"])) { \(condition()) }"
            }
            return text + ";"
        }
        let group = try #require(EntityUID(type: "G", id: "g"))
        var requests: [(request: AuthorizationRequest, entities: EntityStore)] = []
        for type in ["U", "V"] {
            for id in ["x", "y"] {
                for (a, b, n, isIn, action) in [
                    (true, true, 0, true, "r"), (true, false, 1, false, "w"), (false, true, 2, true, "w"),
                    (false, false, 3, false, "r"), (true, true, 2, false, "r"),
                ] {
                    let uid = try #require(EntityUID(type: type, id: id))
                    let entity = Entity(
                        uid: uid,
                        attributes: ["a": .bool(a), "b": .bool(b), "n": .long(Int64(n))],
                        parents: isIn ? [group] : []
                    )
                    let request = AuthorizationRequest(
                        principal: uid,
                        action: try #require(EntityUID(type: "Action", id: action)),
                        resource: uid,
                        context: [:]
                    )
                    requests.append((request, try EntityStore([entity])))
                }
            }
        }
        var seen: Set<PolicyAnalysis.Finding.Kind> = []
        for _ in 0..<60 {
            let policies = try Cedar.PolicySet(parsing: (0..<8).map { _ in policy() }.joined(separator: "\n"))
            let satisfied = requests.map { request, entities in
                policies.policies.indices.map { index in
                    !policies.authorize(request, among: [index], entities: entities).determining.isEmpty
                }
            }
            for finding in PolicyAnalysis(Array(policies.policies)).findings {
                seen.insert(finding.kind)
                for holds in satisfied where holds[finding.policy] {
                    #expect(finding.kind != .neverMatches, "seed \(seed): \(policies.policies[finding.policy].source)")
                    guard let other = finding.other else { continue }
                    let texts = [finding.policy, other].map { policies.policies[$0].source }
                    #expect(holds[other], "seed \(seed): \(finding.kind) \(texts)")
                }
            }
        }
        #expect(seen.isSuperset(of: [.neverMatches, .shadowed, .contradicted]), "seed \(seed)")
    }

    @Test func manyPoliciesAreAnalysedInOneGo() throws {
        let texts = (0..<2000).map { number in
            "permit (principal == U::\"u\(number)\", action, resource) when { resource.owner == \"o\(number)\" && principal.a };"
        }
        #expect(try findings(texts + [texts[7]]).map(\.policy) == [2000])
    }
}
