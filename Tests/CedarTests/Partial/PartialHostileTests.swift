// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

/// Sizes that nobody means well with: time and memory stay in proportion.
struct PartialHostileTests {
    private static func query() throws -> PolicyQuery {
        .resources(of: try uid("D::x").type, principal: try uid("U::a"), action: try uid("A::v"))
    }

    @Test func `An expression as deep as the parser allows`() throws {
        let deep = String(repeating: "!(", count: 120) + "resource.open" + String(repeating: ")", count: 120)
        let policies = try PolicySet(parsing: permit(when: deep))
        let store = try EntityStore(
            (0..<3).map { Entity(uid: try uid("D::\($0)"), attributes: ["open": $0 == 1 ? true : false]) }
        )
        let page = policies.prepare(try Self.query(), in: EntityDirectory(store)).page(entities: store)
        #expect(page.results.map(\.id) == ["1"])
    }

    @Test func `A plan as deep as the parser allows`() throws {
        var deep = "resource.a == 0"
        for level in 1..<60 { deep = "(resource.a == \(level) \(level.isMultiple(of: 2) ? "&&" : "||") (\(deep)))" }
        let policies = try PolicySet(parsing: permit(when: deep))
        let store = try EntityStore(
            (0..<100).map { Entity(uid: try uid("D::\($0)"), attributes: ["a": .long(Int64($0))]) }
        )
        let prepared = policies.prepare(try Self.query(), in: EntityDirectory(store))
        let expected = try store.all.map(\.uid).filter { candidate in
            let request = AuthorizationRequest(
                principal: try uid("U::a"),
                action: try uid("A::v"),
                resource: candidate
            )
            return policies.authorize(request, entities: store).decision == .allow
        }
        #expect(prepared.page(limit: 1000, entities: store).results == expected.sorted() && !expected.isEmpty)
    }

    @Test func `Conditions in conditions, which double at every level`() throws {
        var deep = "resource.a == 0"
        for level in 1..<50 { deep = "(if \(deep) then resource.a != \(level) else resource.a == \(level))" }
        let policies = try PolicySet(parsing: permit(when: deep))
        let store = try EntityStore(
            (0..<50).map { Entity(uid: try uid("D::\($0)"), attributes: ["a": .long(Int64($0))]) }
        )
        let page = policies.prepare(try Self.query(), in: EntityDirectory(store)).page(entities: store)
        let expected = try store.all.map(\.uid).filter { candidate in
            let request = AuthorizationRequest(
                principal: try uid("U::a"),
                action: try uid("A::v"),
                resource: candidate
            )
            return policies.authorize(request, entities: store).decision == .allow
        }
        #expect(page.results == expected.sorted() && !expected.isEmpty)
    }

    @Test func `Chains and sets of thousands`() throws {
        let chain = (0..<4000).map { "resource.a == \($0)" }.joined(separator: " || ")
        let set = "[\((0..<4000).map(String.init).joined(separator: ","))].contains(resource.a)"
        let store = try EntityStore(
            (0..<50).map { Entity(uid: try uid("D::\($0)"), attributes: ["a": .long(Int64($0 * 100))]) }
        )
        for condition in [chain, set] {
            let prepared = try PolicySet(parsing: permit(when: condition)).prepare(
                try Self.query(),
                in: EntityDirectory(store)
            )
            let page = prepared.page(entities: store)
            #expect(page.results.count == 40)
            #expect(page.next == nil)
        }
    }

    @Test func `Two long lists with nothing in common end each page by the work allowed`() throws {
        let store = try EntityStore(
            (0..<4000).map { number in
                let id = String(repeating: "0", count: 5 - String(number).count) + String(number)
                return Entity(uid: try uid("D::\(id)"), attributes: number.isMultiple(of: 2) ? ["a": 1] : ["b": 1])
            }
        )
        let policies = try PolicySet(parsing: permit(when: "resource has a && resource has b"))
        let prepared = policies.prepare(try Self.query(), in: EntityDirectory(store))
        let pages = PolicyQueryTests.pages(prepared, 10, 5, store)
        #expect(pages.count > 10 && pages.count < 100)
        #expect(pages.allSatisfy { $0.results.isEmpty && $0.examined <= 1 })
    }

    @Test func `Ids that begin alike, contain NUL or nothing, come in the order of their bytes`() throws {
        let ids = [
            "", "a", "a\0", "a\0\0b", "aaaaaaaaaaaaaaaaaaaab", "aaaaaaaaaaaaaaaaaaaa", "\u{e9}", "e\u{301}",
            "\u{1F600}", "z",
        ]
        let type = try uid("D::x").type
        let store = try EntityStore(ids.shuffled().map { Entity(uid: EntityUID(type: type, id: Text($0))) })
        let policies = try PolicySet(parsing: "permit (principal, action, resource);")
        let prepared = policies.prepare(try Self.query(), in: EntityDirectory(store))
        for limit in [1, 3, 100] {
            let results = PolicyQueryTests.pages(prepared, limit, 100, store).flatMap(\.results)
            #expect(results == ids.map { EntityUID(type: type, id: Text($0)) }.sorted())
        }
    }
}
