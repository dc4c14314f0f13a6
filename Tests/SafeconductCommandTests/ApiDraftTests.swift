// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Posture
import StrictJSON
import Testing
import TrustModel

@testable import SafeconductCommand

@Suite("What an import makes of a document")
struct ApiDraftTests {
    static func document(_ paths: String, servers: String = "[]") throws -> ApiDocument {
        try ApiDocument(parsing: Array("openapi: 3.1.0\nservers: \(servers)\npaths:\n\(paths)".utf8))
    }

    static func wishes(_ change: (inout ApiDraft.Wishes) -> Void = { _ in }) -> ApiDraft.Wishes {
        var wishes = ApiDraft.Wishes(name: "shop")
        wishes.members = JSONObject([
            ("owner", "team"), ("purpose", "testing"), ("boundary", "shop"), ("expires_in", "90d"),
        ])
        change(&wishes)
        return wishes
    }

    @Test(
        "Names follow the grammar of names",
        arguments: [
            ("listOrders", "list-orders"), ("getHTTPStatus", "get-http-status"),
            ("chat.postMessage", "chat.post-message"),
            ("put item", "put-item"), ("a__b", "a__b"), ("-x-", "x"), ("OAuth2Token", "o-auth2-token"), ("ä/ö", ""),
            ("get_users_id#terminate", "get_users_id-terminate"), ("", ""),
            (String(repeating: "a", count: 80), String(repeating: "a", count: 63)),
        ]
    )
    func normalized(id: String, name: String) {
        #expect(OperationNames.normalized(id) == name)
        #expect(name.isEmpty || Name.isValid(name))
    }

