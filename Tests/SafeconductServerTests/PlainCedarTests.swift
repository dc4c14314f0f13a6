// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Foundation
import StrictJSON
import Testing

@testable import SafeconductServer

@Suite(.timeLimit(.minutes(5))) struct PlainCedarTests {
    /// Runs the stand-alone decision point on a fixture of `Data`.
    private func serve<Result>(
        _ fixture: String,
        token: String? = nil,
        _ body: (TestServer, PublicURL) async throws -> Result
    ) async throws -> Result {
        let (ports, announce) = AsyncStream<Int>.makeStream()
        let (urls, tell) = AsyncStream<PublicURL>.makeStream()
        let service = try PlainCedarServer.service(
            policies: "\(TestData.own)/\(fixture)/policies",
            entities: "\(TestData.own)/\(fixture)/entities.json",
            token: token,
            HTTPService.Configuration(port: 0),
            logger: TestServer.quietLogger
        ) { url in
            tell.yield(url)
            announce.yield(URLComponents(string: url.value)?.port ?? 0)
        }
        return try await TestServer.run(service, MetricRegistry(), Readiness(), ports, announce) { server in
            var iterator = urls.makeAsyncIterator()
            return try await body(server, try #require(await iterator.next()))
        }
    }

    /// The shape of the AuthZEN 1.0 certification scenario, levels Basic and Batch, and what goes beyond it.
    @Test func certificationScenario() async throws {
        let cases = try #require(try TestData.json("\(TestData.own)/certification/cases.json").arrayValue)
        #expect(cases.count > 40)
        try await serve("certification") { server, _ in
            let client = TestClient(port: server.port)
            for item in cases {
                let name = item["name"]?.stringValue ?? ""
                let path = try #require(item["path"]?.stringValue)
                let body = String(decoding: try #require(item["body"]).serialized(), as: UTF8.self)
                let answer = try await client.post(path, body, [("X-Request-ID", "case")])
                #expect(answer["x-request-id"] == "case")
                #expect(answer.status == Int(item["status"]?.integerValue ?? 0), "\(name): \(answer.text)")
                check(answer, item, name)
            }
        }
    }

    private func check(_ answer: TestClient.Answer, _ item: JSONValue, _ name: String) {
        if let pointer = item["pointer"]?.stringValue {
            #expect(answer.code != nil, "\(name)")
            #expect(answer.json?["errors"]?.arrayValue?.first?["pointer"]?.stringValue == pointer, "\(name)")
        }
        guard let decisions = item["decisions"]?.arrayValue, let json = answer.json else { return }
        let isSingle = item["single"] == true || item["path"] == "/access/v1/evaluation"
        let answers = isSingle ? [json] : json["evaluations"]?.arrayValue ?? []
        #expect(answers.map { $0["decision"] } == decisions, "\(name): \(answer.text)")
        if !isSingle { #expect(json["decision"] == nil) }
        for (index, pointer) in (item["errors"]?.arrayValue ?? []).enumerated() where answers.indices.contains(index) {
            let error = answers[index]["context"]?["error"]
            let expected: JSONValue? = pointer.isNull ? .none : .some(pointer)
            #expect(error?["pointer"] == expected, "\(name): \(answer.text)")
            if !pointer.isNull { #expect(error?["status"] == 400) }
        }
    }

    @Test func reasonsNameThePoliciesThatDetermined() async throws {
        try await serve("certification") { server, _ in
            let client = TestClient(port: server.port)
            func context(_ action: String, _ resource: String) async throws -> JSONValue? {
                let body = """
                    {"subject":{"type":"user","id":"alice"},"action":{"name":"\(action)"},\
                    "resource":{"type":"record","id":"\(resource)"}}
                    """
                return try await client.post("/access/v1/evaluation", body).json?["context"]
            }
            let read = try await context("read", "record-1")
            #expect(read == ["reasons": [["policy": "policy0", "id": "known-users-read-and-write"]]])
            let write = try await context("write", "record-2")
            #expect(write == ["reasons": [["policy": "policy2", "id": "archived-is-closed"]]])
            let none = try await context("fly", "record-1")
            #expect(none == ["reasons": []])
            let failed = try await context("delete", "record-1")
            #expect(failed == ["reasons": [], "errors": [["policy": "policy4", "id": "soft-delete"]]])
        }
    }

    @Test func malformedBodies() async throws {
        try await serve("certification") { server, _ in
            let client = TestClient(port: server.port)
            for path in ["/access/v1/evaluation", "/access/v1/evaluations"] {
                let json = try await client.post(path, "{\"subject\":\n nope}")
                #expect(json.code == "invalid_json")
                #expect(json.json?["line"] == 2 && json.json?["column"] == 3, "\(json.text)")
                let twice = try await client.post(path, "{\"subject\":{},\"subject\":{}}")
                #expect(twice.code == "invalid_json")
                let deep = try await client.post(path, String(repeating: "[", count: 1000))
                #expect(deep.code == "invalid_json")
                let empty = try await client.post(path, "")
                #expect(empty.status == 400 && empty.code == "empty_body")
                let type = try await client.send("POST", path, [("Content-Type", "text/plain")], body: "{}")
                #expect(type.status == 400 && type.code == "wrong_content_type")
            }
        }
    }

    @Test(arguments: [(1000, 200), (1001, 400)])
    func batchesAreBounded(_ count: Int, _ status: Int) async throws {
        try await serve("certification") { server, _ in
            let items = Array(repeating: "{}", count: count).joined(separator: ",")
            let body = """
                {"subject":{"type":"user","id":"alice"},"action":{"name":"read"},\
                "resource":{"type":"record","id":"record-1"},"evaluations":[\(items)]}
                """
            let answer = try await TestClient(port: server.port).post("/access/v1/evaluations", body)
            #expect(answer.status == status)
            if status == 200 {
                #expect(answer.json?["evaluations"]?.arrayValue?.count == count)
            } else {
                #expect(answer.code == "too_many_evaluations")
                #expect(answer.json?["maximum_evaluations"] == 1000)
            }
        }
    }

    @Test func aTokenIsRequiredWhenOneIsGiven() async throws {
        let body =
            #"{"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"type":"record","id":"record-1"}}"#
        try await serve("certification", token: "secret") { server, _ in
            let client = TestClient(port: server.port)
            let none = try await client.post("/access/v1/evaluation", body)
            #expect(none.status == 401 && none.code == "unauthenticated")
            let wrong = try await client.post("/access/v1/evaluation", body, [("Authorization", "Bearer Secret")])
            #expect(wrong.status == 401 && wrong.code == "invalid_credential")
            let right = try await client.post("/access/v1/evaluation", body, [("Authorization", "Bearer secret")])
            #expect(right.json?["decision"] == true)
            let metadata = try await client.send("GET", "/.well-known/authzen-configuration")
            #expect(metadata.status == 200)
        }
    }

    @Test func metadataNamesWhatExists() async throws {
        try await serve("certification") { server, url in
            let answer = try await TestClient(port: server.port).send("GET", "/.well-known/authzen-configuration")
            let base = "http://127.0.0.1:\(server.port)"
            #expect(url.value == base)
            #expect(answer["content-type"] == "application/json")
            #expect(
                answer.json == [
                    "policy_decision_point": .string(base),
                    "access_evaluation_endpoint": .string(base + "/access/v1/evaluation"),
                    "access_evaluations_endpoint": .string(base + "/access/v1/evaluations"),
                    "search_subject_endpoint": .string(base + "/access/v1/search/subject"),
                    "search_resource_endpoint": .string(base + "/access/v1/search/resource"),
                    "search_action_endpoint": .string(base + "/access/v1/search/action"),
                ]
            )
        }
    }

    private static let interop = TestData.shared + "/policy/authzen"

    @Test(
        .enabled(if: TestData.exists(interop), "the shared data is absent"),
        arguments: ["todo-1.0-02.json", "api-gateway.json"]
    )
    func interoperability(_ file: String) async throws {
        let data = try TestData.json("\(Self.interop)/\(file)")
        try await serve("todo") { server, _ in
            let client = TestClient(port: server.port)
            var asked = 0
            for kind in ["evaluation", "evaluations"] {
                for item in data[kind]?.arrayValue ?? [] {
                    let body = String(decoding: try #require(item["request"]).serialized(), as: UTF8.self)
                    let answer = try await client.post("/access/v1/\(kind)", body)
                    let answers = answer.json?["evaluations"]?.arrayValue ?? answer.json.map { [$0] } ?? []
                    let expected = item["expected"]?.arrayValue?.map { $0["decision"] } ?? [item["expected"]]
                    #expect(answers.map { $0["decision"] } == expected, "\(body)")
                    asked += 1
                }
            }
            #expect(asked >= 25)
        }
    }

    @Test func faultyFilesAreNamedWithTheirPlace() async throws {
        try await TestData.withDirectory { directory in
            func failure(_ body: () throws -> Void) -> String? {
                #expect(throws: PlainCedarFailure.self) { try body() }?.description
            }
            #expect(
                failure { _ = try PlainCedarFiles.policies(in: directory) }
                    == "\(directory): no file here ends in .cedar"
            )
            #expect(
                failure { _ = try PlainCedarFiles.policies(in: directory + "/no") }?.hasSuffix("cannot be read") == true
            )
            try TestData.write("permit(principal, action, resource);", to: directory + "/a.cedar")
            try TestData.write("\npermit(principal, action, resourze);", to: directory + "/b.cedar")
            let place = failure { _ = try PlainCedarFiles.policies(in: directory) }
            #expect(place?.hasPrefix("\(directory)/b.cedar:2:") == true, "\(place ?? "")")
            try TestData.write("[\n{}]", to: directory + "/e.json")
            #expect(
                failure { _ = try PlainCedarFiles.entities(at: directory + "/e.json") }?.contains("e.json: ") == true
            )
            try TestData.write("[\n{,}]", to: directory + "/e.json")
            #expect(
                failure { _ = try PlainCedarFiles.entities(at: directory + "/e.json") }?.contains("e.json:2:") == true
            )
        }
    }

    @Test func policyIdsAreUniqueAcrossFiles() throws {
        let policies = try PlainCedarFiles.policies(in: TestData.own + "/certification/policies")
        #expect(policies.policies.map(\.id.string) == (0..<5).map { "policy\($0)" })
    }
}
