// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// Nothing a schema says may stop the process or take it without end.
@Suite struct SchemaHostileTests {
    private static func nest(_ count: Int, _ open: String, _ close: String) -> String {
        String(repeating: open, count: count) + "Long" + String(repeating: close, count: count)
    }

    @Test func deepNestingIsRefused() async throws {
        try await onSmallStack {
            for type in [
                Self.nest(200_000, "Set<", ">"), Self.nest(200_000, "{a: ", "}"), Self.nest(100_000, "{a: Set<", ">}"),
                Self.nest(130, "Set<", ">"), String(repeating: "{a:", count: 300_000),
                String(repeating: "Set<", count: 9999),
            ] {
                for text in ["type T = \(type);", "entity E tags \(type);", "entity E = {a: \(type)};"] {
                    #expect(schemaError(text)?.code == .nesting)
                }
            }
            // A chain of names nests just as deep.
            let chain = (1...200).map { "type T\($0) = Set<T\($0 - 1)>;" }.joined()
            #expect(schemaError("type T0 = Long;" + chain)?.code == .nesting)
            // A chain that does not nest may be as long as it likes.
            let aliases = (1...5000).map { "type T\($0) = T\($0 - 1);" }.reversed().joined()
            #expect(schemaError("type T0 = Long; entity E tags T5000;" + aliases) == nil)
            // So may chains of groups, up to a bound.
            let groups = (1...800).map { "entity E\($0) in E\($0 - 1); action a\($0) in a\($0 - 1);" }.joined()
            #expect(schemaError("entity E0; action a0;" + groups) == nil)
        }
    }

    /// As deep as it may be, on the smallest stack: read, printed, compared, hashed.
    @Test func theDeepestThatIsAccepted() async throws {
        try await onSmallStack {
            for type in [
                Self.nest(127, "Set<", ">"), Self.nest(126, "{a: ", "}"), Self.nest(63, "{a: Set<", ">}"),
            ] {
                let fragment = try SchemaFragment(parsing: "type T = \(type); entity E = {a: T};")
                let again = try SchemaFragment(parsing: fragment.text)
                #expect(again == fragment && again.hashValue == fragment.hashValue)
                let schema = try fragment.resolved()
                let json = fragment.json
                #expect(json == json && json.serialized().count > 1000)
                let second = try Schema(json: json)
                #expect(second == schema && second.hashValue == schema.hashValue)
            }
        }
    }