    @Test("Names are given out once, whatever the ids are; with none, method and path make one")
    func unique() {
        var names = OperationNames(taken: ["list"])
        let long = String(repeating: "x", count: 70)
        let made = [
            ("list", "/a"), ("List", "/b"), (nil, "/a/{id}"), (nil, "/a/{id}"), (long, "/"), (long, "/"), ("é", "/"),
        ]
        .map { names.name(id: $0.0, method: "GET", path: $0.1) }
        #expect(
            made == [
                "list-2", "list-3", "get-a-id", "get-a-id-2", String(repeating: "x", count: 63),
                String(repeating: "x", count: 61) + "-2", "get",
            ]
        )
        #expect(made.allSatisfy(Name.isValid))
    }

    @Test("The object is one that the model reads")
    func readable() throws {
        let document = try Self.document(
            "  /a/{id}: {get: {operationId: getA}, put: {}}\n  /b: {trace: {}}\n",
            servers: "[{url: 'https://A.example:443/v1/'}, {url: 'http://b.example:8080/v1'}]"
        )
        let draft = try ApiDraft(document, Self.wishes(), present: nil)
        #expect(draft.object["hosts"] == ["a.example", "b.example:8080"])
        #expect(draft.object["base_path"] == "/v1")
        #expect(draft.entries.map(\.name) == ["get-a", "put-a-id", "trace-b"])
        try ObjectDraft.check(ApplyDocument(kind: .api, name: "shop", object: draft.object, file: "f"))
    }

    @Test("What was set on operations stays, and so do their names and paths when only parameters were renamed")
    func kept() throws {
        let present: JSONValue = [
            "name": "shop", "display_name": "Shop", "sensitivity": 700, "data_class": "secret",
            "operations": [
                [
                    "name": "mine", "method": "GET", "path": "/a/{key}", "sensitivity": 900,
                    "capabilities": ["reaches_admin"], "attributes": ["key"],
                ],
                ["name": "gone", "method": "GET", "path": "/old"],
            ],
        ]
        let document = try Self.document("  /a/{id}: {get: {operationId: other}, post: {operationId: mine}}\n")
        let draft = try ApiDraft(document, Self.wishes(), present: present)
        #expect(
            draft.object["operations"] == [
                [
                    "name": "mine", "method": "GET", "path": "/a/{key}", "sensitivity": 900,
                    "capabilities": ["reaches_admin"], "attributes": ["key"],
                ],
                ["name": "mine-2", "method": "POST", "path": "/a/{id}"],
            ]
        )
        #expect(draft.removed == ["gone"])
        #expect(draft.renamed.map { [$0.name, $0.path, $0.operation.path] } == [["mine", "/a/{key}", "/a/{id}"]])
        let result = ApplyResult(kind: .api, name: "shop", change: .changed, revision: nil)
        let report = ImportReport(draft: draft, result: result, isDry: true)
        #expect(report.talk.contains { $0.hasPrefix("kept: mine is /a/{key}") && $0.contains("/a/{id}") })
        #expect(
            report.json["renamed_parameters"] == [
                ["name": "mine", "method": "GET", "path": "/a/{key}", "document_path": "/a/{id}"]
            ]
        )
        #expect(draft.object["sensitivity"] == 700)
        #expect(draft.object["display_name"] == "Shop")
        #expect(draft.object["data_class"] == "secret")
        // A second import of the same finds its own work.
        let again = try ApiDraft(document, Self.wishes(), present: .object(draft.object))
        #expect(again.object == draft.object)
        #expect(again.removed.isEmpty)
    }

    @Test("What can't be told apart on the wire is left out, and said why")
    func leftOut() throws {
        let document = try Self.document(
            """
              /a/{id}: {get: {}}
              /a/{key}: {get: {}}
              /b/{x}.json: {get: {}}
              /c?d=e: {get: {}}
              c: {get: {}}
              /d//e: {get: {}}
              /e#f: {get: {}}
              /f: {get: {servers: [{url: /elsewhere}]}}

            """
        )
        let draft = try ApiDraft(document, Self.wishes(), present: nil)
        #expect(draft.entries.map(\.operation.path) == ["/a/{id}"])
        #expect(
            draft.leftOut.map(\.operation.path) == [
                "/a/{key}", "/b/{x}.json", "/c?d=e", "c", "/d//e", "/e#f", "/f",
            ]
        )
        #expect(draft.leftOut.allSatisfy { !$0.reason.isEmpty })
    }

    @Test("Servers that disagree on the base path need a choice")
    func basePaths() throws {
        let document = try Self.document(
            "  /a: {get: {}}\n",
            servers: "[{url: 'https://a.example/v1'}, {url: 'https://b.example/v2'}]"
        )
        let failure = #expect(throws: CommandFailure.self) { try ApiDraft(document, Self.wishes(), present: nil) }
        #expect(failure?.message.contains("/v1, /v2") == true)
        let chosen = try ApiDraft(document, Self.wishes { $0.basePath = "/v2" }, present: nil)
        #expect(chosen.object["hosts"] == ["b.example"])
        let parameter = try Self.document("  /a: {get: {}}\n", servers: "[{url: 'https://a.example/{v}'}]")
        #expect(throws: CommandFailure.self) { try ApiDraft(parameter, Self.wishes(), present: nil) }
    }

    @Test("More operations than an API holds are refused with the parts that would do")
    func tooMany() throws {
        let paths = (0...Api.operationLimit).map { "  /\($0 % 2 == 0 ? "even" : "odd")/\($0): {get: {}}\n" }.joined()
        let document = try Self.document(paths)
        let failure = #expect(throws: CommandFailure.self) { try ApiDraft(document, Self.wishes(), present: nil) }
        #expect(failure?.message.contains("2049") == true)
        #expect(failure?.hints.contains("  --under /even  (1025 operations)") == true)
        #expect(try ApiDraft(document, Self.wishes { $0.prefixes = ["/odd"] }, present: nil).entries.count == 1024)
        #expect(throws: CommandFailure.self) {
            try ApiDraft(document, Self.wishes { $0.prefixes = ["/none"] }, present: nil)
        }
    }

    @Test("A scan's counts keep their names and their order")
    func summary() throws {
        let report = ScanReport(document: try Self.document("  /a: {get: {security: [{}]}, put: {deprecated: true}}\n"))
        #expect(
            String(decoding: JSONValue.object(report.summary).serialized(), as: UTF8.self)
                == #"{"operations":2,"unsecured":1,"optional":1,"deprecated":1,"schemes":[]}"#
        )
        #expect(report.table.rows.map(\.first) == ["none", "optional"])
    }
}
