// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

@Suite struct PolicyTests {
    static let text = """
        // The first policy.
        @id("first") @alert
        permit (principal == User::"a", action in [Action::"r", N::Action::"w"], resource is Doc in Folder::"f")
        when { context.x == 1 }
        unless { resource.private };

        forbid (principal in Group::"g", action == Action::"r", resource);
        @remedy("approve:\\u{66}inance")
        permit (principal is N::User, action in Action::"all", resource == Doc::"d");
        permit (principal in ?principal, action, resource is Doc in ?resource);
        """

    @Test func partsAreKept() throws {
        let policies = try Policy.parse(Self.text)
        #expect(policies.map(\.id) == ["policy0", "policy1", "policy2", "policy3"])
        #expect(policies.map(\.effect) == [.permit, .forbid, .permit, .permit])
        #expect(policies[0].annotations == [Annotation(key: "id", value: "first"), Annotation(key: "alert")])
        #expect(policies[0].annotation("alert") == "")
        #expect(policies[0].annotation("remedy") == nil)
        #expect(policies[2].annotation("remedy") == "approve:finance")
        #expect(policies[0].conditions.map(\.kind) == [.when, .unless])
        #expect(policies.map(\.isTemplate) == [false, false, false, true])
    }

    @Test func scopesAreData() throws {
        let scopes = try Policy.parse(Self.text).map(\.scope)
        let folder = try uid("Folder::f")
        let doc = try #require(EntityTypeName("Doc"))
        #expect(
            try scopes[0]
                == Scope(
                    principal: .equal(.entity(uid("User::a"))),
                    action: .memberOfAny([uid("Action::r"), uid("N::Action::w")]),
                    resource: .typeAndMember(doc, .entity(folder))
                )
        )
        #expect(
            try scopes[1]
                == Scope(principal: .member(.entity(uid("Group::g"))), action: .equal(uid("Action::r")), resource: .any)
        )
        #expect(
            try scopes[2]
                == Scope(
                    principal: .type(#require(EntityTypeName("N::User"))),
                    action: .member(uid("Action::all")),
                    resource: .equal(.entity(uid("Doc::d")))
                )
        )
        #expect(scopes[3] == Scope(principal: .member(.slot), action: .any, resource: .typeAndMember(doc, .slot)))
    }

    @Test func textAndPlacesAreKept() throws {
        let policies = try Policy.parse(Self.text)
        #expect(policies[0].source.hasPrefix("@id(\"first\")") && policies[0].source.hasSuffix("};"))
        #expect(policies[0].position == SourcePosition(offset: 21, line: 2, column: 1))
        #expect(policies[1].position.line == 7)
        #expect(policies[1].source == "forbid (principal in Group::\"g\", action == Action::\"r\", resource);")
        let condition = policies[0].conditions[1]
        #expect(policies[0].position(of: condition.span).line == 5)
        let utf8 = Array(policies[0].source.utf8)
        let root = policies[0].expression.spans
        #expect(
            String(decoding: utf8[condition.span.start..<condition.span.end], as: UTF8.self)
                == "unless { resource.private }"
        )
        let texts = root.map { String(decoding: utf8[$0.start..<$0.end], as: UTF8.self) }
        #expect(texts == ["context", "context.x", "1", "context.x == 1", "resource", "resource.private"])
    }

    @Test func idsCanBeGiven() throws {
        let named = try Policy.parse(Self.text) { Text("file.cedar#\($0)") }
        #expect(named.map(\.id) == ["file.cedar#0", "file.cedar#1", "file.cedar#2", "file.cedar#3"])
        let set = try PolicySet(named)
        #expect(set.policies.count == 3)
        #expect(set.templates.map(\.id) == ["file.cedar#3"])
        #expect(throws: DuplicatePolicyError.self) { try PolicySet(named + named) }
    }

    /// The tree as text, to see how it is built.
    static let trees = [
        ("1 + 2 - 3 * 4", "(+ 1 +2 -(* 3 4))"),
        ("!(true && false) || true && !true", "(|| (! (&& true false)) (&& true (! true)))"),
        ("1 < 2 && 3 == 4 || true", "(|| (&& (< 1 2) (== 3 4)) true)"),
        ("if true then 1 else if false then 2 else 3", "(if true 1 (if false 2 3))"),
        ("-(-9223372036854775808) == - -1", "(== (- -9223372036854775808) (- -1))"),
        ("principal.a[\"b c\"].contains(1)", "(contains principal.\"a\".\"b c\" 1)"),
        ("principal is A in B::\"x\"", "(is principal A B::\"x\")"), ("principal has a.b", "(has principal a.b)"),
        ("[1, {a: 2}, []] == ip(\"::1\").isIpv6()", "(== [1 {a 2} []] (isIpv6 (ip \"::1\")))"),
        ("!!!true", "(! (! (! true)))"), ("!!true", "(! (! true))"),
        ("a::b::\"c\" in [principal]", "(in a::b::\"c\" [principal])"),
    ]

    @Test(arguments: trees)
    func expressionsAreBuiltAs(text: String, tree: String) throws {
        let policy = try #require(Policy.parse(permit(when: text)).first)
        #expect(policy.expression.tree(policy.conditions[0].root) == tree)
    }
}

