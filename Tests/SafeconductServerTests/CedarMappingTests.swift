// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

@testable import SafeconductServer

@Suite struct CedarMappingTests {
    @Test(arguments: [
        ("1.5", "1.5"), ("-0.1234", "-0.1234"), ("1.0", "1.0"), ("1e3", nil), ("1.50000", "refused"),
        ("0.12345", "refused"), ("9223372036854775808", "refused"), ("5e-1", "0.5"), ("12.5e-3", "0.0125"),
        ("1.25e1", "12.5"), ("1e-5", "refused"), ("1e99", "refused"), ("1e999", "refused"), ("-15e-1", "-1.5"),
        ("922337203685477.5807", "922337203685477.5807"), ("922337203685477.5808", "refused"),
    ])
    func numbers(_ literal: String, _ decimal: String?) {
        let value = CedarNumber.value(of: literal)
        switch decimal {
        case "refused"?: #expect(value == nil)
        case let decimal?: #expect(value == DecimalValue(decimal).map { .decimal($0) })
        case nil: #expect(value == .long(1000))
        }
    }

    private func mapping(_ text: String) throws -> CedarMapping {
        try CedarMapping(try EvaluationReader.single(try JSONValue(parsing: text)))
    }

    @Test func everyPartHasItsPlace() throws {
        let mapping = try mapping(
            """
            {"subject":{"type":"Shop::User","id":"a\\"b","properties":{"n":1,"x":null,"deep":{"y":[1,null,"z"]}}},
             "action":{"name":"read","properties":{"soft":true}},
             "resource":{"type":"Doc","id":""},
             "context":{"ip":"1.2.3.4","action":"overwritten","price":2.50}}
            """
        )
        #expect(mapping.request.principal == EntityUID(type: "Shop::User", id: "a\"b"))
        #expect(mapping.request.action == EntityUID(type: "Action", id: "read"))
        #expect(mapping.request.resource == EntityUID(type: "Doc", id: ""))
        #expect(
            mapping.request.context == [
                "ip": "1.2.3.4", "action": .record(["soft": true]),
                "price": .decimal(DecimalValue(tenThousandths: 25_000)),
            ]
        )
        #expect(mapping.subjectAttributes == ["n": 1, "deep": .record(["y": .set([1, "z"])])])
        #expect(mapping.resourceAttributes.isEmpty)
    }

    @Test(arguments: [
        (#"{"type":"a b","id":"x"}"#, "/subject/type"),
        (#"{"type":"","id":"x"}"#, "/subject/type"),
        (#"{"type":"__cedar::X","id":"x"}"#, "/subject/type"),
        (#"{"type":"U","id":"x","properties":{"a":{"b":[1,1e-9]}}}"#, "/subject/properties/a/b/1"),
    ])
    func whatCedarCannotHoldIsRefused(_ subject: String, _ pointer: String) throws {
        let text = #"{"subject":\#(subject),"action":{"name":"r"},"resource":{"type":"D","id":"1"}}"#
        let problem = #expect(throws: Problem.self) { try mapping(text) }
        #expect(problem?.code == .invalidRequest)
        #expect(problem?.faults.first?.pointer == pointer)
    }

    @Test func storedAttributesWin() throws {
        let store = try EntityStore(
            parsing: Array(#"[{"uid":{"type":"U","id":"a"},"attrs":{"role":"guest"},"parents":[]}]"#.utf8)
        )
        let policies = try PolicySet(
            parsing: #"permit(principal, action, resource) when { principal.role == "admin" && principal.asked };"#
        )
        let point = PlainCedarPoint(policies: policies, entities: store)
        let inquiry = Inquiry(caller: .anybody, requestID: "r")
        func decide(_ id: String) throws -> Bool {
            let subject = Evaluation.Entity(
                type: "U",
                id: id,
                properties: JSONObject([("role", "admin"), ("asked", true)])
            )
            let evaluation = Evaluation(
                subject: subject,
                action: .init(name: "x"),
                resource: .init(type: "R", id: "1")
            )
            return try point.decide(evaluation, for: inquiry).decision
        }
        let stored = try decide("a")
        let unknown = try decide("b")
        #expect(!stored)
        #expect(unknown)
    }

    @Test func whoAsksWhyIsTold() throws {
        let policies = try PolicySet(
            parsing: #"permit(principal, action, resource) when { principal.role == "admin" && context.risk < 50 };"#
        )
        let point = PlainCedarPoint(policies: policies, entities: EntityStore())
        let inquiry = Inquiry(caller: .anybody, requestID: "r")
        func context(_ options: String) throws -> JSONValue {
            let text = """
                {"subject":{"type":"U","id":"a","properties":{"role":"guest"}},"action":{"name":"r"},
                 "resource":{"type":"D","id":"1"},"context":{"risk":70}\(options)}
                """
            let evaluation = try EvaluationReader.single(JSONValue(parsing: text))
            return try JSONValue(parsing: point.decide(evaluation, for: inquiry).context ?? [])
        }
        for silent in ["", #","options":{}"#, #","options":{"explain":false}"#, #","options":{"explain":null}"#] {
            #expect(try context(silent)["explanation"] == nil, "\(silent)")
        }
        let explanation = try #require(try context(#","options":{"explain":true}"#)["explanation"])
        #expect(
            explanation["text"]?.stringValue == """
                No policy permits.
                Nearest: `policy0` (line 1) lacks: principal.role == "admin" (principal.role is "guest") and \
                context.risk < 50 (context.risk is 70).
                It would be allowed if principal.role were "admin" and context.risk were below 50.
                """
        )
        #expect(explanation["change"]?["verified"] == true)
        let problem = #expect(throws: Problem.self) { try context(#","options":{"explain":"yes"}"#) }
        #expect(problem?.faults.first?.pointer == "/options/explain")
    }

    @Test func aBatchIsAskedWhyAsAWholeOrItemByItem() throws {
        let text = """
            {"subject":{"type":"U","id":"a"},"action":{"name":"r"},"resource":{"type":"D","id":"1"},
             "options":{"explain":true},"evaluations":[{},{"options":{"explain":false}},{"options":{"explain":1}}]}
            """
        guard case .many(let items, _) = try EvaluationReader.batch(JSONValue(parsing: text)) else {
            Issue.record("no batch")
            return
        }
        let wanted = items.map { item -> Bool? in
            guard case .valid(let evaluation) = item else { return nil }
            return evaluation.wantsExplanation
        }
        #expect(wanted == [true, false, nil])
    }
}
