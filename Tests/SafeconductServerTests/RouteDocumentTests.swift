// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import StrictJSON
import Testing

@testable import SafeconductServer

@Suite struct RouteDocumentTests {
    private static func route(
        _ document: RouteDocument,
        _ method: HTTPMethod? = .GET,
        _ template: String = "/things",
        body: Route.Body = .none
    ) -> Route {
        Route(method, template, for: .public, body: body, document: document) { _ throws(Problem) in .text("") }
    }

    private static let whole = RouteDocument("listThings", "All things.", answers: [.ok(.text())])

    /// What is not described whole does not register.
    private static let incomplete: [(String, Route)] = [
        ("no name", route(RouteDocument("", "A thing.", answers: [.noContent]))),
        ("a name that is none", route(RouteDocument("list things", "A thing.", answers: [.noContent]))),
        ("no sentence", route(RouteDocument("list", "A thing", answers: [.noContent]))),
        ("no answer", route(RouteDocument("list", "A thing.", answers: []))),
        ("one status twice", route(RouteDocument("list", "A thing.", answers: [.ok(.text()), .ok(.any)]))),
        ("a refusal as answer", route(RouteDocument("list", "A thing.", answers: [Answer(404, "No.", nil)]))),
        ("an answer without summary", route(RouteDocument("list", "A thing.", answers: [Answer(200, "", nil)]))),
        ("an unknown path parameter", route(whole, .GET, "/things/{colour}")),
        (
            "a parameter without summary",
            route(RouteDocument("list", "A.", query: [.optional("a", .boolean, "")], answers: [.noContent]))
        ),
        ("a body without schema", route(whole, .PUT, body: .json())),
        (
            "a schema without body",
            route(RouteDocument("put", "A thing.", request: .json(.any), answers: [.noContent]), .PUT)
        ),
    ]

    @Test(arguments: incomplete.map(\.0)) func incompleteRowsDoNotRegister(_ flaw: String) throws {
        let route = try #require(Self.incomplete.first { $0.0 == flaw }).1
        #expect(throws: RouteTable.Conflict.self) { try RouteTable([route]) }
    }

    @Test func completeRowsRegister() throws {
        let table = try RouteTable([
            Self.route(Self.whole),
            Self.route(
                RouteDocument(
                    "putThing",
                    "Puts it.",
                    path: [.required("colour", .string(), "Its colour.")],
                    request: .json(.any),
                    answers: [.noContent]
                ),
                .PUT,
                "/things/{colour}",
                body: .json()
            ),
        ])
        #expect(table.routes.count == 2)
    }

    @Test func oneNameStandsForOneThing() {
        let other = Self.route(Self.whole, .GET, "/others")
        #expect(throws: RouteTable.Conflict.self) { try RouteTable([Self.route(Self.whole), other]) }
        func route(_ path: String, _ schema: Schema) -> Route {
            Self.route(RouteDocument("get\(path.dropFirst())", "A.", answers: [.ok(schema)]), .GET, path)
        }
        let one = Schema.named("Thing", .object([.required("a", .boolean)]))
        let two = Schema.named("Thing", .object([.required("b", .boolean)]))
        #expect(throws: RouteTable.Conflict.self) {
            try RouteTable([route("/a", one), route("/b", .array(of: two))])
        }
        #expect(throws: Never.self) { try RouteTable([route("/a", one), route("/b", .array(of: one))]) }
    }

    @Test func oneParameterHasOneName() {
        func route(_ method: HTTPMethod, _ template: String) -> Route {
            Self.route(RouteDocument("\(method)Thing", "A.", answers: [.noContent]), method, template)
        }
        #expect(throws: RouteTable.Conflict.self) {
            try RouteTable([route(.GET, "/things/{id}"), route(.PUT, "/things/{name}")])
        }
        #expect(throws: Never.self) {
            try RouteTable([route(.GET, "/things/{id}"), route(.PUT, "/things/{id}"), route(.POST, "/things/all")])
        }
    }

    @Test func refusalsFollowFromTheRow() {
        let command = Route(
            .PUT,
            "/v1/things/{name}",
            for: .operator,
            body: .json(),
            document: RouteDocument(
                "putThing",
                "Puts it.",
                request: .json(.any),
                answers: [.noContent],
                isTagged: true
            )
        ) { _ throws(Problem) in .text("") }
        #expect(command.isCommand)
        #expect(
            Set([.unauthenticated, .forbidden, .invalidJSON, .emptyBody, .conflict, .refused, .preconditionFailed])
                .isSubset(of: command.problemCodes)
        )
        let open = Self.route(Self.whole)
        #expect(!open.isCommand)
        #expect(Set([.unauthenticated, .invalidJSON, .conflict, .notFound]).isDisjoint(with: open.problemCodes))
        #expect(open.problemCodes.map(\.status) == open.problemCodes.map(\.status).sorted())
    }

    @Test(arguments: [
        ("deep=1&page_size=2", true), ("", true), ("deep", true), ("Deep=1", false), ("deep=1&deep=2", false),
        ("deap=1", false), ("d%65ep=1", false),
    ])
    func queries(_ query: String, _ isTaken: Bool) {
        let call = HTTPCall(method: .GET, path: "/v1/x", query: query, requestID: "r", caller: .anybody)
        let known = Parameter.paging + [.optional("deep", .boolean, "Its parts, too.")]
        if isTaken {
            #expect(throws: Never.self) { try call.allowQuery(known) }
        } else {
            #expect(throws: Problem.self) { try call.allowQuery(known) }
        }
    }
}
