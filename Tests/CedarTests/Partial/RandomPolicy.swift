// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar

/// Policies about a ``RandomWorld``, as text: of every operator, mostly of the right types, some failing.
struct RandomPolicy {
    private var generator: SeededGenerator

    init(using generator: inout SeededGenerator) {
        self.generator = SeededGenerator(seed: generator.next())
    }

    /// A set of a few policies.
    mutating func policies() -> String {
        (0..<Int.random(in: 1...5, using: &generator)).map { _ in policy() }.joined(separator: "\n")
    }

    /// A template, of which ``set(_:)`` makes policies.
    mutating func template() -> String {
        let principal = pick("principal == ?principal", "principal in ?principal", "principal is User in ?principal")
        let resource = pick("resource == ?resource", "resource in ?resource", "resource is Doc in ?resource")
        return "\(pick("permit", "forbid")) (\(principal), action, \(resource)) when { \(bool(2)) };"
    }

    /// The set of the policies in `text`, the last of which is a template, and of three links of it.
    mutating func set(_ text: String) throws -> PolicySet {
        var set = try PolicySet(parsing: text)
        guard let template = set.templates.first?.id else { return set }
        for number in 0..<3 {
            try set.link(
                template: template,
                id: Text("link\(number)"),
                principal: try uid(pick("User::u1", "User::u2", "Group::g0", "Group::g1")),
                resource: try uid(pick("Doc::d1", "Doc::d2", "Folder::f0", "Folder::f1"))
            )
        }
        return set
    }

    private mutating func pick(_ choices: String...) -> String { choices.randomElement(using: &generator) ?? "" }

    private mutating func policy() -> String {
        let principal = pick(
            "principal",
            "principal",
            "principal is User",
            "principal == User::\"u1\"",
            "principal in Group::\"g1\"",
            "principal is User in Group::\"g0\"",
            "principal in User::\"u2\""
        )
        let action = pick(
            "action",
            "action",
            "action == Action::\"view\"",
            "action in Action::\"any\"",
            "action in [Action::\"share\", Action::\"edit\"]"
        )
        let resource = pick(
            "resource",
            "resource",
            "resource is Doc",
            "resource == Doc::\"d1\"",
            "resource in Folder::\"f1\"",
            "resource is Doc in Folder::\"f0\""
        )
        var text = "\(pick("permit", "permit", "permit", "forbid")) (\(principal), \(action), \(resource))"
        for _ in 0..<Int.random(in: 0...2, using: &generator) { text += " \(pick("when", "unless")) { \(bool(3)) }" }
        return text + ";"
    }

    private mutating func bool(_ depth: Int) -> String {
        guard depth > 0 else {
            return pick(
                "true",
                "false",
                "context.mfa",
                "resource.isPublic",
                "principal.flags.admin",
                "1",
                "context.nope"
            )
        }
        switch Int.random(in: 0..<20, using: &generator) {
        case 0, 1: return "(\(bool(depth - 1)) && \(bool(depth - 1)))"
        case 2: return "(\(bool(depth - 1)) && \(bool(depth - 1)) && \(bool(depth - 1)))"
        case 3, 4: return "(\(bool(depth - 1)) || \(bool(depth - 1)))"
        case 5: return "!\(bool(depth - 1))"
        case 6: return "(if \(bool(depth - 1)) then \(bool(depth - 1)) else \(bool(depth - 1)))"
        case 7, 8: return "(\(entity()) \(pick("==", "!=")) \(entity()))"
        case 9: return "(\(any(depth)) \(pick("==", "!=")) \(any(depth)))"
        case 10: return "(\(long(depth)) \(pick("<", "<=", ">", ">=")) \(long(depth)))"
        case 11, 12: return "(\(entity()) in \(group()))"
        case 13: return "(\(entity()) is \(pick("User", "Doc", "Group")))"
        case 14: return "(\(entity()) is \(pick("User", "Doc")) in \(group()))"
        case 15:
            return
                "(\(pick("principal", "resource", "context", "User::\"u9\"")) has \(pick("manager", "expires", "level", "meta.by.age", "boss.flags", "owner.manager.name", "mfa.x")))"
        case 16: return "(\(string()) like \(pick("\"a*\"", "\"*\"", "\"secret\"")))"
        case 17:
            return "\(set(depth)).\(pick("containsAll", "containsAny"))(\(set(depth)))"
        case 18: return pick("\(set(depth)).contains(\(any(depth)))", "\(set(depth)).isEmpty()")
        default:
            return pick(
                "\(entity()).hasTag(\"team\")",
                "(\(entity()).getTag(\"team\") == \"red\")",
                "ip(\"10.0.0.1\").isInRange(ip(\(string())))",
                "decimal(\"1.0\").lessThan(decimal(\"2.0\"))"
            )
        }
    }

    private mutating func entity() -> String {
        pick(
            "principal",
            "principal",
            "resource",
            "resource",
            "action",
            "User::\"u1\"",
            "User::\"u2\"",
            "Doc::\"d2\"",
            "Group::\"g1\"",
            "Folder::\"f1\"",
            "resource.owner",
            "resource.owner",
            "principal.boss",
            "resource.acl",
            "resource.meta.by",
            "principal.manager",
            "resource.owner.boss",
            "Action::\"view\"",
            "User::\"u2\".boss",
            "resource.acl.nope"
        )
    }

    private mutating func group() -> String {
        pick(
            "Group::\"g1\"",
            "Folder::\"f1\"",
            "Folder::\"f0\"",
            "resource",
            "principal",
            "resource.acl",
            "principal.groups",
            "[Group::\"g0\", Folder::\"f2\"]",
            "[]",
            "[resource.owner, principal]",
            "resource.readers",
            "Action::\"any\"",
            "[Folder::\"f1\", 1]",
            "User::\"u1\".groups"
        )
    }

    private mutating func long(_ depth: Int) -> String {
        guard depth > 0 else { return pick("1", "2", "9223372036854775807", "principal.age", "resource.size") }
        return switch Int.random(in: 0..<6, using: &generator) {
        case 0: "(\(long(depth - 1)) + \(long(depth - 1)) - \(long(depth - 1)))"
        case 1: "(\(long(depth - 1)) * \(long(depth - 1)))"
        case 2: "-(\(long(depth - 1)))"
        case 3: pick("principal.age", "resource.size", "context.level", "resource.expires", "User::\"u1\".age")
        default: pick("0", "1", "2", "\"x\"")
        }
    }

    private mutating func string() -> String {
        pick(
            "\"ann\"",
            "\"secret\"",
            "\"10.0.0.0/8\"",
            "principal.name",
            "resource.class",
            "resource.meta.kind",
            "resource.owner.name",
            "User::\"u0\".name",
            "3"
        )
    }

    private mutating func set(_ depth: Int) -> String {
        pick(
            "resource.readers",
            "resource.labels",
            "principal.groups",
            "[\"a\"]",
            "[]",
            "[\(any(0)), \(entity())]",
            "[\(string()), \(string())]",
            "[principal]",
            "resource.size"
        )
    }

    private mutating func any(_ depth: Int) -> String {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: entity()
        case 1: long(max(0, depth - 1))
        case 2: string()
        case 3: bool(0)
        case 4: pick("{a: principal, b: 1}", "{a: \(entity())}.a", "context", "resource.meta", "principal.flags")
        default: set(0)
        }
    }
}
