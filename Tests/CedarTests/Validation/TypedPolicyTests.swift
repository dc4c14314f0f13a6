// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Cedar

/// What the check of levels reads: the types of a policy's expressions in one kind of request.
@Suite struct TypedPolicyTests {
    private func typed(_ text: String) throws -> [(policy: Policy, typed: TypedPolicy)] {
        let table = SchemaTable(try Schema(parsing: ValidationCases.schema))
        let policy = try #require(try Policy.parse(text).first)
        var walk = EnvironmentWalk(policy, table, .strict, .standard, keepsTypes: true)
        var all: [(Policy, TypedPolicy)] = []
        walk.run { all.append((policy, $0)) }
        return all
    }

    private func description(_ text: String, _ typed: TypedPolicy, in policy: Policy) -> String? {
        let source = Array(policy.source.utf8)
        for (index, span) in policy.expression.spans.enumerated()
        where String(decoding: source[span.start..<span.end], as: UTF8.self) == text {
            return typed[NodeID(index)]?.description
        }
        return nil
    }

    @Test func environments() throws {
        // Only what a policy looks at tells kinds of requests apart.
        let looking = permit(when: "principal == resource || action == Action::\"a\"")
        let all = try typed(looking).map(\.typed.environment)
        #expect(all.map(\.action.id) == ["a", "a", "b", "b", "b"])
        #expect(all.map(\.principal.description) == ["U", "U", "E", "T", "U"])
        #expect(try typed("permit (principal, action, resource);").count == 1)
        let some = try typed("permit (principal is U, action in [Action::\"grp\"], resource is T);")
        #expect(some.map(\.typed.environment.resource.description) == ["T"])
    }

    @Test func typesOfNodes() throws {
        let text = permit(when: "principal has n && principal.n + 1 == 2 || context has c && context.c")
            .replacing("principal, action, resource", with: "principal, action, resource is G")
        let environments = try typed(text)
        #expect(environments.count == 3)
        for (policy, typed) in environments {
            let isUser = typed.environment.principal.description == "U"
            #expect(typed.isPossible == isUser)
            #expect(description("principal.n", typed, in: policy) == (isUser ? "Long" : nil))
            #expect(description("principal has n", typed, in: policy) == (isUser ? "Bool" : "false"))
            // The context of this action is empty, so what stands behind the `has` is never evaluated.
            #expect(description("context.c", typed, in: policy) == nil)
        }
    }
}
