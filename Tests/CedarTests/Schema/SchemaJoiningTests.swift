// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

@Suite struct SchemaJoiningTests {
    private static func joined(_ texts: String...) throws -> SchemaFragment {
        try SchemaFragment(joining: texts.map { try SchemaFragment(parsing: $0) })
    }

    @Test func fragmentsNameWhatOthersDeclare() throws {
        let first = "entity User in N::Group; @a(\"1\") namespace N { entity Group; action read; }"
        let second = """
            @a("2") @b namespace N { action "write" in read appliesTo { principal: User, resource: Doc }; entity Doc; }
            type T = { by: User };
            """
        #expect(schemaError(first) == nil && schemaError(second) != nil)
        let schema = try Self.joined(first, second).resolved()
        #expect(schema.entityTypes.count == 3 && schema.actions.count == 2)
        #expect(try schema.actions[uid("N::Action::write")]?.ancestors == [uid("N::Action::read")])
        // Joined, they are a fragment like any other.
        let joined = try Self.joined(first, second)
        #expect(joined.namespaces.map(\.name) == [nil, "N"])
        #expect(
            joined.namespaces[1].annotations == [Annotation(key: "a", value: "1"), Annotation(key: "b", value: "")]
        )
        #expect(try SchemaRoundTrip.losses(of: joined.text) == [])
        #expect(try Self.joined().resolved() == Schema(entityTypes: [], actions: []))
    }

    @Test(arguments: [
        ("entity A;", "entity A;", SchemaError.Code.duplicate), ("action a;", "action \"a\";", .duplicate),
        ("namespace N { type T = Long; }", "namespace N { type T = Long; }", .duplicate),
    ])
    func whatIsDeclaredTwice(first: String, second: String, code: SchemaError.Code) {
        #expect { try Self.joined(first, second) } throws: { ($0 as? SchemaError)?.code == code }
    }

    /// Rules that need all of the schema are looked after when it is resolved.
    @Test(arguments: [
        ("entity A;", "namespace N { entity A; }", SchemaError.Code.shadowing),
        ("type A = B;", "type B = A;", .cycle), ("action a in b;", "action b in a;", .cycle),
    ])
    func whatDoesNotFitTogether(first: String, second: String, code: SchemaError.Code) throws {
        let fragment = try Self.joined(first, second)
        #expect { try fragment.resolved() } throws: { ($0 as? SchemaError)?.code == code }
    }
}
