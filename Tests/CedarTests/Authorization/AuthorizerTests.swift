// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

@Suite struct AuthorizerTests {
    private func request(_ context: Record = [:]) throws -> AuthorizationRequest {
        try AuthorizationRequest(
            principal: uid("User::a"),
            action: uid("Action::r"),
            resource: uid("Doc::d"),
            context: context
        )
    }

    @Test func nothingPermitsByDefault() throws {
        for text in ["", "// nothing", "forbid(principal, action, resource) when { false };"] {
            let answer = try policies(text).authorize(request(), entities: EntityStore())
            #expect(answer.decision == .deny && answer.reason.isEmpty && answer.errors.isEmpty)
        }
    }

    @Test func forbidWinsAndAllReasonsAreNamed() throws {
        let set = try policies(
            """
            permit(principal, action, resource);
            forbid(principal == User::"a", action, resource);
            permit(principal, action, resource) when { 1 + "a" == 2 };
            forbid(principal, action, resource is Doc);
            forbid(principal, action, resource) when { context.x };
            forbid(principal == User::"b", action, resource);
            """
        )
        let answer = try set.authorize(request(), entities: EntityStore())
        #expect(answer.decision == .deny)
        #expect(answer.determining.map(\.id) == ["policy1", "policy3"])
        #expect(answer.failures.map(\.policy.id) == ["policy2", "policy4"])
    }

    @Test func permitsAreNamedAndFailuresListed() throws {
        let set = try policies(
            "forbid(principal, action, resource) when { context.x }; permit(principal, action, resource); permit(principal, action == Action::\"r\", resource);"
        )
        let answer = try set.authorize(request(), entities: EntityStore())
        #expect(answer.decision == .allow)
        #expect(answer.reason == ["policy1", "policy2"])
        #expect(answer.errors == ["policy0"])
    }

    @Test func idsAreSortedByTheirBytes() throws {
        let set = try policies(String(repeating: "permit(principal, action, resource);", count: 12))
        let answer = try set.authorize(request(), entities: EntityStore())
        #expect(answer.reason.prefix(4) == ["policy0", "policy1", "policy10", "policy11"])
        #expect(answer.determining.map(\.id).prefix(4) == ["policy0", "policy1", "policy2", "policy3"])
    }

    @Test func templatesTakeNoPart() throws {
        let set = try policies(
            "permit(principal == ?principal, action, resource); permit(principal, action, resource in ?resource); forbid(principal, action, resource);"
        )
        #expect(set.policies.map(\.id) == ["policy2"])
        #expect(set.templates.map(\.id) == ["policy0", "policy1"])
        #expect(try set.authorize(request(), entities: EntityStore()).reason == ["policy2"])
    }

    static let scopes: [(String, Bool)] = [
        ("principal, action, resource", true), ("principal == User::\"a\", action, resource", true),
        ("principal == User::\"b\", action, resource", false), ("principal in Group::\"g\", action, resource", true),
        ("principal in User::\"a\", action, resource", true), ("principal in Group::\"h\", action, resource", false),
        ("principal is User, action, resource", true), ("principal is N::User, action, resource", false),
        ("principal is User in Org::\"o\", action, resource", true),
        ("principal is Group in Org::\"o\", action, resource", false),
        ("principal, action == Action::\"r\", resource", true), ("principal, action in Action::\"r\", resource", true),
        ("principal, action in Action::\"all\", resource", true),
        ("principal, action in [Action::\"w\", Action::\"all\"], resource", true),
        ("principal, action in [Action::\"w\"], resource", false), ("principal, action in [], resource", false),
        ("principal, action == N::Action::\"r\", resource", false), ("principal, action, resource in Doc::\"d\"", true),
        ("principal, action, resource is Doc", true), ("principal, action, resource is Doc in Group::\"g\"", false),
        ("principal, action, resource == Doc::\"d\"", true), ("principal, action, resource == Doc::\"D\"", false),
    ]

