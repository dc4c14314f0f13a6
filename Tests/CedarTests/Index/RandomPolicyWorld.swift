// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

@testable import Cedar

/// Small random worlds in which names collide often: few entities, few attributes, policies that share scopes and the
/// beginnings of their conditions, and conditions that fail.
struct RandomPolicyWorld {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &generator) ?? "" }

    private static let groups = ["Group::\"g0\"", "Group::\"g1\"", "Group::\"g2\"", "N::Group::\"g1\""]
    private static let users = ["User::\"u0\"", "User::\"u1\"", "User::\"u2\"", "Group::\"g0\"", "User::\"none\""]
    private static let actions = ["Action::\"a0\"", "Action::\"a1\"", "Action::\"a2\"", "Action::\"all\""]

    private mutating func constraint(_ variable: String) -> String {
        switch Int.random(in: 0..<8, using: &generator) {
        case 0..<3: variable
        case 3: "\(variable) == \(pick(Self.users))"
        case 4: "\(variable) in \(pick(Self.groups))"
        case 5: "\(variable) is \(pick(["User", "Group", "N::Group"]))"
        case 6: "\(variable) is \(pick(["User", "Group"])) in \(pick(Self.groups))"
        default: "\(variable) in \(pick(Self.users))"
        }
    }

    private mutating func action() -> String {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0, 1: "action"
        case 2: "action == \(pick(Self.actions))"
        case 3: "action in \(pick(Self.actions))"
        case 4: "action in [\(pick(Self.actions)), \(pick(Self.actions)), \(pick(Self.actions))]"
        default: pick(["action in []", "action"])
        }
    }

    private static let paths = [
        "principal.name", "resource.owner", "context.env", "context.n", "principal.boss.name", "context.r.deep",
        "principal", "resource", "action", "context.missing", "resource.owner.name", "context",
    ]
    private static let literals = [
        "\"x\"", "\"y\"", "1", "2", "true", "User::\"u0\"", "User::\"u1\"", "[1, 2]", "[]", "{}", "{deep: 1}",
        "decimal(\"1.0\")", "ip(\"::1\")", "datetime(\"2024-01-01\")",
    ]

    private mutating func guardText() -> String {
        switch Int.random(in: 0..<16, using: &generator) {
        case 0..<5: "\(pick(Self.paths)) == \(pick(Self.literals))"
        case 5: "\(pick(Self.literals)) == \(pick(Self.paths))"
        case 6: "\(pick(Self.paths)) != \(pick(Self.literals))"
        case 7:
            "\(pick(["principal", "resource", "context"])) has \(pick(["name", "owner", "env", "boss", "r.deep", "n"]))"
        case 8: "\(pick(Self.paths)) < \(pick(["1", "2", "3", "\"x\""]))"
        case 9: "\(pick(Self.paths)) == \(pick(Self.paths))"
        case 10: "\(pick(Self.paths)) in \(pick(["Group::\"g0\"", "[User::\"u0\", Group::\"g1\"]", "resource", "[1]"]))"
        case 11: "context.flag"
        case 12: pick(["true", "false", "1", "!context.flag", "decimal(\"no\") == 1", "[1, context.n].contains(1)"])
        case 13: "(\(guardText()) && \(guardText()))"
        case 14: "(\(guardText()) || \(guardText()))"
        default: "principal is User"
        }
    }

    private mutating func condition() -> String {
        let count = Int.random(in: 1...3, using: &generator)
        let isUnless = Int.random(in: 0..<4, using: &generator) == 0
        let operators = isUnless && Bool.random(using: &generator) ? " || " : " && "
        return "\(isUnless ? "unless" : "when") { "
            + (0..<count).map { _ in guardText() }.joined(separator: operators) + " }"
    }

    /// A policy; `isScoped` or about everything, so that conditions alone tell it apart.
    mutating func policy(_ id: String, isScoped: Bool) throws -> Policy {
        let scope =
            isScoped
            ? "\(constraint("principal")), \(action()), \(constraint("resource"))" : "principal, action, resource"
        let conditions = (0..<Int.random(in: 0...2, using: &generator)).map { _ in condition() }
        let text = "\(pick(["permit", "permit", "forbid"]))(\(scope)) \(conditions.joined(separator: " "));"
        return try Policy.parse(text) { _ in Text(id) }[0]
    }

    /// A template, with one slot or two.
    mutating func template(_ id: String) throws -> Policy {
        let principal = pick(["principal == ?principal", "principal in ?principal", "principal is User in ?principal"])
        let resource = pick(["resource == ?resource", "resource in ?resource", "resource is Group in ?resource"])
        let scope = pick([
            "\(principal), \(action()), \(resource)", "\(principal), \(action()), \(constraint("resource"))",
            "\(constraint("principal")), \(action()), \(resource)",
        ])
        let conditions = (0..<Int.random(in: 0...2, using: &generator)).map { _ in condition() }
        let text = "\(pick(["permit", "permit", "forbid"]))(\(scope)) \(conditions.joined(separator: " "));"
        return try Policy.parse(text) { _ in Text(id) }[0]
    }

    /// A link of `template` that fills the slots it has.
    mutating func link(_ template: Policy) throws -> TemplateLink {
        let (principal, resource) = (try uid(pick(Self.names)), try uid(pick(Self.names)))
        return TemplateLink(
            template: template.id,
            principal: template.scope.principal.hasSlot ? principal : nil,
            resource: template.scope.resource.hasSlot ? resource : nil
        )
    }

    private static let names = ["User::u0", "User::u1", "User::none", "Group::g0", "Group::g1", "N::Group::g1"]

    mutating func entities() throws -> EntityStore {
        var entities: [Entity] = []
        for (level, names) in [
            ["Group::g2"], ["Group::g1", "N::Group::g1"], ["Group::g0"], ["User::u0", "User::u1", "User::u2"],
        ]
        .enumerated() {
            for name in names where Int.random(in: 0..<6, using: &generator) > 0 {
                var entity = Entity(uid: try uid(name))
                for parent in ["Group::g2", "Group::g1", "N::Group::g1", "Group::g0"].prefix(level)
                where Bool.random(using: &generator) { entity.parents.insert(try uid(parent)) }
                if Bool.random(using: &generator) { entity.attributes["name"] = try value() }
                if Bool.random(using: &generator) { entity.attributes["owner"] = .entity(try uid("User::u0")) }
                if Bool.random(using: &generator) { entity.attributes["boss"] = .entity(try uid("User::u1")) }
                entities.append(entity)
            }
        }
        entities.append(Entity(uid: try uid("Action::a0"), parents: [try uid("Action::all")]))
        entities.append(Entity(uid: try uid("Action::a1"), parents: [try uid("Action::all"), try uid("Action::a2")]))
        return try EntityStore(entities)
    }

    private mutating func value() throws -> Value {
        let values: [Value] = ["x", "y", 1, 2, true, .entity(try uid("User::u1")), .set([1, 2]), .record(["deep": 1])]
        return values.randomElement(using: &generator) ?? 1
    }

    mutating func request() throws -> AuthorizationRequest {
        var context: Record = [:]
        for name in ["env", "n", "flag"] where Int.random(in: 0..<3, using: &generator) > 0 {
            context[Text(name)] = try value()
        }
        if Bool.random(using: &generator) { context["flag"] = true }
        if Bool.random(using: &generator) { context["r"] = .record(["deep": try value()]) }
        return AuthorizationRequest(
            principal: try uid(pick(["User::u0", "User::u1", "User::u2", "User::none", "Group::g0"])),
            action: try uid(pick(["Action::a0", "Action::a1", "Action::a2", "Action::other"])),
            resource: try uid(pick(["User::u0", "User::u1", "Group::g0", "N::Group::g1", "Doc::d"])),
            context: context
        )
    }
}
