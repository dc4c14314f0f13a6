// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

@Suite struct PolicyBatchTests {
    private func evaluate(_ line: String) throws -> JSONValue {
        try JSONValue(parsing: PolicyBatch.evaluate(Array(line.utf8)))
    }

    private func parse(_ line: String) throws -> JSONValue {
        try JSONValue(parsing: PolicyBatch.parse(Array(line.utf8)))
    }

    @Test func evaluates() throws {
        let answer = try evaluate(
            #"{"id":7,"policies":"permit(principal,action,resource) when {context.ok};forbid(principal in G::\"g\",action,resource);","entities":[{"uid":{"type":"U","id":"b"},"attrs":{},"parents":[{"type":"G","id":"g"}]}],"requests":[{"principal":{"type":"U","id":"a"},"action":{"type":"Action","id":"r"},"resource":{"type":"D","id":"d"},"context":{"ok":true}},{"principal":{"type":"U","id":"b"},"action":{"type":"Action","id":"r"},"resource":{"type":"D","id":"d"},"context":{}}]}"#
        )
        #expect(
            try answer
                == json(
                    #"{"id":7,"results":[{"decision":"allow","reason":["policy0"],"errors":[]},{"decision":"deny","reason":["policy1"],"errors":["policy0"]}]}"#
                )
        )
    }

    @Test func policiesMayBeJSON() throws {
        let answer = try evaluate(
            #"{"id":1,"policies":{"templates":{"t":{"effect":"permit","principal":{"op":"==","slot":"?principal"},"action":{"op":"All"},"resource":{"op":"All"},"conditions":[]}},"staticPolicies":{},"templateLinks":[{"templateId":"t","newId":"l","values":{"?principal":{"__entity":{"type":"U","id":"a"}}}}]},"entities":[],"requests":[{"principal":{"type":"U","id":"a"},"action":{"type":"Action","id":"r"},"resource":{"type":"D","id":"d"},"context":{}}]}"#
        )
        #expect(try answer["results"] == json(#"[{"decision":"allow","reason":["l"],"errors":[]}]"#))
        let bad = try evaluate(#"{"id":1,"policies":{"staticPolicies":{}},"entities":[],"requests":[]}"#)
        #expect(bad["error"]?["pointer"]?.stringValue == "/policies")
    }

    @Test func formsAreWritten() throws {
        let answer = try parse(
            #"{"id":1,"forms":true,"text":"permit(principal in?principal,action,resource);forbid(principal,action,resource)when{(1)==-1};"}"#
        )
        #expect(
            answer["text"]?.stringValue
                == """
                permit (principal in ?principal, action, resource);
                forbid (principal, action, resource)
                when { 1 == -1 };
                """
        )
        #expect(answer["formatted"]?.stringValue?.hasPrefix("permit (") == true)
        let form = try #require(answer["json"])
        let again = try JSONValue(
            parsing: PolicyBatch.parse((["id": 1, "forms": true, "text": form] as JSONValue).serialized())
        )
        #expect(again["accepts"] == true)
        #expect(again["json"] == form)
    }

    @Test func formsOfSchemasAreWritten() throws {
        func parseSchema(_ line: JSONValue) throws -> JSONValue {
            try JSONValue(parsing: PolicyBatch.parseSchema(line.serialized()))
        }
        let answer = try parseSchema(["id": 1, "forms": true, "text": "entity A{x?:Long};"])
        let form = try #require(answer["json"])
        #expect(form[""]?["entityTypes"]?["A"]?["shape"]?["attributes"]?["x"]?["required"] == false)
        let again = try parseSchema(["id": 1, "forms": true, "text": form])
        #expect(again["text"] == answer["text"])
        #expect(try parseSchema(["id": 1, "text": ["": [:]]])["error"]?["pointer"] == "/text/")
    }

    @Test func aBadRequestAnswersInItsPlace() throws {
        let good =
            #"{"principal":{"type":"U","id":"a"},"action":{"type":"Action","id":"r"},"resource":{"type":"D","id":"d"},"context":{}}"#
        let bad =
            #"{"principal":{"type":"U x","id":"a"},"action":{"type":"Action","id":"r"},"resource":{"type":"D","id":"d"}}"#
        let answer = try evaluate(
            #"{"id":"x","policies":"permit(principal,action,resource);","entities":[],"requests":["#
                + [good, bad, "5", good].joined(separator: ",") + "]}"
        )
        let results = try #require(answer["results"]?.arrayValue)
        #expect(results.map { $0["decision"]?.stringValue } == ["allow", nil, nil, "allow"])
        #expect(results[1]["error"]?["pointer"]?.stringValue == "/requests/1/principal/type")
        #expect(results[2]["error"]?["code"]?.stringValue == "kind")
    }

    @Test func aBadCaseSaysWhy() throws {
        let syntax = try evaluate(
            #"{"id":"a","policies":"permit(principal,\n action resource);","entities":[],"requests":[]}"#
        )
        #expect(syntax["id"]?.stringValue == "a")
        #expect(syntax["results"] == nil)
        #expect(syntax["error"]?["code"]?.stringValue == "scope")
        #expect(syntax["error"]?["line"]?.integerValue == 2)
        #expect(syntax["error"]?["column"]?.integerValue == 9)
        let entities = try evaluate(
            #"{"id":"b","policies":"","entities":[{"uid":5,"attrs":{},"parents":[]}],"requests":[]}"#
        )
        #expect(entities["error"]?["pointer"]?.stringValue == "/entities/0/uid")
        #expect(
            try evaluate(#"{"id":"c","policies":"","entities":[]}"#)["error"]?["pointer"]?.stringValue == "/requests"
        )
        #expect(
            try evaluate(#"{"id":"d","entities":[],"requests":[]}"#)["error"]?["pointer"]?.stringValue == "/policies"
        )
        #expect(try evaluate(#"{"id":"e","policies":"","requests":[]}"#)["results"] == [])
        let cycle = try evaluate(
            #"{"id":"f","policies":"","entities":[{"uid":{"type":"A","id":"a"},"attrs":{},"parents":[{"type":"A","id":"a"}]}],"requests":[]}"#
        )
        #expect(cycle["error"]?["code"]?.stringValue == "entity_cycle")
    }

    @Test(arguments: ["", "nonsense", "{", "[1,2", "{\"a\":1,\"a\":2}", "\"\\ud800\"", "\u{0}"])
    func aLineThatIsNoJSON(line: String) throws {
        for answer in [try evaluate(line), try parse(line)] {
            #expect(answer["id"] == .null)
            #expect(answer["error"]?["line"]?.integerValue == 1)
            #expect(answer["error"]?["message"]?.stringValue?.isEmpty == false)
        }
    }

    @Test func aLineThatIsNoObject() throws {
        #expect(try evaluate("5")["id"] == .null)
        #expect(try parse("[]")["error"]?["code"]?.stringValue == "kind")
    }

    @Test func parses() throws {
        #expect(try parse(#"{"id":"a","text":"permit(principal,action,resource);"}"#) == ["id": "a", "accepts": true])
        #expect(try parse(#"{"id":"a","text":""}"#) == ["id": "a", "accepts": true])
        let bad = try parse(#"{"id":[1],"text":"permit(principal,action,resource)"}"#)
        #expect(bad["id"] == [1])
        #expect(bad["accepts"] == false)
        #expect(bad["error"]?["code"]?.stringValue == "syntax")
    }

    @Test(arguments: ["", #","text":5"#, #","text":null"#, #","text":["permit"]"#, #","Text":"x""#])
    func noTextIsNotAccepted(members: String) throws {
        let answer = try parse(#"{"id":1\#(members)}"#)
        #expect(answer.objectValue?.map(\.key) == ["id", "accepts", "error"])
        #expect(answer["id"] == 1)
        #expect(answer["accepts"] == false)
        #expect(answer["error"]?["code"]?.stringValue == "kind")
        #expect(answer["error"]?["pointer"]?.stringValue == "/text")
    }

    private static let schema =
        #"entity U = {name?: String}; entity D; action r appliesTo {principal: U, resource: D, context: {n: decimal}};"#

    private func typed(_ members: String, context: String = #"{"n": "1.5"}"#) throws -> JSONValue {
        try evaluate(
            #"{"id":1,"schema":"\#(Self.schema)","requests":[{"principal":{"type":"U","id":"a"},"action":{"type":"Action","id":"r"},"resource":{"type":"D","id":"d"},"context":\#(context)}],\#(members)}"#
        )
    }

    @Test func aSchemaSaysWhatIsMeant() throws {
        let policy = #""policies":"permit(principal,action,resource) when {context.n.lessThan(decimal(\"2.0\"))};""#
        let answer = try typed(policy)
        #expect(answer["results"]?.arrayValue?.first?["decision"] == "allow")
        #expect(answer["validation"] == nil)
        let refused = try typed(policy, context: #"{"n": 1}"#)
        #expect(refused["results"]?.arrayValue?.first?["error"]?["pointer"] == "/requests/0/context/n")
        let entities = try typed(policy + #","entities":[{"uid":{"type":"X","id":"a"},"attrs":{},"parents":[]}]"#)
        #expect(entities["error"]?["code"] == "unknown_entity_type")
        #expect(entities["error"]?["pointer"] == "/entities/0/uid")
    }

    @Test func validates() throws {
        let policies =
            #""policies":"permit(principal,action,resource);\n permit(principal,action,resource)\n when {principal.name == \"a\"}; permit(principal == ?principal,action,resource) when {[1,2].contains(true)};""#
        let strict = try typed(policies + #","validate":"strict""#)
        #expect(strict.objectValue?.map(\.key) == ["id", "results", "validation"])
        let validation = try #require(strict["validation"])
        #expect(validation["strict"] == false)
        #expect(validation["permissive"] == false)
        #expect(
            try validation["per_policy"]
                == json(
                    #"{"policy0":{"strict":true,"permissive":true},"policy1":{"strict":false,"permissive":false},"policy2":{"strict":false,"permissive":true}}"#
                )
        )
        let errors = try #require(validation["errors"]?.arrayValue)
        #expect(errors.map { $0["id"] } == ["policy1", "policy2"])
        #expect(errors.map { $0["code"] } == ["unguarded_attribute", "incompatible_types"])
        #expect(errors[0]["line"] == 3 && errors[0]["column"] == 8)
        #expect(errors[0]["help"]?.stringValue?.contains("principal has name") == true)
        let permissive = try typed(policies + #","validate":"permissive""#)["validation"]?["errors"]?.arrayValue
        #expect(permissive?.map { $0["id"] } == ["policy1"])
    }

    /// What is wrong with the entities does not hide what is wrong with the policies.
    @Test func validatesWhateverTheEntities() throws {
        let answer = try typed(#""policies":"","entities":5,"validate":"strict""#)
        #expect(answer.objectValue?.map(\.key) == ["id", "error", "validation"])
        #expect(answer["validation"]?["strict"] == true)
    }

    @Test(arguments: [
        (#""schema":"entity A; entity A;","validate":"strict""#, "duplicate", "/schema"),
        (#""schema":5"#, "kind", "/schema"), (#""validate":"strict""#, "missing", "/schema"),
        (#""schema":"","validate":"lax""#, "kind", "/validate"), (#""schema":"","validate":true"#, "kind", "/validate"),
    ])
    func badSchemas(members: String, code: String, pointer: String) throws {
        let answer = try evaluate(#"{"id":1,"policies":"","requests":[],\#(members)}"#)
        #expect(answer["error"]?["code"]?.stringValue == code)
        #expect(answer["error"]?["pointer"]?.stringValue == pointer)
    }

    @Test func parsesSchemas() throws {
        func parse(_ line: String) throws -> JSONValue {
            try JSONValue(parsing: PolicyBatch.parseSchema(Array(line.utf8)))
        }
        #expect(try parse(#"{"id":"a","text":"entity A;"}"#) == ["id": "a", "accepts": true])
        let bad = try parse(#"{"id":"a","text":"entity A;\nentity B in [C];"}"#)
        #expect(bad["accepts"] == false)
        #expect(bad["error"]?["code"] == "undefined")
        #expect(bad["error"]?["line"] == 2 && bad["error"]?["column"] == 14)
        #expect(try parse(#"{"id":"a"}"#)["error"]?["pointer"] == "/text")
        #expect(try parse("nonsense")["id"] == .null)
    }

    @Test func linesAreBounded() throws {
        let more = PolicyBatch.limits.maximumBytes
        let line = "{\"id\":1,\"text\":\"" + String(repeating: " ", count: more) + "\"}"
        #expect(try parse(line)["error"]?["code"]?.stringValue == "size")
        // A world of ten thousand policies and its entities is one line.
        let world = "{\"id\":1,\"text\":\"" + String(repeating: " ", count: 2 << 20) + "\"}"
        #expect(try parse(world)["accepts"] == true)
    }

    /// What is written is read: the JSON form of a long chain nests deeper than other JSON.
    @Test(arguments: [30, 60, 120, 500, 2000])
    func longChainsComeBack(count: Int) throws {
        let chain = (0..<count).map { "context.a\($0)" }.joined(separator: " && ")
        let text = "permit (principal, action, resource) when { \(chain) };"
        func forms(_ text: JSONValue) throws -> JSONValue {
            let line = (["id": 1, "forms": true, "text": text] as JSONValue).serialized()
            return try JSONValue(parsing: PolicyBatch.parse(line), limits: PolicyBatch.limits)
        }
        let written = try #require(try forms(.string(text))["json"])
        #expect(try forms(written)["json"] == written)
        let line: JSONValue = ["id": 1, "policies": written, "requests": []]
        #expect(try JSONValue(parsing: PolicyBatch.evaluate(line.serialized()))["results"] == [])
    }

    /// What the JSON form cannot hold, a sum that cannot be grouped otherwise, is a policy all the same.
    @Test func longSumsAreAccepted() throws {
        let sum = (0..<600).map { "context.a\($0)" }.joined(separator: " + ")
        let text = "permit (principal, action, resource) when { \(sum) == 1 };"
        let answer = try JSONValue(
            parsing: PolicyBatch.parse((["forms": true, "text": .string(text)] as JSONValue).serialized())
        )
        #expect(answer.objectValue?.map(\.key) == ["id", "accepts", "text", "formatted"])
        #expect(answer["accepts"] == true)
    }

    /// A short line must not ask for an answer without end.
    @Test func answersAreBounded() throws {
        let limits = JSONLimits(maximumBytes: 4096)
        let request: JSONValue = [
            "principal": ["type": "U", "id": "a"], "action": ["type": "Action", "id": "r"],
            "resource": ["type": "D", "id": "d"], "context": [:],
        ]
        let policies = String(repeating: "permit(principal,action,resource);", count: 60)
        let line: JSONValue = [
            "id": 1, "policies": .string(policies), "requests": .array(Array(repeating: request, count: 15)),
        ]
        let inside = try JSONValue(parsing: PolicyBatch.evaluate(line.serialized(), limits: limits))
        #expect(inside["results"]?.arrayValue?.allSatisfy { $0["decision"] == "allow" } == true)
        // One id of a thousand bytes, seventeen times: the answers that still fit are given.
        let id = String(repeating: "x", count: 1024)
        var form = try #require(try policySetForm("permit(principal,action,resource);").objectValue)
        form["staticPolicies"] = .object(JSONObject([(id, form["staticPolicies"]?["policy0"] ?? .null)]))
        let long: JSONValue = [
            "id": 1, "policies": .object(form), "requests": .array(Array(repeating: request, count: 17)),
        ]
        let answer = try JSONValue(
            parsing: PolicyBatch.evaluate(long.serialized(), limits: limits),
            limits: PolicyBatch.limits
        )
        let results = try #require(answer["results"]?.arrayValue)
        #expect(results.prefix(16).allSatisfy { $0["decision"] == "allow" })
        #expect(results.last?["error"]?["code"] == "size")
        #expect(results.last?["error"]?["pointer"] == "/requests/16")
    }

    /// Each link of a template is written out as the policy it is.
    @Test func writtenLinksAreBounded() throws {
        let template =
            "permit(principal == ?principal,action,resource) when {context.a == \"\(String(repeating: "x", count: 1000))\"};"
        var form = try #require(try policySetForm(template).objectValue)
        form["templateLinks"] = .array(
            (0..<20).map { number in
                [
                    "templateId": "policy0", "newId": .string("l\(number)"),
                    "values": ["?principal": ["__entity": ["type": "U", "id": "a"]]],
                ]
            }
        )
        let line: JSONValue = ["id": 1, "forms": true, "text": .object(form)]
        let answer = try JSONValue(
            parsing: PolicyBatch.parse(line.serialized(), limits: JSONLimits(maximumBytes: 4096))
        )
        #expect(answer.objectValue?.map(\.key) == ["id", "accepts", "json"])
        let whole = try JSONValue(parsing: PolicyBatch.parse(line.serialized()))
        #expect(whole.objectValue?.map(\.key) == ["id", "accepts", "text", "json"])
    }

    private func policySetForm(_ text: String) throws -> JSONValue { try PolicySet(parsing: text).json }
}
