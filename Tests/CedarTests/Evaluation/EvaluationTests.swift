// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

@Suite struct EvaluationTests {
    /// The answer for one condition in the setting that ``EvaluationCases`` describes.
    private func answer(_ condition: String) throws -> AuthorizationResponse {
        let request = try AuthorizationRequest(principal: uid("A::x"), action: uid("Action::a"), resource: uid("A::r"))
        return try policies(permit(when: condition)).authorize(request, entities: EntityStore())
    }

    @Test(arguments: EvaluationCases.holds)
    func holds(condition: String) throws {
        let answer = try answer(condition)
        #expect(answer.decision == .allow && answer.reason == ["policy0"] && answer.errors.isEmpty)
    }

    @Test(arguments: EvaluationCases.fails)
    func fails(condition: String) throws {
        let answer = try answer(condition)
        #expect(answer.decision == .deny && answer.reason.isEmpty && answer.errors.isEmpty)
    }

    @Test(arguments: EvaluationCases.errs)
    func errs(condition: String) throws {
        let answer = try answer(condition)
        #expect(answer.decision == .deny && answer.reason.isEmpty && answer.errors == ["policy0"])
        let failure = try #require(answer.failures.first)
        #expect(!failure.error.message.isEmpty)
        #expect(failure.error.span.end <= failure.policy.source.utf8.count)
    }

    static let faults: [(String, EvaluationError.Code, String, String)] = [
        ("1 + \"a\" == 2", .type, "expected long, got string", "1 + \"a\""),
        (
            "9223372036854775807 + 1 == 1", .overflow, "9223372036854775807 + 1 does not fit 64 bits",
            "9223372036854775807 + 1"
        ),
        (
            "-(-9223372036854775808) == 1", .overflow, "0 - -9223372036854775808 does not fit 64 bits",
            "-(-9223372036854775808)"
        ),
        ("context.nope", .missingAttribute, "the record does not have the attribute \"nope\"", "context.nope"),
        ("principal.name == \"x\"", .missingEntity, "the entity A::\"x\" does not exist", "principal.name"),
        (
            "A::\"known\".nope", .missingAttribute, "A::\"known\" does not have the attribute \"nope\"",
            "A::\"known\".nope"
        ),
        (
            "A::\"known\".getTag(\"t\") == 1", .missingTag, "A::\"known\" does not have the tag \"t\"",
            "A::\"known\".getTag(\"t\")"
        ),
        ("ip(\"nope\").isIpv4()", .value, "ip: \"nope\" is not a well-formed ip", "ip(\"nope\")"),
        ("ip().isIpv4()", .arity, "ip takes 1 values, the one before the dot included; 0 given", "ip()"),
        ("true && 2", .type, "expected bool, got long", "2"),
        ("datetime(\"2024-01-01\") < 1", .type, "expected datetime, got long", "datetime(\"2024-01-01\") < 1"),
        ("principal in 1", .type, "expected set or entity, got long", "principal in 1"),
    ]

    @Test(arguments: faults)
    func faultsHaveCodeMessageAndPlace(
        condition: String,
        code: EvaluationError.Code,
        message: String,
        place: String
    ) throws {
        let request = try AuthorizationRequest(principal: uid("A::x"), action: uid("Action::a"), resource: uid("A::r"))
        let store = try EntityStore([Entity(uid: uid("A::known"))])
        let answer = try policies(permit(when: condition)).authorize(request, entities: store)
        let failure = try #require(answer.failures.first)
        #expect(failure.error.code == code)
        #expect(failure.error.message == message)
        let source = Array(failure.policy.source.utf8)
        #expect(String(decoding: source[failure.error.span.start..<failure.error.span.end], as: UTF8.self) == place)
    }

    @Test func attributesTagsAndHierarchy() throws {
        let store = try EntityStore([
            Entity(
                uid: uid("User::a"),
                attributes: ["boss": .entity(uid("User::b")), "n": .record(["x": 1])],
                parents: [uid("Group::g")],
                tags: ["color": "red", "e\u{301}": 1]
            ),
            Entity(uid: uid("User::b"), attributes: ["level": 3]),
            Entity(uid: uid("Group::g"), parents: [uid("Org::o")]),
        ])
        let request = try AuthorizationRequest(
            principal: uid("User::a"),
            action: uid("Action::r"),
            resource: uid("Doc::d"),
            context: ["who": .entity(uid("User::a")), "tag": "color"]
        )
        let holding = [
            "principal.boss.level == 3", "context.who.boss.level == 3", "principal has boss.level",
            "principal.n.x == 1",
            "principal in Group::\"g\"", "principal in Org::\"o\"", "principal in [Org::\"none\", Org::\"o\"]",
            "context.who in Org::\"o\"", "!(principal.boss in Org::\"o\")", "principal in principal",
            "resource in resource", "!(resource in Org::\"o\")", "!(Org::\"o\" in principal)",
            "principal.hasTag(\"color\")", "principal.getTag(context.tag) == \"red\"", "!principal.hasTag(\"\u{e9}\")",
            "principal.hasTag(\"e\\u{301}\")", "!(resource has anything)", "!resource.hasTag(\"x\")",
            "principal is User in Group::\"g\"", "!(principal is Group in Group::\"g\")", "!(principal has level)",
            "[principal.boss, principal].contains(User::\"b\")", "if principal has level then false else true",
            "Group::\"g\" in [principal, Org::\"o\"]", "!(principal has n.y)", "context.who is User",
        ]
        for condition in holding {
            let answer = try policies(permit(when: condition)).authorize(request, entities: store)
            #expect(answer.decision == .allow, "\(condition): \(answer.failures.map(\.error.message))")
        }
    }

    /// Operators that look at nothing need nothing: each operand beside a settled one may be broken.
    @Test func shortCircuits() throws {
        for condition in ["true || context.no", "!(false && context.no)", "if true then true else context.no"] {
            #expect(try answer(condition).decision == .allow)
        }
        for condition in ["context.no || true", "context.no && false", "if context.no then true else true"] {
            #expect(try answer(condition).errors == ["policy0"])
        }
    }

    /// Chains are flat, whatever their length.
    @Test func longChains() throws {
        let many = 20_000
        #expect(try answer(Array(repeating: "true", count: many).joined(separator: " && ")).decision == .allow)
        #expect(
            try answer(Array(repeating: "false", count: many).joined(separator: " || ") + " || true").decision == .allow
        )
        #expect(
            try answer(Array(repeating: "1", count: many).joined(separator: " + ") + " == \(many)").decision == .allow
        )
        #expect(try answer("\(many)" + String(repeating: " - 1", count: many) + " == 0").decision == .allow)
        let set = "[" + (0..<many).map(String.init).joined(separator: ", ") + "]"
        #expect(try answer("\(set).contains(\(many - 1)) && !\(set).contains(\(many))").decision == .allow)
    }
}
