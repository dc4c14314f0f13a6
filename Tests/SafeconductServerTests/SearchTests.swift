// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Foundation
import Safeconduct
import StrictJSON
import Testing
import TrustModel

@testable import SafeconductServer

/// The search endpoints of AuthZEN 1.0, over plain Cedar and over the product.
@Suite(.timeLimit(.minutes(5))) struct SearchTests {
    private func serve<Result>(
        policies: String,
        entities: JSONValue,
        _ body: (TestClient) async throws -> Result
    ) async throws -> Result {
        let point = PlainCedarPoint(
            policies: try Cedar.PolicySet(parsing: policies),
            entities: try EntityStore(json: entities)
        )
        return try await TestServer.run(AuthZENRoutes.routes(point, for: .public, at: PublicURL("https://pdp.test"))) {
            try await body(TestClient(port: $0.port))
        }
    }

    private func certification<Result>(_ body: (TestClient) async throws -> Result) async throws -> Result {
        let folder = "\(TestData.own)/certification"
        let text = try PlainCedarFiles.policies(in: folder + "/policies")
        let point = PlainCedarPoint(
            policies: text,
            entities: try PlainCedarFiles.entities(at: folder + "/entities.json")
        )
        return try await TestServer.run(AuthZENRoutes.routes(point, for: .public, at: PublicURL("https://pdp.test"))) {
            try await body(TestClient(port: $0.port))
        }
    }

    private static func names(_ answer: TestClient.Answer) -> [String]? {
        answer.json?["results"]?.arrayValue?.compactMap { ($0["id"] ?? $0["name"])?.stringValue }
    }

    @Test func certificationScenario() async throws {
        let cases = try #require(try TestData.json("\(TestData.own)/certification/searches.json").arrayValue)
        #expect(cases.count > 25)
        try await certification { client in
            for item in cases {
                let name = item["name"]?.stringValue ?? ""
                let sought = try #require(item["sought"]?.stringValue)
                let body = String(decoding: try #require(item["body"]).serialized(), as: UTF8.self)
                let answer = try await client.post("/access/v1/search/\(sought)", body)
                #expect(answer.status == Int(item["status"]?.integerValue ?? 200), "\(name): \(answer.text)")
                if let results = item["results"]?.arrayValue {
                    #expect(Self.names(answer) == results.compactMap(\.stringValue), "\(name): \(answer.text)")
                    #expect((answer.json?["page"] != nil) == (item["body"]?["page"]?.objectValue != nil), "\(name)")
                }
                if let pointer = item["pointer"]?.stringValue {
                    #expect(answer.json?["errors"]?.arrayValue?.first?["pointer"]?.stringValue == pointer, "\(name)")
                }
            }
        }
    }

    @Test func `Each result evaluates to true, and everything else to false`() async throws {
        try await certification { client in
            func isAllowed(_ user: String, _ action: String, _ record: String) async throws -> Bool {
                let body = """
                    {"subject":{"type":"user","id":"\(user)"},"action":{"name":"\(action)","properties":{"soft":true}},\
                    "resource":{"type":"record","id":"\(record)"}}
                    """
                return try await client.post("/access/v1/evaluation", body).json?["decision"] == true
            }
            for action in ["read", "write", "delete", "fly"] {
                for record in ["record-1", "record-2"] {
                    var expected: [String] = []
                    for user in ["alice", "bob"] where try await isAllowed(user, action, record) {
                        expected.append(user)
                    }
                    let body = """
                        {"subject":{"type":"user","id":"zoe"},"action":{"name":"\(action)","properties":{"soft":true}},\
                        "resource":{"type":"record","id":"\(record)"}}
                        """
                    #expect(Self.names(try await client.post("/access/v1/search/subject", body)) == expected)
                }
            }
        }
    }

    private static let crowd: JSONValue = .array(
        (0..<25).map { number -> JSONValue in
            let id = number < 10 ? "d0\(number)" : "d\(number)"
            return [
                "uid": ["type": "doc", "id": .string(id)], "attrs": ["open": .bool(number % 3 == 0)], "parents": [],
            ]
        } + [["uid": ["type": "user", "id": "ann"], "attrs": [:], "parents": []]]
    )

    private static func body(_ more: String = "", action: String = "view") -> String {
        """
        {"subject":{"type":"user","id":"ann"},"action":{"name":"\(action)"},"resource":{"type":"doc"}\(more)}
        """
    }

    @Test func `Pages follow each other to the end, whatever their size`() async throws {
        try await serve(
            policies: "permit (principal, action, resource) when { resource.open };",
            entities: Self.crowd
        ) { client in
            let whole = try #require(Self.names(try await client.post("/access/v1/search/resource", Self.body())))
            #expect(whole.count == 9)
            for limit in [1, 2, 4, 9, 10, 5000] {
                var found: [String] = []
                var token = ""
                repeat {
                    let page = #","page":{"limit":\#(limit),"token":"\#(token)"}"#
                    let answer = try await client.post("/access/v1/search/resource", Self.body(page))
                    #expect(answer.status == 200, "\(answer.text)")
                    found += Self.names(answer) ?? []
                    let count = answer.json?["page"]?["count"]?.integerValue
                    #expect(count == Int64(Self.names(answer)?.count ?? -1))
                    token = answer.json?["page"]?["next_token"]?.stringValue ?? ""
                } while !token.isEmpty
                #expect(found == whole, "\(limit)")
            }
        }
    }

    @Test func `A token goes with the parameters it was given for, in any order, and with no others`() async throws {
        try await serve(policies: "permit (principal, action, resource);", entities: Self.crowd) { client in
            let first = try await client.post("/access/v1/search/resource", Self.body(#","page":{"limit":3}"#))
            let token = try #require(first.json?["page"]?["next_token"]?.stringValue)
            #expect(!token.isEmpty)
            func next(_ path: String, _ body: String) async throws -> TestClient.Answer {
                try await client.post("/access/v1/search/\(path)", body)
            }
            let page = #","page":{"token":"\#(token)"}"#
            // What a point reports of itself is nothing of the search.
            let reporting = Self.body(page + #","context":{"enforcement_point":{"rev":7}}"#)
            #expect(Self.names(try await next("resource", reporting))?.count == 22)
            #expect(Self.names(try await next("resource", Self.body(page)))?.count == 22)
            let reordered = """
                {"page":{"token":"\(token)","limit":2},"resource":{"id":"x","type":"doc"},"unknown":1,
                "action":{"name":"view"},"subject":{"id":"ann","type":"user"}}
                """
            #expect(Self.names(try await next("resource", reordered)) == ["d03", "d04"])
            for (path, body) in [
                ("resource", Self.body(page, action: "edit")),
                ("resource", Self.body(page + #","context":{"a":1}"#)),
                ("subject", Self.body(page).replacing(#""type":"doc""#, with: #""type":"doc","id":"d00""#)),
                ("resource", Self.body(#","page":{"token":"nonsense"}"#)),
                ("resource", Self.body(#","page":{"token":"\#(token.dropLast(12))"}"#)),
            ] {
                let answer = try await next(path, body)
                #expect(answer.status == 400 && answer.code == "invalid_request", "\(body): \(answer.text)")
                #expect(answer.json?["errors"]?.arrayValue?.first?["pointer"] == "/page/token", "\(answer.text)")
            }
        }
    }

    @Test func `A long scan that finds nothing ends early and goes on`() async throws {
        let entities: JSONValue = .array(
            (0..<21_000).map { ["uid": ["type": "doc", "id": .string("d\($0)")], "attrs": [:], "parents": []] }
                + [["uid": ["type": "user", "id": "ann"], "attrs": [:], "parents": []]]
        )
        try await serve(
            policies: #"permit (principal, action, resource) when { context has x && resource in doc::"none" };"#
                + #"permit (principal, action, resource) when { resource has a || !(resource has b) && context has y };"#,
            entities: entities
        ) { client in
            let empty = try await client.post("/access/v1/search/resource", Self.body())
            #expect(Self.names(empty) == [] && empty.json?["page"] == nil, "\(empty.text)")
            let all = try await client.post("/access/v1/search/resource", Self.body(#","context":{"y":1}"#))
            #expect(Self.names(all)?.count == 1000)
            #expect(all.json?["page"]?["next_token"]?.stringValue?.isEmpty == false)
        }
    }

    private static let published = TestData.shared + "/policy/authzen"

    @Test(.enabled(if: TestData.exists(published), "needs the shared data: set SAFECONDUCT_DATA"))
    func `The published interoperability answers`() async throws {
        let folder = Self.published
        let rows = { (file: String, type: String) throws -> [JSONValue] in
            try (TestData.json("\(folder)/\(file)").arrayValue ?? []).map { row in
                var attributes = try #require(row.objectValue)
                let id = attributes["id"]?.stringValue ?? attributes["id"]?.integerValue.map(String.init) ?? ""
                attributes["id"] = nil
                return [
                    "uid": ["type": .string(type), "id": .string(id)], "attrs": .object(attributes), "parents": [],
                ]
            }
        }
        let policies = """
            permit (principal, action in [Action::"view", Action::"edit", Action::"delete"], resource)
            when { resource.owner == principal.name };
            permit (principal, action == Action::"view", resource) when { principal.department == resource.department };
            permit (principal, action == Action::"view", resource) when { principal.role == "manager" };
            permit (principal, action == Action::"edit", resource)
            when { principal.role == "manager" && principal.department == resource.department };
            """
        let users = try rows("users.json", "user").map { row -> JSONValue in
            var object = try #require(row.objectValue)
            var attributes = try #require(row["attrs"]?.objectValue)
            attributes["name"] = row["uid"]?["id"]
            object["attrs"] = .object(attributes)
            return .object(object)
        }
        let entities: JSONValue = .array(try rows("records.json", "record") + users)
        let cases = try #require(try TestData.json("\(folder)/search-action.json")["evaluation"]?.arrayValue)
        #expect(cases.count == 120)
        try await serve(policies: policies, entities: entities) { client in
            for item in cases {
                let body = String(decoding: try #require(item["request"]).serialized(), as: UTF8.self)
                let answer = try await client.post("/access/v1/search/action", body)
                let expected = item["expected"]?["results"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
                #expect(Self.names(answer) == expected?.sorted(), "\(body)")
                #expect(answer.json?["page"] == nil)
            }
        }
    }

    @Test func theProductAnswersFromItsState() async throws {
        try await ProductWorld.run { world in
            func search(_ sought: String, _ body: JSONValue) async throws -> TestClient.Answer {
                try await world.send("POST", "/access/v1/search/\(sought)", body, token: world.point)
            }
            let subject: JSONValue = ["type": "identity", "id": "worker"]
            let operation: JSONValue = ["type": "operation", "id": "orders/list"]
            let found = try await search(
                "resource",
                ["subject": subject, "action": ["name": "call"], "resource": ["type": "operation"]]
            )
            #expect(found.json?["results"] == [["type": "operation", "id": "orders/list"]], "\(found.text)")
            #expect(found.json?["context"]?["rev"]?.integerValue == world.engine.view.state.rev.map(Int64.init))
            #expect(found.json?["context"]?["policy_digest"]?.stringValue == world.engine.view.policies?.digest)
            #expect(found["safeconduct-policy"]?.hasPrefix(world.engine.view.policies?.digest ?? "-") == true)
            let who = try await search(
                "subject",
                ["subject": ["type": "identity"], "action": ["name": "read"], "resource": operation]
            )
            #expect(who.json?["results"] == [["type": "identity", "id": "worker"]], "\(who.text)")
            let route: JSONValue = [
                "type": "route", "id": "/orders", "properties": ["method": "GET", "host": "orders.test"],
            ]
            for resource in [operation, route] {
                let what = try await search("action", ["subject": subject, "resource": resource])
                #expect(what.json?["results"] == [["name": "call"], ["name": "read"]], "\(what.text)")
            }
            for (sought, type) in [("subject", "user"), ("resource", "record")] {
                let none = try await search(
                    sought,
                    [
                        "subject": ["type": .string(sought == "subject" ? type : "identity"), "id": "worker"],
                        "action": ["name": "call"],
                        "resource": ["type": .string(sought == "resource" ? type : "operation"), "id": "orders/list"],
                    ]
                )
                #expect(none.status == 200 && none.json == ["results": []], "\(none.text)")
            }
            let credential: JSONValue = ["type": "jwt", "value": "x"]
            let proven = try await search(
                "action",
                [
                    "subject": ["type": "identity", "id": "", "properties": ["credential": credential]],
                    "resource": operation,
                ]
            )
            #expect(proven.status == 400, "\(proven.text)")
            let stranger = try await world.send("POST", "/access/v1/search/action", ["subject": subject])
            #expect(stranger.status == 403, "an operator is no enforcement point")
            let metrics = try await world.get("/metrics").text
            #expect(metrics.contains(#"safeconduct_search_pages_total{sought="actions"} 2"#), "\(metrics)")
        }
    }
}
