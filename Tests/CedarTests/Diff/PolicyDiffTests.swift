// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

@Suite struct PolicyDiffTests {
    private func set(_ policies: [(String, String)]) throws -> PolicySet {
        try PolicySet(policies.flatMap { id, text in try Policy.parse(text) { _ in Text(id) } })
    }

    static let old = #"@a("1") permit (principal == U::"a", action, resource) when { context.x == 1 && context.y };"#

    static let changes: [(String, PolicyDiff.Change.Kind?)] = [
        (old, nil),
        (#"@a("1") permit(principal == U::"a", action, resource) when { (context.x == 1) && context["y"] };"#, .layout),
        (#"@a("1") /**/"#.dropLast(4) + "// c\n" + old.dropFirst(7), .layout),
        (
            #"@a("2") permit (principal == U::"a", action, resource) when { context.x == 1 && context.y };"#,
            .annotations
        ),
        (#"permit (principal == U::"a", action, resource) when { context.x == 1 && context.y };"#, .annotations),
        (#"@a("1") permit (principal == U::"a", action, resource) when { context.y && context.x == 1 };"#, .meaning),
        (#"@a("1") permit (principal in U::"a", action, resource) when { context.x == 1 && context.y };"#, .meaning),
        (#"@a("1") permit (principal == U::"a", action, resource) unless { context.x == 1 && context.y };"#, .meaning),
        (#"@a("1") forbid (principal == U::"a", action, resource) when { context.x == 1 && context.y };"#, .meaning),
        (
            #"@a("1") permit (principal == ?principal, action, resource) when { context.x == 1 && context.y };"#,
            .meaning
        ),
    ]

    @Test(arguments: changes)
    func oneChange(text: String, kind: PolicyDiff.Change.Kind?) throws {
        let same = ("b", "permit (principal, action, resource);")
        let diff = PolicyDiff(from: try set([("p", Self.old), same]), to: try set([same, ("p", text)]))
        #expect(diff.changes.map(\.kind) == (kind.map { [$0] } ?? []))
        #expect(diff.isOnlyLayout == (kind == nil || kind == .layout))
        #expect(diff.changes.allSatisfy { $0.id == "p" && $0.old?.id == "p" && $0.new?.id == "p" })
    }

    @Test func addedAndRemoved() throws {
        let policy = "permit (principal, action, resource);"
        let template = "permit (principal == ?principal, action, resource);"
        let diff = PolicyDiff(
            from: try set([("z", policy), ("same", policy), ("t", template)]),
            to: try set([("same", policy), ("a", policy), ("u", template)])
        )
        #expect(diff.changes.map(\.id) == ["a", "t", "u", "z"])
        #expect(diff.changes.map(\.kind) == [.added, .removed, .added, .removed])
        #expect(diff.changes[0].old == nil && diff.changes[1].new == nil)
        let linked = try set([("t", template)]).linking(template: "t", id: "l", principal: uid("U::a"))
        let relinked = try set([("t", template)]).linking(template: "t", id: "l", principal: uid("U::b"))
        #expect(PolicyDiff(from: linked, to: relinked).changes.map(\.kind) == [.meaning])
        #expect(PolicyDiff(from: linked, to: linked).changes.isEmpty)
    }

    @Test func answers() throws {
        let old = try set([
            ("all", "permit (principal, action, resource) when { context.x < 3 };"),
            ("one", "permit (principal, action, resource) when { context.x == 1 };"),
        ])
        let new = try set([
            ("all", "permit (principal, action, resource) when { context.x < 2 };"),
            ("two", "permit (principal, action, resource) when { context.x == 1 };"),
        ])
        let requests = try (0..<5).map { number in
            AuthorizationRequest(
                principal: try uid("U::a"),
                action: try uid("Action::r"),
                resource: try uid("D::d"),
                context: number == 4 ? ["x": "?"] : ["x": .long(Int64(number))]
            )
        }
        let diff = PolicyDiff(from: old, to: new, requests: requests, entities: EntityStore())
        #expect(diff.answers.map(\.request) == [1, 2])
        #expect(diff.answers.map(\.changesDecision) == [false, true])
        #expect(diff.answers.map(\.changesReason) == [true, true])
        #expect(diff.answers[0].new.reason == ["all", "two"] && diff.answers[1].new.reason.isEmpty)
        let broken = try set([("all", "permit (principal, action, resource) when { context.z };")])
        let errors = PolicyDiff(from: try set([]), to: broken, requests: requests, entities: EntityStore())
        #expect(errors.answers.count == 5 && errors.answers.allSatisfy { $0.changesErrors && !$0.changesDecision })
    }
}
