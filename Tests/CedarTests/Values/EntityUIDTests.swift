// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

@Suite struct EntityUIDTests {
    @Test(arguments: ["A", "A::B", "_", "permit", "principal::when", "x1::_2", "cedar"])
    func typeNames(name: String) {
        #expect(EntityTypeName(name)?.description == name)
    }

    @Test(arguments: [
        "", "::", "A::", "::A", "A:B", "A:::B", "A B", " A", "A ", "1A", "é", "A::1", "in", "A::if", "true", "__cedar",
        "__cedar::A", "A::__cedar", "A//x", "A::B:", "A\u{0}", "A::::B",
    ])
    func notTypeNames(name: String) {
        #expect(EntityTypeName(name) == nil)
    }

    @Test func actionsAreKnownByTheirLastName() throws {
        #expect(try #require(EntityTypeName("N::Action")).isAction)
        #expect(try #require(EntityTypeName("Action")).isAction)
        #expect(try !#require(EntityTypeName("Action::N")).isAction)
        #expect(try !#require(EntityTypeName("MyAction")).isAction)
    }

    @Test func equalityIsByTypeAndId() throws {
        #expect(try uid("A::b") == uid("A::b"))
        #expect(try uid("A::b") != uid("A::c"))
        #expect(try uid("A::b") != uid("B::b"))
        #expect(try #require(EntityUID(type: "A", id: "e\u{301}")) != #require(EntityUID(type: "A", id: "\u{e9}")))
        #expect(try uid("A::b").description == "A::\"b\"")
        #expect(try [uid("B::a"), uid("A::b"), uid("A::a")].sorted() == [uid("A::a"), uid("A::b"), uid("B::a")])
    }

    @Test(arguments: ["A::\"b\"", "N::A::\"\"", "A::\"\\u{301}\\n\\\"\"", " A :: \"b\" // c"])
    func textIsRead(text: String) throws {
        let uid = try EntityUID(parsing: text)
        #expect(try EntityUID(parsing: uid.description) == uid)
    }

    @Test(arguments: ["", "A", "A::b", "A::\"b\" x", "if::\"b\"", "(A::\"b\")", "A::\"b", "\"b\"", "?principal"])
    func textIsRefused(text: String) {
        #expect(throws: ParseError.self) { try EntityUID(parsing: text) }
    }
}