extension PolicyExpression {
    /// The tree below a node in prefix form.
    fileprivate func tree(_ id: NodeID) -> String {
        func row(_ range: OperandRange) -> String { self[range].map(tree).joined(separator: " ") }
        switch self[id] {
        case .literal: return literal(id)
        case .variable(let variable): return variable.rawValue
        case .not(let a): return "(! \(tree(a)))"
        case .negate(let a): return "(- \(tree(a)))"
        case .and(let range): return "(&& \(row(range)))"
        case .or(let range): return "(|| \(row(range)))"
        case .product(let range): return "(* \(row(range)))"
        case .sum(let range):
            return "(+ "
                + zip(self[range], signs(range)).enumerated()
                .map { ($0 == 0 ? "" : $1.1) + tree($1.0) }.joined(separator: " ") + ")"
        case .comparison(let comparison, let a, let b): return "(\(comparison.rawValue) \(tree(a)) \(tree(b)))"
        case .membership(let a, let b): return "(in \(tree(a)) \(tree(b)))"
        case .has(let a, let names):
            return "(has \(tree(a)) \(self[names: names].map(\.string).joined(separator: ".")))"
        case .like(let a, _): return "(like \(tree(a)))"
        case .isType(let a, let type): return "(is \(tree(a)) \(self[type: type]))"
        case .isTypeIn(let a, let type, let b): return "(is \(tree(a)) \(self[type: type]) \(tree(b)))"
        case .attribute(let a, let name): return "\(tree(a)).\(self[name: name].quoted)"
        case .setOperation(let operation, let a, let b): return "(\(operation.rawValue) \(tree(a)) \(tree(b)))"
        case .isEmpty(let a): return "(isEmpty \(tree(a)))"
        case .hasTag(let a, let b): return "(hasTag \(tree(a)) \(tree(b)))"
        case .getTag(let a, let b): return "(getTag \(tree(a)) \(tree(b)))"
        case .conditional(let a, let b, let c): return "(if \(tree(a)) \(tree(b)) \(tree(c)))"
        case .set(let range): return "[\(row(range))]"
        case .record(let range, let first):
            return "{"
                + zip(self[keys: first, count: self[range].count], self[range]).map { "\($0) \(tree($1))" }.joined(
                    separator: " "
                ) + "}"
        case .call(let function, let range): return "(\(function.rawValue) \(row(range)))"
        }
    }

    private func literal(_ id: NodeID) -> String {
        if case .literal(let index) = self[id] { return self[literal: index].description }
        return ""
    }

    private func signs(_ range: OperandRange) -> [String] {
        self[subtracted: range].map { $0 ? "-" : "+" }
    }
}
