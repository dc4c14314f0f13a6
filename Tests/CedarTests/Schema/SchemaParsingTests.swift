// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

@Suite struct SchemaParsingTests {
    @Test(arguments: SchemaCases.accepted)
    func schemaIsAccepted(text: String) {
        #expect(schemaError(text) == nil)
    }

    @Test(arguments: SchemaCases.refused)
    func schemaIsRefused(text: String) {
        #expect(schemaError(text) != nil)
    }

    @Test(arguments: SchemaJSONCases.accepted)
    func jsonIsAccepted(text: String) throws {
        #expect(try schemaError(json: json(text)) == nil)
    }

    @Test(arguments: SchemaJSONCases.refused)
    func jsonIsRefused(text: String) {
        // Members that stand twice are refused before the schema is looked at.
        guard let json = try? json(text) else { return }
        #expect(schemaError(json: json) != nil)
    }

    @Test(arguments: SchemaJSONCases.arrays)
    func arraysAreNoObjects(text: String) throws {
        #expect(try schemaError(json: json(text))?.code == .kind)
    }

    /// Words of the language are names wherever a name may stand, unless they are reserved in policies, too.
    @Test(arguments: [
        "namespace", "entity", "in", "type", "Set", "appliesTo", "principal", "action", "resource", "context",
        "attributes", "tags", "Long", "String", "Bool", "enum", "true", "false", "if", "then", "else", "is", "like",
        "has", "__cedar", "permit", "when",
    ])
    func words(word: String) {
        let isReserved = ["in", "true", "false", "if", "then", "else", "is", "like", "has"].contains(word)
        let isTypeWord = ["Long", "String", "Bool", "Set"].contains(word)
        let isOurs = word == "__cedar"
        #expect((schemaError("entity \(word);") == nil) == (!isReserved && !isOurs))
        #expect((schemaError("type \(word) = Long;") == nil) == (!isReserved && !isOurs && !isTypeWord))
        #expect((schemaError("namespace \(word) {}") == nil) == (!isReserved && !isOurs))
        #expect((schemaError("namespace A::\(word)::B {}") == nil) == (!isReserved && !isOurs))
        #expect((schemaError("action \(word);") == nil) == !isReserved)
        #expect((schemaError("entity E = {\(word): Long};") == nil) == !isReserved)
        #expect((schemaError("entity E = {\(word)?: Set<Long>};") == nil) == !isReserved)
        #expect(schemaError("entity E = {\"\(word)\": Long}; action \"\(word)\";") == nil)
        #expect(schemaError("@\(word) entity E;") == nil)
        #expect(schemaError("@\(word)(\"x\") namespace N {}") == nil)
        #expect(
            (schemaError("namespace N { entity \(word) in \(word) tags \(word); }") == nil) == (!isReserved && !isOurs)
        )
    }

    @Test func aFragmentSaysWhatIsWritten() throws {
        let fragment = try SchemaFragment(
            parsing: """
                entity A, B in [N::C] = { @doc("d") a?: Set<Long> } tags String;
                @note namespace N { entity C enum ["x", "y"]; type T = {}; }
                action "view all", edit in N::Action::"g" appliesTo { principal: A, resource: [B], context: N::T, };
                """
        )
        #expect(fragment.namespaces.map(\.name) == [nil, "N"])
        #expect(fragment.namespaces[1].annotations == [Annotation(key: "note", value: "")])
        #expect(fragment.namespaces[0].declarations.count == 2)
        guard case .entityType(let entity) = fragment.namespaces[0].declarations[0],
            case .standard(let parents, .record(let attributes), .name(let tags)?) = entity.kind,
            case .action(let action) = fragment.namespaces[0].declarations[1],
            case .commonType(let context)? = action.appliesTo?.context
        else {
            Issue.record("other declarations were read")
            return
        }
        #expect(entity.names.map(\.text) == ["A", "B"] && parents.map(\.text) == ["N::C"] && tags.text == "String")
        #expect(attributes.map(\.name) == ["a"] && attributes.map(\.isRequired) == [false])
        #expect(attributes[0].annotations == [Annotation(key: "doc", value: "d")])
        #expect(action.names.map(\.text) == ["view all", "edit"] && context.text == "N::T")
        #expect(action.parents.map(\.type) == ["N::Action"] && action.parents.map(\.id) == ["g"])
        #expect(action.appliesTo?.principals.map(\.text) == ["A"])
    }

    /// Of several attributes of one name the last one counts.
    @Test func theLastOfEqualAttributesCounts() throws {
        let schema = try Schema(parsing: "entity A = { a: Long, b: Bool, \"a\"?: String, };")
        let attributes = try schema.entityTypes[typeName("A")]?.attributes.attributes
        #expect(
            attributes == [
                RecordType.Attribute(name: "a", type: .string, isRequired: false),
                RecordType.Attribute(name: "b", type: .bool),
            ]
        )
    }

    /// Names are compared scalar by scalar.
    @Test func namesAreNotNormalised() throws {
        let schema = try Schema(
            parsing: "entity A = { \"\u{e9}\": Long, \"e\u{301}\": Bool }; action \"\u{e9}\", \"e\u{301}\";"
        )
        #expect(try schema.entityTypes[typeName("A")]?.attributes.attributes.count == 2)
        #expect(schema.actions.count == 2)
    }
}
