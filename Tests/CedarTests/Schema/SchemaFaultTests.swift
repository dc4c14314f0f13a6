// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// Faults have a kind and a place, and say how to mend them.
@Suite struct SchemaFaultTests {
    static let texts: [(text: String, code: SchemaError.Code, line: Int, column: Int, says: String)] = [
        ("entity A\nentity B;", .syntax, 2, 1, "'enum'"),
        ("entty A;", .syntax, 1, 1, "did you mean 'entity'?"),
        ("entity A = Long;", .syntax, 1, 12, "braces"),
        ("entity A enum [];", .syntax, 1, 16, "an id in quotes"),
        ("entity A = { \"\u{e9}\": Long b: Bool };", .syntax, 1, 24, "',' or '}'"),
        ("entity A = { a Long };", .syntax, 1, 16, "'?' or ':'"),
        ("entity A = { a: Set<Long };", .syntax, 1, 26, "'>'"),
        ("action a in Action::b;", .syntax, 1, 22, "in quotes"),
        ("action a attributes { a: Long };", .syntax, 1, 23, "no attributes"),
        ("entity A;\n  entity if;", .reserved, 2, 10, "reserved"),
        ("namespace __cedar {}", .reserved, 1, 11, "__cedar"),
        ("type Set = Long;", .reserved, 1, 6, "word of the schema language"),
        ("entity A, Action;", .reserved, 1, 11, "not declared"),
        ("entity A;\n\nentity B, A;", .duplicate, 3, 11, "line 1"),
        ("@a @b @a entity A;", .duplicate, 1, 8, "@a"),
        ("entity A; action a appliesTo { principal: A, principal: A };", .duplicate, 1, 46, "twice"),
        ("namespace N {}\nnamespace N {}", .duplicate, 2, 11, "line 1"),
        ("entity A; action a appliesTo { principal: A };", .missing, 1, 45, "resource"),
        ("entity A; action a appliesTo { principal: [], resource: A };", .missing, 1, 32, "leave the whole"),
        ("entity User; entity A in Usr;", .undefined, 1, 26, "did you mean 'User'?"),
        ("namespace N { entity User; entity A in Usr; }", .undefined, 1, 40, "did you mean 'User'?"),
        ("entity A = { a: Boolean };", .undefined, 1, 17, "did you mean 'Bool'?"),
        ("entity A = { a: { b: Strnig } };", .undefined, 1, 22, "did you mean 'String'?"),
        ("type T = Long; entity A in T;", .undefined, 1, 28, "no entity type"),
        ("entity A; action a appliesTo { principal: A, resource: A, context: A };", .undefined, 1, 68, "entity type"),
        ("entity A in Action; action a;", .undefined, 1, 13, "type of actions"),
        ("action view; action a in veiw;", .undefined, 1, 26, "did you mean \"view\"?"),
        ("entity A;\nnamespace N { type A = Long; }", .shadowing, 2, 20, "rename"),
        ("action a;\nnamespace N { action b, a; }", .shadowing, 2, 25, "rename"),
        ("type A = Set<B>; type B = { c: C }; type C = A;", .cycle, 1, 6, "A -> B -> C -> A"),
        ("action a in b;\naction b in a;", .cycle, 1, 8, "in itself"),
        ("entity A; action a, b appliesTo { principal: A, resource: A, context: Long };", .record, 1, 18, "record"),
        ("entity A = { a: Long /* no */ };", .syntax, 1, 22, "'/'"),
        ("entity A = { a: # };", .token, 1, 17, "begins nothing"),
        ("\u{FEFF}entity A;", .token, 1, 1, "byte order mark"),
        ("entity A = { \"a\\q\": Long };", .escape, 1, 16, "escape"),
        ("entity A enum [\"a];", .token, 1, 16, "closing quote"),
    ]

    @Test(arguments: texts)
    func text(text: String, code: SchemaError.Code, line: Int, column: Int, says: String) throws {
        let error = try #require(schemaError(text))
        #expect(error.code == code, "\(error)")
        #expect(error.position?.line == line && error.position?.column == column, "\(error)")
        #expect(error.message.contains(says), "\(error)")
        #expect(error.pointer == nil && error.description.hasPrefix("\(line):\(column): "))
    }

    static let jsons: [(text: String, code: SchemaError.Code, pointer: String, says: String)] = [
        (#"[]"#, .kind, "", "an object is expected"),
        (#"{"N": {"entityTypes": {}}}"#, .missing, "/N", "'actions'"),
        (#"{"N": {"entityTypes": {}, "actions": {}, "commonType": {}}}"#, .unknown, "/N/commonType", "'commonTypes'?"),
        (#"{"N M": {"entityTypes": {}, "actions": {}}}"#, .name, "/N M", "without spaces"),
        (#"{"": {"entityTypes": {"A/B": {}}, "actions": {}}}"#, .name, "//entityTypes/A~1B", "letters"),
        (
            #"{"": {"entityTypes": {"A": {"shape": {"type": "Record", "attributes": {"a": {"type": "Long", "requird": true}}}}}, "actions": {}}}"#,
            .unknown, "//entityTypes/A/shape/attributes/a/requird", "did you mean 'required'?"
        ),
        (
            #"{"": {"entityTypes": {"A": {"tags": {"type": "Set", "element": {"type": "Entity", "name": "B"}}}}, "actions": {}}}"#,
            .undefined, "//entityTypes/A/tags/element/name", "did you mean 'A'?"
        ),
        (
            #"{"": {"entityTypes": {"A": {"tags": {"type": "Extension", "name": "decmal"}}}, "actions": {}}}"#,
            .undefined, "//entityTypes/A/tags/name", "did you mean 'decimal'?"
        ),
        (
            #"{"": {"entityTypes": {"A": {"enum": []}}, "actions": {}}}"#, .missing, "//entityTypes/A/enum",
            "at least one"
        ),
        (
            #"{"": {"entityTypes": {"A": {"enum": ["a"], "tags": null}}, "actions": {}}}"#, .unknown,
            "//entityTypes/A/tags", "enum"
        ),
        (
            #"{"": {"entityTypes": {"A": {"shape": {"type": "Long"}}}, "actions": {}}}"#, .record, "//entityTypes/A",
            "record"
        ),
        (
            #"{"": {"entityTypes": {"A": {"shape": {"type": "Record", "attributes": {}, "additionalAttributes": true}}}, "actions": {}}}"#,
            .unsupported, "//entityTypes/A/shape/additionalAttributes", "no attributes beside"
        ),
        (
            #"{"": {"entityTypes": {}, "actions": {"a": {"attributes": {}}}}}"#, .unsupported, "//actions/a/attributes",
            "no attributes"
        ),
        (
            #"{"": {"entityTypes": {}, "actions": {"a": {"memberOf": [{"id": "b"}]}}}}"#, .undefined,
            "//actions/a/memberOf/0", "did you mean"
        ),
        (
            #"{"": {"entityTypes": {}, "actions": {}, "annotations": {"a": ""}}}"#, .unsupported, "//annotations",
            "namespace"
        ),
    ]

    @Test(arguments: jsons)
    func json(text: String, code: SchemaError.Code, pointer: String, says: String) throws {
        let error = try #require(schemaError(json: JSONValue(parsing: text)))
        #expect(error.code == code, "\(error)")
        #expect(error.pointer == pointer, "\(error)")
        #expect(error.message.contains(says), "\(error)")
        #expect(error.position == nil)
    }
}
