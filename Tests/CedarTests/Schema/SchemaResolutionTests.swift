// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// What a name means where it stands.
@Suite struct SchemaResolutionTests {
    /// A schema, and the type that the attribute `x` of the entity type `name` has in it.
    static let meanings: [(text: String, name: String, type: SchemaType)] = [
        ("entity E = { x: Long };", "E", .long),
        ("entity E = { x: __cedar::String };", "E", .string),
        ("entity E = { x: decimal };", "E", .decimal),
        ("entity E = { x: __cedar::ipaddr };", "E", .ipaddr),
        ("entity E = { x: datetime };", "E", .datetime),
        ("entity E = { x: Set<duration> };", "E", .set(.duration)),
        ("type T = Bool; entity E = { x: T };", "E", .bool),
        ("type U = T; type T = Bool; entity E = { x: Set<U> };", "E", .set(.bool)),
        ("entity E = { x: { y: { z?: Long } } };", "E", record("y", record("z", .long, isRequired: false))),
        // A common type goes before an entity type of the same name.
        ("entity E = { x: E }; type E = String;", "E", .string),
        ("namespace N { entity E = { x: E }; type E = String; }", "N::E", .string),
        // The namespace at hand goes before what stands outside all namespaces.
        ("namespace N { entity E = { x: decimal }; type decimal = Long; }", "N::E", .long),
        ("namespace N { type T = Long; } namespace M { entity E = { x: N::T }; }", "M::E", .long),
        ("type T = Bool; namespace N { entity E = { x: T }; }", "N::E", .bool),
        ("type T = { y: ipaddr }; type ipaddr = Bool; entity E = { x: T };", "E", record("y", .bool)),
        ("type ipaddr = Bool; namespace N { entity E = { x: ipaddr }; }", "N::E", .bool),
        ("type ipaddr = Bool; entity E = { x: __cedar::ipaddr };", "E", .ipaddr),
        ("type Action = Long; entity E = { x: Action }; action a;", "E", .long),
    ]

    private static func record(_ name: Text, _ type: SchemaType, isRequired: Bool = true) -> SchemaType {
        .record(RecordType([RecordType.Attribute(name: name, type: type, isRequired: isRequired)]))
    }

    @Test(arguments: meanings)
    func typeIsResolved(text: String, name: String, type: SchemaType) throws {
        #expect(try Schema(parsing: text).entityTypes[typeName(name)]?.attributes["x"]?.type == type)
    }

    /// A schema, and the entity type that the attribute `x` of `name` refers to.
    static let references: [(text: String, name: String, reference: String)] = [
        ("entity E = { x: E };", "E", "E"),
        ("namespace N { entity E = { x: E }; }", "N::E", "N::E"),
        ("entity F; namespace N { entity E = { x: F }; }", "N::E", "F"),
        ("namespace N { entity E = { x: Long }; entity Long; }", "N::E", "N::Long"),
        ("entity E = { x: Bool }; entity Bool;", "E", "Bool"),
        ("entity E = { x: Set }; entity Set;", "E", "Set"),
        ("entity E = { x: Action }; action a;", "E", "Action"),
        ("namespace N { entity E = { x: Action }; action a; }", "N::E", "N::Action"),
        ("namespace N { entity E = { x: Action }; } action a;", "N::E", "Action"),
        ("entity E = { x: N::Action }; namespace N { action a; }", "E", "N::Action"),
    ]

    @Test(arguments: references)
    func referenceIsResolved(text: String, name: String, reference: String) throws {
        let type = try Schema(parsing: text).entityTypes[typeName(name)]?.attributes["x"]?.type
        #expect(try type == .entity(typeName(reference)))
    }

    /// JSON can say which of two things of one name is meant.
    @Test(
        arguments: [
            (#"{"type": "EntityOrCommon", "name": "T"}"#, nil), (#"{"type": "T"}"#, nil),
            (#"{"type": "Entity", "name": "T"}"#, "T"),
        ] as [(String, String?)]
    )
    func jsonNames(type: String, entity: String?) throws {
        let text = #"""
            {"": {"commonTypes": {"T": {"type": "Boolean"}}, "actions": {},
                "entityTypes": {"T": {}, "E": {"tags": \#(type)}}}}
            """#
        let tags = try Schema(json: json(text)).entityTypes[typeName("E")]?.tags
        #expect(try tags == entity.map { .entity(try typeName($0)) } ?? .bool)
    }

    @Test func parentsAndAncestors() throws {
        let schema = try Schema(
            parsing: """
                entity A in [B]; entity B in [C, B]; entity C in N::D;
                namespace N { entity D enum ["x", "y", "x"]; action e; }
                action a in b; action b, "c" in [Action::"d", N::Action::"e"]; action d;
                """
        )
        let a = try #require(schema.entityTypes[typeName("A")])
        #expect(try a.parents == [typeName("B")])
        #expect(try a.ancestors == [typeName("B"), typeName("C"), typeName("N::D")])
        // Only a cycle makes a type an ancestor of itself.
        #expect(try schema.entityTypes[typeName("B")]?.ancestors.contains(typeName("B")) == true)
        #expect(try schema.entityTypes[typeName("N::D")]?.choices == ["x", "y"])
        let action = try #require(schema.actions[uid("Action::a")])
        #expect(try action.parents == [uid("Action::b")])
        #expect(try action.ancestors == [uid("Action::b"), uid("Action::d"), uid("N::Action::e")])
    }

    @Test func appliesTo() throws {
        let schema = try Schema(
            parsing: """
                entity User; type Where = { ip: ipaddr };
                namespace Shop {
                  entity Cart;
                  action buy, look appliesTo { resource: Cart, context: Where, principal: [User, Cart, User] };
                  action all;
                }
                """
        )
        let look = try #require(schema.actions[uid("Shop::Action::look")])
        #expect(try look.principals == [typeName("User"), typeName("Shop::Cart")])
        #expect(try look.resources == [typeName("Shop::Cart")])
        #expect(look.context == RecordType([RecordType.Attribute(name: "ip", type: .ipaddr)]))
        #expect(try schema.actions[uid("Shop::Action::all")]?.principals.isEmpty == true)
    }
}
