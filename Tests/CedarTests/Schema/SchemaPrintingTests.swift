// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

@Suite struct SchemaPrintingTests {
    /// Texts as they are printed.
    static let printed: [String] = [
        "",
        """
        entity Group;
        entity User in [Group];

        @doc("What is shared.")
        @owner
        entity Document in [Folder, Shop::Cart] = {
          owner: User,
          "last change"?: datetime,
          @pii
          readers: Set<{
            who: User,
            since?: {
              day: Long
            }
          }>,
          empty: {},
          "if": Bool
        } tags Set<String>;

        entity Folder enum ["a", "b\\n\\"\\u{200b}"];

        type Where = {
          ip: ipaddr
        };

        action list, "read all";

        action view in [list, "read all", Shop::Action::"use"] appliesTo {
          principal: [User, Group],
          resource: [Document],
          context: Where
        };

        @doc("A shop.")
        namespace Shop {
          entity Cart;

          action use appliesTo {
            principal: [User],
            resource: [Cart],
            context: {
              now: datetime
            }
          };
        }

        """,
        """
        entity Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, Bbbbbbbbbbbbbbbbbbbbbbbbbbbbb;

        entity C in [
          Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,
          Bbbbbbbbbbbbbbbbbbbbbbbbbbbbb,
          Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        ] = {
          a: Long
        };

        """,
    ]

    @Test(arguments: printed)
    func printedTextStays(text: String) throws {
        #expect(try SchemaFragment(parsing: text).text == text)
    }

    @Test(arguments: [
        ("entity A in[]{};", "entity A;\n"),
        ("entity A in B = {a?:Long,};entity B;", "entity A in [B] = {\n  a?: Long\n};\n\nentity B;\n"),
        ("action \"a\",\"in\" in b attributes{};action b;", "action a, \"in\" in [b];\naction b;\n"),
        ("namespace N{}", "namespace N {\n}\n"),
        ("@a(\"\")entity A;//x\n@b(\"\\x41\")entity B;", "@a\nentity A;\n\n@b(\"A\")\nentity B;\n"),
        ("entity A;namespace N{}entity B;", "entity A;\nentity B;\n\nnamespace N {\n}\n"),
    ])
    func textIsTidied(text: String, tidy: String) throws {
        #expect(try SchemaFragment(parsing: text).text == tidy)
    }