    @Test(arguments: scopes)
    func scopeMatches(scope: String, matches: Bool) throws {
        let store = try EntityStore([
            Entity(uid: uid("User::a"), parents: [uid("Group::g")]),
            Entity(uid: uid("Group::g"), parents: [uid("Org::o")]),
            Entity(uid: uid("Action::r"), parents: [uid("Action::all")]),
        ])
        let set = try policies("permit(\(scope));")
        #expect(try set.authorize(request(), entities: store).decision == (matches ? .allow : .deny))
        #expect(try set.candidates(for: request(), entities: store) == (matches ? [0] : []))
    }

    /// What the policies say does not depend on their order, and only those whose scope matches matter.
    @Test func orderDoesNotMatter() throws {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        let conditions = [
            "true", "false", "context.a", "context.b", "1 + \"\" == 0", "principal == User::\"a\"", "resource has x",
        ]
        for _ in 0..<50 {
            let texts = (0..<12).map { _ in
                let effect = Bool.random(using: &generator) ? "permit" : "forbid"
                let principal =
                    ["principal", "principal == User::\"a\"", "principal is Doc"].randomElement(using: &generator) ?? ""
                let condition = conditions.randomElement(using: &generator) ?? ""
                return "\(effect)(\(principal), action, resource) when { \(condition) };"
            }
            let named = try texts.enumerated().flatMap { index, text in
                try Policy.parse(text) { _ in Text("p\(index)") }
            }
            let request = try request(["a": true])
            let answer = try PolicySet(named).authorize(request, entities: EntityStore())
            let shuffled = try PolicySet(named.shuffled(using: &generator))
            let other = shuffled.authorize(request, entities: EntityStore())
            #expect(answer.decision == other.decision && answer.reason == other.reason, "seed \(seed)")
            #expect(answer.errors == other.errors, "seed \(seed)")
            let candidates = shuffled.candidates(for: request, entities: EntityStore())
            let among = shuffled.authorize(request, among: candidates, entities: EntityStore())
            #expect(among.reason == other.reason && among.errors == other.errors, "seed \(seed)")
        }
    }

    /// Asking again with more in the context, as remedies do.
    @Test func changedContext() throws {
        let set = try policies(
            """
            @remedy("approve:finance")
            permit(principal, action, resource) when { context.met.contains("approve:finance") };
            @remedy("challenge:human")
            forbid(principal, action, resource) unless { context.met.contains("challenge:human") };
            permit(principal == User::"other", action, resource);
            """
        )
        var request = try request(["met": .set([])])
        let store = EntityStore()
        let candidates = set.candidates(for: request, entities: store)
        #expect(candidates == [0, 1])
        let denied = set.authorize(request, among: candidates, entities: store)
        #expect(denied.decision == .deny && denied.determining.map { $0.annotation("remedy") } == ["challenge:human"])
        request.context["met"] = .set(["challenge:human"])
        #expect(set.authorize(request, among: candidates, entities: store).decision == .deny)
        request.context = request.context.setting("met", to: .set(["challenge:human", "approve:finance"]))
        #expect(set.authorize(request, among: candidates, entities: store).determining.map(\.id) == ["policy0"])
        #expect(set.authorize(request, among: [-1, 0, 99], entities: store).decision == .allow)
    }

    /// An application's own tables instead of a store.
    private struct Rows: EntityLookup {
        func handle(of uid: EntityUID) -> EntityHandle? {
            uid.type.description == "User" ? EntityHandle(uid.id.string.utf8.count) : nil
        }
        func attribute(_ name: Text, of entity: EntityHandle) -> Value? {
            name == "length" ? .long(Int64(entity.rawValue)) : nil
        }
        func tag(_ name: Text, of entity: EntityHandle) -> Value? { nil }
        func isMember(_ entity: EntityHandle, of ancestor: EntityUID) -> Bool {
            ancestor.id.string.utf8.count > entity.rawValue
        }
    }

    @Test func entitiesMayComeFromAnywhere() throws {
        let set = try policies(
            "permit(principal in Any::\"xx\", action, resource) when { principal.length == 1 && User::\"abc\".length == 3 };"
        )
        #expect(try set.authorize(request(), entities: Rows()).decision == .allow)
    }
}
