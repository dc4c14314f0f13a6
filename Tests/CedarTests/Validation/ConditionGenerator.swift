// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar

/// Random conditions that are mostly well typed in one kind of request, with slips now and then.
struct ConditionGenerator {
    /// An expression that can be read from the request, and its type.
    typealias Path = (text: String, type: SchemaType)

    let schema: Schema
    let paths: [Path]
    var generator: SeededGenerator

    /// Conditions on requests for `action` by `principal` on `resource`.
    init(
        _ schema: Schema,
        principal: EntityTypeName,
        action: EntityUID,
        resource: EntityTypeName,
        seed: UInt64
    ) {
        self.schema = schema
        generator = SeededGenerator(seed: seed)
        var paths: [Path] = [
            ("principal", .entity(principal)), ("resource", .entity(resource)),
            ("context", .record(schema.actions[action]?.context ?? RecordType())),
        ]
        // Two steps of attributes.
        var last = paths
        for _ in 0..<2 {
            last = last.flatMap { path in
                Self.attributes(of: path.type, schema).map { ("\(path.text)[\($0.name.quoted)]", $0.type) }
            }
            paths += last
        }
        self.paths = paths
    }

    private static func attributes(of type: SchemaType, _ schema: Schema) -> [RecordType.Attribute] {
        switch type {
        case .record(let record): record.attributes
        case .entity(let name): schema.entityTypes[name]?.attributes.attributes ?? []
        default: []
        }
    }

    private mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &generator) }

    private mutating func pick<Element>(_ list: [Element]) -> Element? { list.randomElement(using: &generator) }

    private mutating func slip() -> SchemaType? { roll(40) == 0 ? pick(paths)?.type : nil }

    /// An expression of `type`, mostly.
    mutating func expression(_ type: SchemaType, depth: Int) -> String {
        let type = slip() ?? type
        let fitting = paths.filter { $0.type == type }
        if roll(2) == 0, let path = pick(fitting) { return path.text }
        guard depth > 0 else { return literal(type) }
        switch roll(4) {
        case 0:
            return "(if \(expression(.bool, depth: depth - 1)) then \(expression(type, depth: depth - 1)) "
                + "else \(expression(type, depth: depth - 1)))"
        case 1 where type == .long:
            let sign = pick(["+", "-", "*"]) ?? "+"
            return "(\(expression(.long, depth: depth - 1)) \(sign) \(expression(.long, depth: depth - 1)))"
        case 1 where type == .duration:
            return "\(expression(.datetime, depth: depth - 1)).durationSince(\(expression(.datetime, depth: 0)))"
        default: return type == .bool ? "(\(condition(depth: depth - 1)))" : literal(type)
        }
    }

    private mutating func literal(_ type: SchemaType) -> String {
        switch type {
        case .bool: pick(["true", "false"]) ?? "true"
        case .long: pick(["0", "1", "-7", "9223372036854775807"]) ?? "0"
        case .string: pick(["\"a\"", "\"\"", "\"t\""]) ?? "\"\""
        case .decimal: "decimal(\"1.5\")"
        case .ipaddr: "ip(\"10.0.0.1\")"
        case .datetime: "datetime(\"2026-01-01\")"
        case .duration: "duration(\"1h\")"
        case .entity(let name): "\(name)::\"\(pick(["x", "y"]) ?? "x")\""
        case .set(let element): "[\(expression(element, depth: 0)), \(expression(element, depth: 0))]"
        case .record(let record): "{\(members(of: record))}"
        }
    }

    private mutating func members(of record: RecordType) -> String {
        var members: [String] = []
        for attribute in record.attributes where attribute.isRequired || roll(2) == 0 {
            members.append("\(attribute.name.quoted): \(expression(attribute.type, depth: 0))")
        }
        return members.joined(separator: ", ")
    }

    /// A condition.
    mutating func condition(depth: Int) -> String {
        guard depth > 0, let path = pick(paths) else { return literal(.bool) }
        switch roll(10) {
        case 0, 1, 2: return guarded(path, depth)
        case 3: return tag(path, depth)
        case 4: return "\(expression(.bool, depth: depth - 1)) && \(expression(.bool, depth: depth - 1))"
        case 5: return "\(expression(.bool, depth: depth - 1)) || \(expression(.bool, depth: depth - 1))"
        case 6: return "!\(expression(.bool, depth: depth - 1))"
        case 7: return "\(expression(path.type, depth: depth - 1)) == \(expression(path.type, depth: depth - 1))"
        case 8:
            let type = pick([SchemaType.long, .datetime, .duration]) ?? .long
            return "\(expression(type, depth: depth - 1)) < \(expression(type, depth: depth - 1))"
        default:
            return "[\(expression(path.type, depth: 0))].contains(\(expression(path.type, depth: depth - 1)))"
        }
    }

    // An attribute behind a `has`, in forms of which some guard and some do not.
    private mutating func guarded(_ path: Path, _ depth: Int) -> String {
        guard let attribute = pick(Self.attributes(of: path.type, schema)) else { return "true" }
        let name = attribute.name.quoted
        let has = "\(path.text) has \(name)"
        let use = "\(path.text)[\(name)] == \(expression(attribute.type, depth: 0))"
        switch roll(6) {
        case 0: return "if \(has) then \(use) else \(expression(.bool, depth: depth - 1))"
        case 1: return "(\(has) || \(expression(.bool, depth: depth - 1))) && \(use)"
        case 2: return "(\(expression(.bool, depth: depth - 1)) && \(has)) && \(use)"
        default: return "\(has) && \(use)"
        }
    }

    private mutating func tag(_ path: Path, _ depth: Int) -> String {
        guard case .entity(let name) = path.type else { return "\(expression(.string, depth: 0)) like \"a*\"" }
        let key = expression(.string, depth: 0)
        let has = "\(path.text).hasTag(\(key))"
        guard let type = schema.entityTypes[name]?.tags, roll(4) > 0 else { return has }
        return "\(has) && \(path.text).getTag(\(key)) == \(expression(type, depth: 0))"
    }
}
