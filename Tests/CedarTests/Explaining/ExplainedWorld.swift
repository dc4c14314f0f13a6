// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar

/// A small world whose policies, entities and requests are drawn at random, with enough missing attributes, wrong kinds
/// and nested groups that everything happens that can.
struct ExplainedWorld {
    let text: String
    let set: PolicySet
    var entities: [Entity]
    let request: AuthorizationRequest

    private static let users = ["u0", "u1", "u2"]
    private static let groups = ["g0", "g1", "g2", "g3"]

    init(using generator: inout SeededGenerator, depth: Int = 3) throws {
        var text = ""
        for _ in 0..<Int.random(in: 1...5, using: &generator) {
            text += Self.policy(depth, &generator) + "\n"
        }
        self.text = text
        set = try PolicySet(parsing: text)
        entities = try Self.entities(&generator)
        var context: Record = [:]
        for name in ["a", "b", "c"] where Int.random(in: 0..<4, using: &generator) > 0 {
            context[Text(name)] = try Self.value(&generator)
        }
        if Bool.random(using: &generator) {
            context["r"] = .record(["x": try Self.value(&generator), "y": try Self.value(&generator)])
        }
        request = try AuthorizationRequest(
            principal: uid("User::\(Self.pick(Self.users + ["u9"], &generator))"),
            action: uid("Action::\(Self.pick(["read", "write"], &generator))"),
            resource: uid("Doc::\(Self.pick(["d0", "d1"], &generator))"),
            context: context
        )
    }

    private static func entities(_ generator: inout SeededGenerator) throws -> [Entity] {
        var entities: [Entity] = []
        for (index, name) in groups.enumerated() {
            // Groups lie in later ones only, so that there is no circle.
            let above = groups[(index + 1)...].filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }
            entities.append(try Entity(uid: uid("Group::\(name)"), parents: Set(above.map { try uid("Group::\($0)") })))
        }
        for (type, names) in [("User", users), ("Doc", ["d0", "d1"])] {
            for name in names {
                var entity = try Entity(uid: uid("\(type)::\(name)"))
                for attribute in ["n", "o", "s", "f"] where Int.random(in: 0..<5, using: &generator) > 0 {
                    entity.attributes[Text(attribute)] = try value(&generator)
                }
                if Bool.random(using: &generator) { entity.tags["t"] = try value(&generator) }
                for group in groups where Int.random(in: 0..<4, using: &generator) == 0 {
                    entity.parents.insert(try uid("Group::\(group)"))
                }
                entities.append(entity)
            }
        }
        return entities
    }

    private static func value(_ generator: inout SeededGenerator) throws -> Value {
        switch Int.random(in: 0..<9, using: &generator) {
        case 0...2: .long(Int64.random(in: 0...4, using: &generator))
        case 3: .bool(Bool.random(using: &generator))
        case 4: .string(Text(pick(["", "x", "xy", "zx"], &generator)))
        case 5: .entity(try uid("User::\(pick(users, &generator))"))
        case 6: .set([.long(1), .string("x")])
        case 7: .set([.entity(try uid("User::u0")), .entity(try uid("Group::g1"))])
        default: .ip(IPAddressValue(ipv4: pick([0x0A00_0001, 0x7F00_0001], &generator)))
        }
    }

    private static func policy(_ depth: Int, _ generator: inout SeededGenerator) -> String {
        let effect = Int.random(in: 0..<3, using: &generator) == 0 ? "forbid" : "permit"
        let group = pick(groups, &generator)
        let principal = pick(
            [
                "principal", "principal", "principal in Group::\"\(group)\"",
                "principal is User in Group::\"\(group)\"",
                "principal == User::\"u0\"",
            ],
            &generator
        )
        let action = pick(["action", "action", "action", "action == Action::\"read\""], &generator)
        let resource = pick(["resource", "resource", "resource in Group::\"\(group)\""], &generator)
        var text = "\(effect) (\(principal), \(action), \(resource))"
        for _ in 0..<Int.random(in: 0...2, using: &generator) {
            text += " \(pick(["when", "when", "unless"], &generator)) { \(expression(depth, &generator)) }"
        }
        return text + ";"
    }

    private static func expression(_ depth: Int, _ generator: inout SeededGenerator) -> String {
        func inner() -> String { "(\(expression(depth - 1, &generator)))" }
        guard depth > 0 else { return clause(&generator) }
        switch Int.random(in: 0..<10, using: &generator) {
        case 0...2: return (0..<Int.random(in: 2...3, using: &generator)).map { _ in inner() }.joined(separator: " && ")
        case 3...5: return (0..<Int.random(in: 2...3, using: &generator)).map { _ in inner() }.joined(separator: " || ")
        case 6: return "!\(inner())"
        case 7: return "if \(inner()) then \(inner()) else \(inner())"
        default: return clause(&generator)
        }
    }

    private static func clause(_ generator: inout SeededGenerator) -> String {
        let path = pick(
            [
                "context.a", "context.b", "context.c", "context.r.x", "principal.n", "principal.o", "resource.n",
                "resource.o", "resource.s", "principal.f", "resource.o.n", "principal.getTag(\"t\")",
            ],
            &generator
        )
        let number = Int.random(in: 0...4, using: &generator)
        let group = "Group::\"\(pick(groups, &generator))\""
        return pick(
            [
                "\(path) == \(number)", "\(path) != \(number)", "\(path) < \(number)", "\(number) <= \(path)",
                "\(path) >= context.a", "\(path) == principal", "resource.o == principal", path, "\(path) == \"x\"",
                "context has a", "context has r.x", "resource has o.n", "principal has zz", "\(path) like \"x*\"",
                "principal in \(group)", "resource in [\(group), Group::\"g0\"]", "principal in resource.s",
                "resource.s.contains(\(number))", "resource.s.contains(principal)", "[0, 1, \"x\"].contains(\(path))",
                "context.b.containsAll([1, 2])", "context.b.containsAny([1, 7])", "resource.s.isEmpty()",
                "principal.hasTag(\"t\")", "\(path).isInRange(ip(\"10.0.0.0/8\"))", "\(path).isLoopback()",
                "\(path) + 1 < \(number)", "principal is User", "principal == User::\"u0\"", "true", "false",
                "\(path) is User", "principal.o in \(group)", "context == {}", "\(path) == resource.n",
            ],
            &generator
        )
    }

    private static func pick<Element>(_ choices: [Element], _ generator: inout SeededGenerator) -> Element {
        choices[Int.random(in: choices.indices, using: &generator)]
    }
}