    /// A few lines that stand for more than any memory holds.
    @Test func typesThatDouble() throws {
        let records = (1...60).map { "type T\($0) = { a: T\($0 - 1), b: T\($0 - 1) };" }.joined()
        #expect(schemaError("type T0 = Long;" + records)?.code == .size)
        let few = (1...10).map { "type T\($0) = { a: T\($0 - 1), b: T\($0 - 1) };" }.joined()
        #expect(schemaError("type T0 = Long;" + few) == nil)
        // Each is small enough, but not all of them together.
        let uses = (0..<2000).map { "entity E\($0) = { a: T10 };" }.joined()
        #expect(schemaError("type T0 = Long;" + few + uses)?.code == .size)
        #expect(
            schemaError("type T0 = Long; entity E = {a: T10};" + few, limits: SchemaLimits(maximumSize: 2000))?.code
                == .size
        )
    }

    /// Declarations of many names with many parts.
    @Test func declarationsThatMultiply() {
        let names = (0..<3000).map { "N\($0)" }.joined(separator: ", ")
        let attributes = (0..<3000).map { "a\($0): Long" }.joined(separator: ", ")
        #expect(schemaError("entity \(names) = { \(attributes) };")?.code == .size)
        #expect(
            schemaError("entity A; action \(names) appliesTo { principal: A, resource: [\(names)] };")?.code == .size
        )
        #expect(schemaError("entity \(names);") == nil)
        // Everything in everything: the groups of groups cannot be counted out.
        let some = (0..<900).map { "N\($0)" }.joined(separator: ", ")
        #expect(schemaError("entity \(some) in [\(some)];")?.code == .size)
        let few = (0..<100).map { "N\($0)" }.joined(separator: ", ")
        #expect(schemaError("entity \(few) in [\(few)];") == nil)
    }

    /// Every declaration bears the name of its namespace, however long that is.
    @Test func longNames() throws {
        let path = repeatElement("abc", count: 50_000).joined(separator: "::")
        let entities = (0..<2000).map { "entity A\($0) in A\($0);" }.joined()
        #expect(schemaError("namespace \(path) { \(entities) }")?.code == .size)
        #expect(schemaError("namespace \(path) { entity A; }") == nil)
        let error = try #require(schemaError("entity A in \(path);"))
        #expect(error.code == .undefined && error.message.utf8.count < 1000)
        // As many names as there are: none may cost more for those that went before.
        let many = (0..<20_000).map { "a\($0): Long" }.joined(separator: ", ")
        #expect(schemaError("entity A = { \(many) }; type T = { \(many) };") == nil)
        let misspelt = (0..<20_000).map { "entity Entity\($0);" }.joined() + "entity E in Entitx;"
        #expect(schemaError(misspelt)?.code == .undefined)
    }

    @Test func bytesAreBounded() {
        #expect(schemaError("entity A;", limits: SchemaLimits(maximumBytes: 8))?.code == .size)
        #expect(schemaError("entity A;", limits: SchemaLimits(maximumBytes: 9)) == nil)
    }

    @Test func bytesMustBeUTF8() throws {
        for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], Array("// ok\n".utf8) + [0xE2, 0x80]] {
            #expect(schemaError(bytes)?.code == .encoding)
        }
        let error = try #require(schemaError(Array("// \u{e9}\n ".utf8) + [0xFF]))
        #expect(error.position == SourcePosition(offset: 7, line: 2, column: 2))
    }

    /// A value that a program built, deeper than any parser lets through.
    @Test func deepJSONIsRefused() async throws {
        try await onSmallStack {
            var type: JSONValue = ["type": "Long"]
            for _ in 0..<200 { type = ["type": "Set", "element": type] }
            let schema: JSONValue = ["": ["entityTypes": ["A": ["tags": type]], "actions": [:]]]
            #expect(schemaError(json: schema)?.code == .nesting)
        }
    }

    @Test func randomBytesNeverTrap() {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array(
            "entity A in[]={a?:Set<Long>}tags;action\"x\\u{1}\"appliesTo@()::namespace N//\n\0\u{e9}".utf8
        )
        var refused = 0
        for round in 0..<6000 {
            var bytes: [UInt8]
            switch round % 4 {
            case 0:
                bytes = (0..<Int.random(in: 0..<60, using: &generator)).map { _ in
                    .random(in: 0...255, using: &generator)
                }
            case 1:
                bytes = (0..<Int.random(in: 0..<120, using: &generator)).map { _ in
                    alphabet.randomElement(using: &generator) ?? 0
                }
            default:
                // A sound text with a few bytes changed, removed or doubled.
                bytes = Array((SchemaCases.accepted.randomElement(using: &generator) ?? "").utf8)
                for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
                    let place = Int.random(in: 0..<bytes.count, using: &generator)
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0: bytes[place] = alphabet.randomElement(using: &generator) ?? 0
                    case 1: bytes.remove(at: place)
                    default: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
                    }
                }
            }
            guard let error = schemaError(bytes) else { continue }
            refused += 1
            #expect((error.position?.offset ?? .max) <= bytes.count, "seed \(seed), round \(round)")
            #expect(!error.message.isEmpty)
        }
        #expect(refused > 3000, "seed \(seed)")
    }

    /// JSON of any shape, made of the words that schemas are made of.
    @Test func randomJSONNeverTraps() {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        var accepted = 0
        for _ in 0..<3000 {
            guard let text = SchemaJSONCases.accepted.randomElement(using: &generator),
                let json = try? JSONValue(parsing: text)
            else { continue }
            let changed = Self.changed(json, using: &generator)
            guard let error = schemaError(json: changed) else {
                accepted += 1
                continue
            }
            #expect(error.pointer != nil && !error.message.isEmpty, "seed \(seed): \(error)")
        }
        #expect(accepted > 100, "seed \(seed)")
    }

    // The value with a few of its parts replaced, removed or added. As deep as the cases are.
    private static func changed(_ value: JSONValue, using generator: inout SeededGenerator) -> JSONValue {
        let words = [
            "A", "type", "Long", "Record", "attributes", "Set", "element", "x", "", "in", "enum", "tags", "A::B",
        ]
        func word() -> String { words.randomElement(using: &generator) ?? "" }
        switch (Int.random(in: 0..<20, using: &generator), value) {
        case (0, _): return .string(word())
        case (1, _): return [nil, true, 1, [:], [], ["type": "Long"]].randomElement(using: &generator) ?? nil
        case (2, .object(let object)): return .object(JSONObject(object.dropLast().map { ($0.key, $0.value) }))
        case (3, .object(let object)): return .object(JSONObject(object.map { ($0.key, $0.value) } + [(word(), "A")]))
        case (_, .object(let object)):
            return .object(JSONObject(object.map { ($0.key, changed($0.value, using: &generator)) }))
        case (_, .array(let elements)): return .array(elements.map { changed($0, using: &generator) })
        default: return value
        }
    }
}
