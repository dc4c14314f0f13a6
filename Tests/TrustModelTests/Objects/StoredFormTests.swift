// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

/// The stored form is what digests, snapshots and answers are made of: its bytes must never change by themselves.
struct StoredFormTests {
    private func check<Object: TrustObject>(
        _ type: Object.Type,
        _ text: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for text in [text, String(text.dropLast()) + Sample.sealed + "}"] {
            let object: Object = try Sample.read(text)
            #expect(Sample.text(object) == text, sourceLocation: sourceLocation)
            #expect(try Sample.read(Sample.text(object)) == object, sourceLocation: sourceLocation)
        }
    }

    @Test func everyKind() throws {
        try check(Operator.self, Sample.operator)
        try check(Identity.self, Sample.identity())
        try check(Identity.self, Sample.identity(federation: Sample.binding))
        try check(Api.self, Sample.api())
        try check(Issuer.self, Sample.issuer)
        try check(BackEnd.self, Sample.backEnd)
        try check(EnforcementPoint.self, Sample.enforcementPoint)
        try check(EnforcementPoint.self, String(Sample.enforcementPoint.dropLast()) + #","explanations":true}"#)
        try check(Credential.self, Sample.credential)
        try check(PolicySet.self, Sample.policySet)
        try check(Cut.self, Sample.cut)
        try check(Hold.self, Sample.hold)
        try check(Node.self, Sample.node)
        try check(TokenKey.self, Sample.tokenKey)
        try check(DeclaredTask.self, Sample.task())
        try check(
            DeclaredTask.self,
            Sample.task(
                more: #","parent":"\#(Sample.id(.task, 12))","reference":"ci/7","spent":{"calls":3,"amount":1},"#
                    + #""ended":{"state":"completed","by":"\#(Sample.id(.identity, 2))"}"#,
                budget: #""budget":{"calls":10,"rows":0,"bytes":9,"amount":8},"#
            )
        )
    }

    /// Invariant 1 begins here: without one of the four nothing can even be read.
    @Test(arguments: ["owner", "purpose", "boundary", "expires_at"])
    func nothingWithoutTheFour(member: String) throws {
        func check<Object: TrustObject>(_ type: Object.Type, _ text: String) throws {
            var object = try #require(try JSONValue(parsing: text).objectValue)
            for absent in [nil, JSONValue.null] {
                object[member] = absent
                #expect("\(type)") {
                    try Object(stored: .object(object))
                } throws: { error in
                    (error as? ShapeError)?.code == .missing && (error as? ShapeError)?.pointer == "/\(member)"
                }
            }
            object[member] = ""
            #expect(throws: ShapeError.self) { try Object(stored: .object(object)) }
        }
        try check(Operator.self, Sample.operator)
        try check(Identity.self, Sample.identity())
        try check(Api.self, Sample.api())
        try check(Issuer.self, Sample.issuer)
        try check(EnforcementPoint.self, Sample.enforcementPoint)
        try check(Credential.self, Sample.credential)
    }

    /// Each row: where the sample is changed, and where the refusal has to point.
    @Test(arguments: [
        ("owner", #""nobody""#, "/owner"), ("owner", #""\#(Sample.id(.identity, 1))""#, "/owner"),
        ("owner", "7", "/owner"),
        ("purpose", #""Two words""#, "/purpose"), ("boundary", "[]", "/boundary"),
        ("expires_at", #""tomorrow""#, "/expires_at"), ("expires_at", "0", "/expires_at"),
        ("name", #""Checkout""#, "/name"),
        ("kind", #""servce""#, "/kind"), ("labels", #"["ok","Not ok"]"#, "/labels/1"),
        ("labels", #"["a",1]"#, "/labels/1"),
        ("labels", #""a""#, "/labels"), ("federation", "[1]", "/federation/0"),
        ("federation", #"[{"subject":"s"}]"#, "/federation/0/issuer"),
        ("federation", #"[{"issuer":"ci","subject":"s"}]"#, "/federation/0/issuer"),
        ("federation", #"[{"issuer":"\#(Sample.id(.issuer, 4))","subject":""}]"#, "/federation/0/subject"),
        (
            "federation", #"[{"issuer":"\#(Sample.id(.issuer, 4))","subject":"s","claims":{"a/b~":[1]}}]"#,
            "/federation/0/claims/a~1b~0"
        ),
        (
            "federation", #"[{"issuer":"\#(Sample.id(.issuer, 4))","subject":"s","claims":{"a":1.5}}]"#,
            "/federation/0/claims/a"
        ),
        ("federation", #"[{"issuer":"\#(Sample.id(.issuer, 4))","subject":"s","clams":{}}]"#, "/federation/0/clams"),
        ("id", #""\#(Sample.owner)""#, "/id"), ("descripton", #""x""#, "/descripton"), ("sealed", "{}", "/sealed/key"),
        ("sealed", #"{"key":"a","box":"b","more":1}"#, "/sealed/more"),
    ])
    func refusalsPoint(member: String, value: String, pointer: String) throws {
        var object = try #require(try JSONValue(parsing: Sample.identity()).objectValue)
        object[member] = try JSONValue(parsing: value)
        let error = try #require(throws: ShapeError.self) { try Identity(stored: .object(object)) }
        #expect(error.pointer == pointer)
    }

    @Test func nearestNames() throws {
        var object = try #require(try JSONValue(parsing: Sample.identity()).objectValue)
        object["lables"] = []
        let unknown = try #require(throws: ShapeError.self) { try Identity(stored: .object(object)) }
        #expect(unknown.code == .unknown && unknown.message.contains("'labels'"))
        object["lables"] = nil
        object["kind"] = "agnet"
        let choice = try #require(throws: ShapeError.self) { try Identity(stored: .object(object)) }
        #expect(choice.code == .value && choice.message.contains("'agent'"))
    }

    @Test func limits() throws {
        func identity(_ labels: Int, _ bindings: Int, _ claims: Int) throws {
            var object = try #require(try JSONValue(parsing: Sample.identity()).objectValue)
            object["labels"] = .array((0..<labels).map { .string("l\($0)") })
            let pairs = (0..<claims).map { ("c\($0)", JSONValue.integer(1)) }
            object["federation"] = .array(
                (0..<bindings).map { index in
                    [
                        "issuer": .string(Sample.id(.issuer, 4).description), "subject": .string("s\(index)"),
                        "claims": .object(JSONObject(pairs)),
                    ]
                }
            )
            _ = try Identity(stored: .object(object))
        }
        try identity(Identity.labelLimit, Identity.federationLimit, 16)
        #expect(throws: ShapeError.self) { try identity(Identity.labelLimit + 1, 0, 0) }
        #expect(throws: ShapeError.self) { try identity(0, Identity.federationLimit + 1, 0) }
        #expect(throws: ShapeError.self) { try identity(0, 1, 17) }
    }

    @Test func orderAndRepetitionAreSettledOnReading() throws {
        var object = try #require(try JSONValue(parsing: Sample.identity(federation: Sample.binding)).objectValue)
        object["labels"] = ["pci", "eu", "pci"]
        object["federation"] = [
            [
                "issuer": .string(Sample.id(.issuer, 4).description), "subject": "repo:shop/checkout:ref",
                "claims": ["ok": true, "aud": "x", "n": 1],
            ]
        ]
        let identity = try Identity(stored: .object(object))
        #expect(Sample.text(identity) == Sample.identity(federation: Sample.binding))
    }
}
