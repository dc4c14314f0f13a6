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
        #expect(bad["error"]?["pointer"]?.stringValue == "/policies/templates")
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

    @Test func linesAreBounded() throws {
        let line = "{\"id\":1,\"text\":\"" + String(repeating: " ", count: 1 << 20) + "\"}"
        #expect(try parse(line)["error"]?["code"]?.stringValue == "size")
    }
}
