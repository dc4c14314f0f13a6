// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Random schemas in the Cedar schema language, most of them sound.
enum RandomSchema {
    private static let attributes = ["a", "b", "\"in\"", "tags", "\"\"", "\"a b\"", "\"\u{e9}\"", "\"\\\"\\n\"", "Set"]
    private static let builtins = [
        "Long", "String", "Bool", "__cedar::Long", "decimal", "ipaddr", "__cedar::datetime", "duration",
        "__cedar::Bool",
    ]

    /// A schema of up to three namespaces.
    static func text(using generator: inout SeededGenerator) -> String {
        // Names are declared once in all, because none may hide another; the last of them only as types of both kinds.
        let spaces = [nil, "N", "N::M"].prefix(Int.random(in: 1...3, using: &generator))
        var entities: [(space: String?, name: String)] = []
        var commons: [(space: String?, name: String)] = []
        for name in ["A", "B", "C", "User", "decimal", "tags"] where Int.random(in: 0..<3, using: &generator) > 0 {
            entities.append((spaces.randomElement(using: &generator) ?? nil, name))
        }
        for name in ["T", "U", "ipaddr", "V"] where Bool.random(using: &generator) {
            commons.append((spaces.randomElement(using: &generator) ?? nil, name))
        }
        var texts: [String] = []
        for space in spaces {
            var lines: [String] = []
            let types = entities + commons
            for common in commons where common.space == space {
                let type = type(2, of: entities, in: space, using: &generator)
                lines.append("\(annotations(&generator))type \(common.name) = \(type);")
            }
            for entity in entities where entity.space == space {
                lines.append(annotations(&generator) + declaration(entity.name, entities, types, space, &generator))
            }
            let names = ["read", "\"write\"", "\"a b\"", "view"].map { name in
                // Actions of two namespaces have different names, too.
                space.map { name == "read" ? "read\($0.count)" : "\"\(name.filter { $0 != "\"" })\($0)\"" } ?? name
            }
            for index in names.indices where Bool.random(using: &generator) {
                lines.append(annotations(&generator) + action(names[...index], entities, types, space, &generator))
            }
            lines.shuffle(using: &generator)
            let body = lines.joined(separator: "\n")
            texts.append(space.map { "\(annotations(&generator))namespace \($0) {\n\(body)\n}" } ?? body)
        }
        return texts.shuffled(using: &generator).joined(separator: " // next\n")
    }

    private static func declaration(
        _ name: String,
        _ entities: [(space: String?, name: String)],
        _ types: [(space: String?, name: String)],
        _ space: String?,
        _ generator: inout SeededGenerator
    ) -> String {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: return "entity \(name);"
        case 1: return "entity \(name) enum [\"a\", \"\", \"\\u{1}\"];"
        case 2: return "entity \(name) in \(reference(to: entities, in: space, &generator));"
        case 3: return "entity \(name) tags \(type(2, of: types, in: space, using: &generator));"
        default:
            let record = record(3, of: types, in: space, using: &generator)
            return "entity \(name) in [\(reference(to: entities, in: space, &generator))] = \(record);"
        }
    }

    // The last name is the action's; it may be in those before it.
    private static func action(
        _ names: ArraySlice<String>,
        _ entities: [(space: String?, name: String)],
        _ types: [(space: String?, name: String)],
        _ space: String?,
        _ generator: inout SeededGenerator
    ) -> String {
        var text = "action \(names.last ?? "")"
        if names.count > 1, Bool.random(using: &generator),
            let parent = names.dropLast().randomElement(using: &generator)
        {
            text += " in [\(parent)]"
        }
        guard Bool.random(using: &generator), !entities.isEmpty else { return text + ";" }
        let principals = "principal: \(reference(to: entities, in: space, &generator))"
        let resources = "resource: [\(reference(to: entities, in: space, &generator))]"
        let context = "context: \(record(2, of: types, in: space, using: &generator))"
        let parts = [principals, resources, context].dropLast(Int.random(in: 0...1, using: &generator))
        return text + " appliesTo { \(parts.shuffled(using: &generator).joined(separator: ", ")) };"
    }

    // A name from where it is used: alone in its own namespace, or with it.
    private static func reference(
        to names: [(space: String?, name: String)],
        in space: String?,
        _ generator: inout SeededGenerator
    ) -> String {
        guard let name = names.randomElement(using: &generator) else { return "A" }
        guard let prefix = name.space, prefix != space || Bool.random(using: &generator) else { return name.name }
        return "\(prefix)::\(name.name)"
    }

    private static func type(
        _ depth: Int,
        of types: [(space: String?, name: String)],
        in space: String?,
        using generator: inout SeededGenerator
    ) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
        case 0..<3: return builtins.randomElement(using: &generator) ?? "Long"
        case 3..<6: return types.isEmpty ? "Long" : reference(to: types, in: space, &generator)
        case 6: return "Set<\(type(depth - 1, of: types, in: space, using: &generator))>"
        default: return record(depth - 1, of: types, in: space, using: &generator)
        }
    }

    private static func record(
        _ depth: Int,
        of types: [(space: String?, name: String)],
        in space: String?,
        using generator: inout SeededGenerator
    ) -> String {
        let names = attributes.shuffled(using: &generator).prefix(Int.random(in: 0...3, using: &generator))
        let parts = names.map { name in
            let mark = Bool.random(using: &generator) ? "?" : ""
            return annotations(&generator) + name + mark + ": " + type(depth, of: types, in: space, using: &generator)
        }
        return "{\(parts.joined(separator: ", "))\(parts.isEmpty || Bool.random(using: &generator) ? "" : ",")}"
    }

    private static func annotations(_ generator: inout SeededGenerator) -> String {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: "@doc(\"a \\\"b\\\" \u{e9}\") "
        case 1: "@in @x(\"\")\n"
        default: ""
        }
    }
}