    @Test func jsonOfText() throws {
        let fragment = try SchemaFragment(
            parsing: """
                @doc("d") namespace N {
                  type T = Set<__cedar::Long>;
                  @x entity A, B in [M::C] = { @note("n") a?: T, b: { c: String } } tags A;
                  entity E enum ["", "e"];
                  action "a b" in [c, N::Action::"c"] appliesTo { principal: A, resource: [A, B], context: N::T };
                  action c appliesTo { principal: A, resource: A, context: {} };
                }
                """
        )
        let entity = #"""
            {"memberOfTypes": ["M::C"], "annotations": {"x": ""}, "tags": {"type": "EntityOrCommon", "name": "A"},
             "shape": {"type": "Record", "attributes": {
               "a": {"type": "EntityOrCommon", "name": "T", "required": false, "annotations": {"note": "n"}},
               "b": {"type": "Record", "attributes": {"c": {"type": "EntityOrCommon", "name": "String"}}}}}}
            """#
        let expected = #"""
            {"N": {
              "annotations": {"doc": "d"},
              "commonTypes": {"T": {"type": "Set", "element": {"type": "EntityOrCommon", "name": "__cedar::Long"}}},
              "entityTypes": {"A": \#(entity), "B": \#(entity), "E": {"enum": ["", "e"]}},
              "actions": {
                "a b": {"memberOf": [{"id": "c"}, {"id": "c", "type": "N::Action"}], "appliesTo": {
                  "principalTypes": ["A"], "resourceTypes": ["A", "B"], "context": {"type": "N::T"}}},
                "c": {"appliesTo": {"principalTypes": ["A"], "resourceTypes": ["A"]}}}}}
            """#
        #expect(try fragment.json == json(expected))
        #expect(try SchemaFragment(parsing: "").json == json("{}"))
        #expect(
            try SchemaFragment(parsing: "action a;").json
                == json(
                    #"{"": {"entityTypes": {}, "actions": {"a": {"appliesTo": {"principalTypes": [], "resourceTypes": []}}}}}"#
                )
        )
    }

    /// A schema in JSON that holds a type, and the words that stand for the type in the text.
    private static func schema(_ type: String) -> String {
        #"""
        {"": {"entityTypes": {"decimal": {}, "Both": {}}, "actions": {}, "commonTypes": {
            "Out": {"type": "Record", "attributes": {"l": {"type": "EntityOrCommon", "name": "Long"}}},
            "Both": {"type": "Long"}}},
         "N": {"entityTypes": {"Long": {}, "X": {\#(type)}}, "actions": {}, "commonTypes": {
            "In": {"type": "Record", "attributes": {"l": {"type": "EntityOrCommon", "name": "Long"}}},
            "Alias": {"type": "In"}, "Far": {"type": "Out"}}}}
        """#
    }

    /// What JSON says in other ways gets a name that means the same.
    @Test(arguments: [
        (#""tags": {"type": "Long"}"#, "tags __cedar::Long;"), (#""tags": {"type": "Boolean"}"#, "tags Bool;"),
        (#""tags": {"type": "Extension", "name": "decimal"}"#, "tags __cedar::decimal;"),
        (#""tags": {"type": "Extension", "name": "ipaddr"}"#, "tags ipaddr;"),
        (#""tags": {"type": "ipaddr"}"#, "tags ipaddr;"), (#""tags": {"type": "Out"}"#, "tags Out;"),
        (#""tags": {"type": "Entity", "name": "Long"}"#, "tags Long;"),
        (#""tags": {"type": "Entity", "name": "decimal"}"#, "tags decimal;"),
        (#""tags": {"type": "Both"}"#, "tags Both;"),
        // A shape may be a name in JSON, but not in text: it is written out.
        (#""shape": {"type": "In"}"#, "entity X = {\n    l: Long\n  };"),
        (#""shape": {"type": "Alias"}"#, "entity X = {\n    l: Long\n  };"),
        (#""shape": {"type": "EntityOrCommon", "name": "Far"}"#, "entity X = {\n    l: __cedar::Long\n  };"),
    ])
    func jsonNamesAreSpeltOut(type: String, says: String) throws {
        let fragment = try SchemaFragment(json: json(Self.schema(type)))
        let text = try fragment.text
        #expect(text.contains(says), "\(text)")
        #expect(try Schema(parsing: text) == fragment.resolved())
    }

    @Test(arguments: [
        #""tags": {"type": "Entity", "name": "Both"}"#, #""shape": {"type": "Long"}"#, #""shape": {"type": "Nowhere"}"#,
        #""shape": {"type": "Both"}"#, #""shape": {"type": "Entity", "name": "Long"}"#,
    ])
    func whatTextCannotSay(type: String) throws {
        let fragment = try SchemaFragment(json: json(Self.schema(type)))
        #expect(throws: SchemaError.self) { try fragment.text }
    }

    /// A common type made of itself is found by the resolver; the printer must not follow it for ever.
    @Test func aShapeThatIsACircle() throws {
        let fragment = try SchemaFragment(
            json: json(
                #"""
                {"": {"entityTypes": {"X": {"shape": {"type": "A"}}}, "actions": {},
                    "commonTypes": {"A": {"type": "B"}, "B": {"type": "A"}}}}
                """#
            )
        )
        #expect(throws: SchemaError.self) { try fragment.text }
        #expect(throws: SchemaError.self) { try fragment.resolved() }
    }
}
