// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

struct RouteTableTests {
    /// A table of the given routes; their order is their number.
    private func table(_ routes: [(String, String)]) throws -> RouteTable {
        var table = RouteTable()
        for (index, route) in routes.enumerated() {
            #expect(table.insert(try #require(RouteTemplate(route.1)), method: route.0, operation: index))
        }
        return table
    }

    @Test func literalsWinAndTheWalkReturns() throws {
        let table = try table([
            ("GET", "/orders/{id}"), ("GET", "/orders/mine"), ("GET", "/orders/{id}/lines"),
            ("GET", "/orders/mine/totals"),
            ("DELETE", "/orders/{id}"), ("GET", "/"), ("GET", "/{any}/mine/x"),
        ])
        func find(_ method: String, _ path: String) -> Int? {
            CallTarget.segments(ofPath: path).flatMap { table.operation(method: method, segments: $0) }
        }
        #expect(find("GET", "/orders/17") == 0)
        #expect(find("GET", "/orders/mine") == 1)
        #expect(find("GET", "/orders/%6Dine") == 1)
        #expect(find("GET", "/orders/mine/lines") == 2)
        #expect(find("GET", "/orders/mine/totals") == 3)
        #expect(find("DELETE", "/orders/mine") == 4)
        #expect(find("GET", "/?q") == 5)
        #expect(find("GET", "/orders/mine/x") == 6)
        #expect(find("GET", "/orders") == nil)
        #expect(find("GET", "/orders/") == nil)
        #expect(find("GET", "/orders/17/") == nil)
        #expect(find("get", "/orders/17") == nil)
        #expect(find("POST", "/orders/17") == nil)
        #expect(find("GET", "/Orders/17") == nil)
        #expect(table.operation(method: "GET", segments: []) == nil)
    }

    @Test func oneRouteOnce() throws {
        var table = try table([("GET", "/a/{x}")])
        #expect(!table.insert(try #require(RouteTemplate("/a/{y}")), method: "GET", operation: 1))
        #expect(table.insert(try #require(RouteTemplate("/a/{y}")), method: "PUT", operation: 1))
    }

    /// Canonically equivalent texts are different paths to an upstream, so they are different routes here.
    @Test(arguments: [("/caf\u{E9}", "/cafe\u{301}"), ("/K", "/\u{212A}"), ("/\u{C5}", "/\u{212B}")])
    func bytesNotCharacters(one: String, other: String) throws {
        let table = try table([("GET", one)])
        #expect(table.operation(method: "GET", segments: try #require(CallTarget.segments(ofPath: one))) == 0)
        #expect(table.operation(method: "GET", segments: try #require(CallTarget.segments(ofPath: other))) == nil)
        let both = try self.table([("GET", one), ("GET", other)])
        #expect(both.operation(method: "GET", segments: try #require(CallTarget.segments(ofPath: other))) == 1)
    }

    @Test(arguments: [
        "/a{id}", "/{id}b", "/{}", "/{a}{b}", "/{a{b}}", "/{", "/}", "/a?", "/a?{id}", "/%7Bid%7D", "/%7Bid}",
        "/{id%7D",
        "", "a", "/a/{id}/../b",
    ])
    func noTemplates(text: String) { #expect(RouteTemplate(text) == nil) }

    @Test func parameters() throws {
        #expect(try #require(RouteTemplate("/a/{b}/{c}")).parameters == 2)
        #expect(try #require(RouteTemplate("/")).segments == [.literal("")])
    }

    /// Every choice between literal and parameter exists, and none of them leads anywhere: the walk may visit each place
    /// once, and comes to an end.
    @Test func backTrackingIsBounded() throws {
        var table = RouteTable()
        for bits in 0..<2048 {
            let path = (0..<11).map { bits >> $0 & 1 == 0 ? "/a" : "/{p}" }.joined() + "/end"
            #expect(table.insert(try #require(RouteTemplate(path)), method: "GET", operation: bits))
        }
        let path = String(repeating: "/a", count: 11)
        let hit = try #require(CallTarget.segments(ofPath: path + "/end"))
        let miss = try #require(CallTarget.segments(ofPath: path + "/other"))
        #expect(table.operation(method: "GET", segments: hit) == 0)
        #expect(table.operation(method: "GET", segments: miss) == nil)
        let last = try #require(CallTarget.segments(ofPath: String(repeating: "/b", count: 11) + "/end"))
        #expect(table.operation(method: "GET", segments: last) == 2047)
    }

    /// The tree against a plain search over all templates.
    @Test(arguments: Seeds.some(4))
    func reference(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        func path(_ parts: [String]) -> String {
            (0..<Int.random(in: 1...4, using: &random)).map { _ in
                "/" + parts[Int.random(in: parts.indices, using: &random)]
            }
            .joined()
        }
        var table = RouteTable()
        var templates: [RouteTemplate] = []
        for _ in 0..<30 {
            let template = try #require(RouteTemplate(path(["a", "b", "{x}"])))
            if table.insert(template, method: "GET", operation: templates.count) { templates.append(template) }
        }
        func rank(_ template: RouteTemplate) -> String {
            template.segments.map { $0 == .parameter ? "1" : "0" }.joined()
        }
        for _ in 0..<200 {
            let segments = try #require(CallTarget.segments(ofPath: path(["a", "b", "c"])))
            let matches = templates.indices.filter { index in
                templates[index].segments.count == segments.count
                    && zip(templates[index].segments, segments).allSatisfy { $0 == .parameter || $0 == .literal($1) }
            }
            // The first literal counts most.
            let best = matches.min { rank(templates[$0]) < rank(templates[$1]) }
            #expect(table.operation(method: "GET", segments: segments) == best)
        }
    }
}
