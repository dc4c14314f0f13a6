// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// What comparing with the reference implementation has brought up and no table of cases has a place for.
@Suite struct FuzzFindingsTests {
    // Policies that share their first guards, added while the node behind these is still empty: this trapped.
    @Test func sharedGuards() throws {
        let shared = "context has a && principal == User::\"a\" && context.a > 3"
        let other = "context has a && User::\"b\" == principal"
        let text = """
            forbid(principal, action, resource is Doc);
            forbid(principal, action, resource) when { \(shared) && resource == Doc::"x" };
            permit(principal, action, resource) when { \(other) && context.a >= 3 && resource == Doc::"x" };
            permit(principal, action, resource) when { Doc::"y" == resource } when { \(other) };
            forbid(principal, action, resource) when { \(shared) } when { resource != Doc::"x" } unless { \(other) };
            forbid(principal, action, resource) when { \(shared) };
            permit(principal, action, resource) when { \(shared) };
            permit(principal, action, resource) unless { context has a && context.a > 3 };
            """
        let policies = try PolicySet(parsing: text)
        for principal in ["a", "b", "c"] {
            for resource in ["x", "y"] {
                for context: Record in [["a": 4], ["a": 3], ["a": "text"], [:]] {
                    let request = AuthorizationRequest(
                        principal: try EntityUID(parsing: "User::\"\(principal)\""),
                        action: try EntityUID(parsing: "Action::\"r\""),
                        resource: try EntityUID(parsing: "Doc::\"\(resource)\""),
                        context: context
                    )
                    try expectEachAlone(policies, request)
                }
            }
        }
    }

    // A quote and an accent behind it are one character of Swift's; the accent went with the quote.
    @Test(arguments: ["\u{301}", "*\u{301}a*", "\u{200D}", "e\u{301}*\u{301}"])
    func patternsBeginWithAccents(pattern: String) throws {
        let policy = try #require(
            Policy.parse("permit(principal, action, resource) when { \"\" like \"\(pattern)\" };").first
        )
        let written = try #require(Policy.parse(policy.text).first)
        #expect(try written.json == policy.json)
        let empty = try #require(Policy.parse("permit(principal, action, resource) when { \"\" like \"\" };").first)
        #expect(try written.json != empty.json)
    }

    @Test(arguments: [
        (#"{"fn":"datetime","arg":"2024-01-01"}"#, true),
        (#"{"fn":"datetime","arg":"2024-01-01","x":1.5}"#, true),
        (#"{"fn":"datetime","arg":"2024-01-01","__expr":1}"#, true),
        (#"{"__extn":{"fn":"datetime","arg":"2024-01-01","__expr":"x"}}"#, true),
        (#"{"fn":"datetime","arg":"2024-01-01","__expr":"x"}"#, false),
        (#"{"__extn":{"fn":"datetime","arg":"2024-01-01"},"__expr":"x"}"#, false),
        (
            #"{"fn":"offset","args":[{"__extn":{"fn":"datetime","arg":"2024-01-01"},"x":1.5},{"__extn":{"fn":"duration","arg":"1ms"}}]}"#,
            false
        ),
    ])
    func escapesWithASchema(value: String, isRead: Bool) throws {
        let schema = try Schema(
            parsing: "entity T { e?: datetime }; action a appliesTo { principal: T, resource: T };"
        )
        let text = #"[{"uid":{"type":"T","id":"a"},"attrs":{"e":VALUE},"parents":[]}]"#.replacing("VALUE", with: value)
        #expect(((try? EntityStore(parsing: Array(text.utf8), schema: schema)) != nil) == isRead)
    }

    /// Whatever is shared, the set answers what its policies answer each alone.
    private func expectEachAlone(_ policies: PolicySet, _ request: AuthorizationRequest) throws {
        let entities = EntityStore()
        let together = policies.authorize(request, entities: entities)
        var satisfied: [Effect: [Text]] = [:]
        var errors: [Text] = []
        for policy in policies.policies {
            let alone = try PolicySet([policy]).authorize(request, entities: entities)
            if !alone.reason.isEmpty { satisfied[policy.effect, default: []].append(policy.id) }
            if !alone.errors.isEmpty { errors.append(policy.id) }
        }
        let forbids = satisfied[.forbid] ?? []
        #expect(together.reason == (forbids.isEmpty ? satisfied[.permit] ?? [] : forbids).sorted())
        #expect(together.errors == errors.sorted())
    }
}
