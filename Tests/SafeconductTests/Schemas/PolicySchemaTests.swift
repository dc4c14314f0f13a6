// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

/// The shipped schemas, and the sets' own.
@Suite struct PolicySchemaTests {
    private typealias File = TrustModel.PolicySet.File

    private func check(
        _ policies: String,
        schema: String? = nil,
        realm: TrustModel.PolicySet.Realm = .calls
    ) -> [PolicyFinding] {
        let files =
            [File(name: "a.cedar", text: policies)]
            + (schema.map { [File(name: "a.cedarschema", text: $0)] } ?? [])
        return PolicyCheck(files, realm: realm).errors
    }

    @Test func theShippedPoliciesOfCommandsAreStrictlyValid() {
        let check = PolicyCheck(ShippedPolicies.files, realm: .commands)
        #expect(check.errors.map(\.description) == [])
        #expect(check.warnings.filter { $0.code == "never_matches" }.map(\.description) == [])
        #expect(check.policyCount > 20)
    }

    /// Everything that the guide says policies see is typed, and nothing else.
    @Test(arguments: [
        "principal.id == \"\" && principal.issuer == \"a\" && principal.labels.contains(\"x\")",
        "principal in Boundary::\"b\" && resource in Operator::\"o\" && resource in Api::\"a\" && action in Action::\"call\"",
        "resource.sensitivity < 5 && resource.capabilities.contains(\"reaches_admin\") && resource.mutating",
        "context.now > datetime(\"2026-01-01\") && context.met.contains(\"challenge:dpop\")",
        "context.trust.caller.score > context.trust.api.lineage && context.trust.api.band == \"low\"",
        "context.caller.assurance >= 500 && context.caller.proven && context.caller.binding == \"mtls\"",
        "context.request.method == \"GET\"",
    ])
    func whatPoliciesSee(_ condition: String) {
        #expect(check("permit (principal, action, resource) when { \(condition) };").map(\.description) == [])
    }

    @Test(arguments: [
        ("principal.naem == \"a\"", "unknown_attribute", "1:45"),
        ("resource.sensitivity == \"high\"", "incompatible_types", "1:45"),
        ("context.request.amount > 5", "unknown_attribute", "1:45"),
        ("principal in Gruop::\"x\"", "unknown_entity_type", "1:58"),
        ("action == Action::\"delete\"", "unknown_action", "1:55"),
        ("context.caller", "unexpected_type", "1:45"),
    ])
    func whatTheyDoNotIsRefusedWithItsPlace(_ condition: String, _ code: String, _ place: String) {
        let errors = check("permit (principal, action, resource) when { \(condition) };")
        #expect(errors.map(\.code).contains(code), "\(errors.map(\.description))")
        #expect(errors.contains { "\($0.line):\($0.column)" == place && $0.file == "a.cedar" }, "\(errors)")
    }

    @Test func aSetsOwnSchemaTypesTheAttributesOfRequests() {
        let policies = """
            permit (principal, action in Action::"call", resource) when {
                context.request has amount && context.request.amount > 5 && context.request.method == "PUT"
                && context.request has from && context.request.from.isInRange(ip("10.0.0.0/8"))
                && context.request.items.contains(Sku::"a")
            };
            """
        let schema = """
            entity Sku;
            namespace Shop { type Money = Long; }
            type RequestAttributes = { amount?: Shop::Money, "from"?: ipaddr, items: Set<Sku> };
            """
        #expect(check(policies, schema: schema).map(\.description) == [])
        // An optional attribute is asked for before it is read.
        let unguarded = check(
            "permit (principal, action, resource) when { context.request.amount > 5 };",
            schema: schema
        )
        #expect(unguarded.map(\.code) == ["unguarded_attribute"])
    }

    @Test(arguments: [
        ("type Other = Long;", "RequestAttributes"), ("type RequestAttributes = { method?: String };", "'method'"),
        (
            "type RequestAttributes = {}; action \"purge\" appliesTo { principal: [Identity], resource: [Operation] };",
            "never asked for"
        ),
        ("type RequestAttributes = {}; entity Identity;", ""), ("type RequestAttributes = Long;", ""),
        ("type RequestAttributes = {\n amount: Money };", "Money"), ("type", ""),
        // What the language calls its own, nobody calls something else.
        ("type RequestAttributes = {}; type datetime = Long;", "datetime"),
        ("type RequestAttributes = {}; type ipaddr = String;", "ipaddr"),
        ("type RequestAttributes = {}; entity Long;", "Long"), ("entity Bool; type RequestAttributes = {};", "Bool"),
        ("type RequestAttributes = {}; entity String enum [\"a\"];", "String"),
        ("type RequestAttributes = {}; namespace Shop { entity Sku, Record; }", "Record"),
        ("type RequestAttributes = {}; namespace Safeconduct { type decimal = Long; }", ""),
    ])
    func whatIsNoSchemaOfASet(_ schema: String, _ message: String) {
        let errors = check("permit (principal is Identity, action, resource);", schema: schema)
        #expect(errors.count == 1 && errors.first?.file == "a.cedarschema", "\(errors)")
        #expect(message.isEmpty || errors.first?.description.contains(message) == true, "\(errors)")
    }

    /// Whatever the names of a set's own schema: what the engine knows has the types that it has. A set of an earlier
    /// release is not refused any more when it is read.
    @Test func theShippedTypesAreTheLanguagesOwn() throws {
        let schema = "type datetime = Long; entity String, Bool; type RequestAttributes = { at?: datetime };"
        let files = [
            File(name: "a.cedar", text: "permit (principal is Identity, action, resource) when { context.now > 5 };"),
            File(name: "a.cedarschema", text: schema),
        ]
        let policies = try CompiledPolicies(TrustModel.PolicySet(id: MadeUp.id(.policySet), files: files))
        let context = policies.schema.schema.actions.values.first { !$0.principals.isEmpty }?.context
        #expect(context?["now"]?.type == .datetime)
        guard case .record(let caller)? = context?["caller"]?.type else {
            Issue.record("no caller")
            return
        }
        #expect(caller["binding"]?.type == .string && caller["proven"]?.type == .bool)
        let errors = PolicyCheck(files, realm: .calls).errors
        #expect(errors.map(\.code).contains("schema") && errors.contains { $0.file == "a.cedar" }, "\(errors)")
        #expect(errors.first { $0.code == "schema" }?.line == 1)
    }

    /// Without a schema nothing but the method is known of requests: whatever else is made of them is told, though validation
    /// holds it for something that is never there.
    @Test(arguments: [
        ("context.request has total", false), ("context.request has total && context.request.total > 5", false),
        ("context.request == {method: \"GET\"}", false),
        ("(if true then context.request else context.request) has a", false),
        ("context.request has method && context.request.method == \"GET\"", true),
        ("context.request.method like \"P*\"", true),
    ])
    func aSetWithoutASchemaReadsTheMethodAlone(_ condition: String, _ isTaken: Bool) {
        let text = "forbid (principal is Identity, action, resource) when { \(condition) };"
        let set = PolicyCheck([File(name: "a.cedar", text: text)], realm: .calls)
        #expect(set.errors.map(\.code) == (isTaken ? [] : ["unnamed_attribute"]), "\(set.errors)")
        #expect(
            set.errors.allSatisfy { $0.line == 1 && $0.column > 50 && $0.help?.contains("RequestAttributes") == true }
        )
        #expect(!set.findings.contains { $0.code == "never_matches" })
        let typed = check(text, schema: "type RequestAttributes = { total?: Long, a?: Long };")
        #expect(typed.allSatisfy { $0.code != "unnamed_attribute" })
    }

    @Test func faultsStandInTheFileTheyAreIn() {
        let files = [
            File(name: "a.cedar", text: "permit (principal is Identity, action, resource);"),
            File(name: "one.cedarschema", text: "entity Sku;\ntype Money = Long;"),
            File(name: "two.cedarschema", text: "type RequestAttributes = {\n  amount: Mony\n};"),
        ]
        let errors = PolicyCheck(files, realm: .calls).errors
        #expect(errors.map(\.file) == ["two.cedarschema"] && errors.map(\.line) == [2], "\(errors)")
    }

    @Test func commandsHaveTheShippedSchemaAlone() {
        #expect(check("permit (principal in Role::\"owner\", action, resource);", realm: .commands) == [])
        let typo = check("permit (principal in Role::\"ovner\", action, resource);", realm: .commands)
        #expect(typo.map(\.code) == ["enum_choice"], "\(typo)")
        let call = check("permit (principal, action == Action::\"read\", resource is Operation);", realm: .commands)
        #expect(!call.isEmpty)
        let own = check(
            "permit (principal in Role::\"owner\", action, resource);",
            schema: "type A = Long;",
            realm: .commands
        )
        #expect(own.map(\.file) == ["a.cedarschema"])
    }

    private func read(_ type: String, _ json: String) throws -> String {
        let schema = "entity Sku; entity Colour enum [\"red\", \"green\"]; type RequestAttributes = { a?: \(type) };"
        let set = TrustModel.PolicySet(id: MadeUp.id(.policySet), files: [File(name: "a.cedarschema", text: schema)])
        let own = try PolicySchema(of: set)
        let request = try #require(own.request)
        let parsed = try JSONValue(parsing: #"{"a":\#(json)}"#)
        let object = try #require(parsed.objectValue)
        do throws(RequestFault) { return "\(Value.record(try request.read(object)))" } catch {
            return error.description
        }
    }

    @Test(arguments: [
        ("Long", "5", #"{"a": 5}"#), ("String", "\"x\"", #"{"a": "x"}"#), ("Bool", "false", #"{"a": false}"#),
        ("decimal", "5", #"{"a": decimal("5.0")}"#), ("decimal", "1.25", #"{"a": decimal("1.25")}"#),
        ("decimal", "\"1.25\"", #"{"a": decimal("1.25")}"#), ("ipaddr", "\"10.0.0.1\"", #"{"a": ip("10.0.0.1")}"#),
        ("duration", "\"1h\"", #"{"a": duration("3600000ms")}"#), ("Sku", "\"s\"", #"{"a": Sku::"s"}"#),
        ("Set<Long>", "[2,1,2]", #"{"a": [1, 2]}"#),
        ("{ b: Long, c?: Long }", "{\"b\":1,\"c\":null}", #"{"a": {"b": 1}}"#),
        ("Long", "null", "{}"), ("Colour", "\"red\"", #"{"a": Colour::"red"}"#),
        ("Action", "\"read\"", #"{"a": Action::"read"}"#),
        // Of these there are no others than the schema lists.
        ("Colour", "\"blue\"", "request/a: no Colour has this id"), ("Colour", "\"Red\"", "request/a: no Colour"),
        ("Set<Colour>", "[\"red\",\"blue\"]", "request/a/1: no Colour"),
        ("Action", "\"purge\"", "request/a: no Action"),
        // What is not so.
        ("Long", "5.0", "request/a: a whole number of 64 bits is expected"),
        ("Long", "\"5\"", "request/a: a whole number of 64 bits is expected"),
        ("String", "5", "request/a: a text is expected"), ("Set<Long>", "[1,\"2\"]", "request/a/1: a whole number"),
        ("{ b: Long }", "{}", "request/a/b: it is required"),
        ("{ b: Long }", "{\"b\":1,\"d/e\":2}", "request/a/d~1e: the schema has no"),
        ("ipaddr", "\"300.0.0.1\"", "request/a: an IP address"),
        ("decimal", "1.23456", "request/a: a number with at most"),
        ("Sku", "7", "request/a: the id of a Sku"), ("datetime", "\"noon\"", "request/a: a moment"),
    ])
    func attributesAreReadByTheirTypes(_ type: String, _ json: String, _ expected: String) throws {
        let read = try read(type, json)
        #expect(read.hasPrefix(expected), "\(read)")
    }

    @Test func aRequestThatTheSchemaDoesNotKnowIsDenied() async throws {
        let files = [
            (
                "a.cedar",
                #"@id("all") permit (principal is Identity, action, resource) unless { context.request has amount && context.request.amount >= 10 };"#
            ),
            ("a.cedarschema", "type RequestAttributes = { amount?: Long };"),
        ]
        try await World.run { world async throws in
            let set = World.policySet(files[0], files[1])
            try World.done(await world.engine.activatePolicies(set, by: world.local))
            #expect(try await world.reason(attributes: #"{"amount":5}"#) == "permitted")
            #expect(try await world.reason(attributes: #"{"amount":50}"#) == "not_permitted")
            let answer = try await world.ask(.asserted("worker"), attributes: #"{"amount":"5"}"#)
            let decision = try answer.get()
            #expect(decision.outcome == .deny && decision.reason == "request_invalid")
            #expect(decision.message.contains("request/amount: a whole number"))
            // The operation names 'reason', and the schema does not: nobody can read it, so it is withheld, not refused.
            let other = try await world.ask(.asserted("worker"), attributes: #"{"reason":7}"#)
            #expect(World.reason(other) == "permitted")
            #expect(try await world.record(other)["withheld"] != nil)
            // A decision that no policy was asked for replays as one.
            let id = try #require(decision.id)
            let stored = try #require(try await world.engine.decision(id))
            let replay = try await world.engine.replay(stored)
            #expect(replay.identical && replay.answer?.reason == "request_invalid")
            // Other policies may take the request for good.
            let open = World.policySet(("b.cedar", "permit (principal is Identity, action, resource);"))
            let simulation = try await world.engine.simulate(
                try world.engine.review(open).get(),
                since: nil,
                limit: 100,
                examples: 1
            )
            #expect(simulation.changes.map { "\($0.from) \($0.to) \($0.count)" } == ["deny allow 2"])
        }
    }

    @Test func whatIsRequiredHasToBeThere() async throws {
        try await World.run { world async throws in
            let set = World.policySet(
                (
                    "a.cedar",
                    "permit (principal is Identity, action in Action::\"call\", resource) when { context.request.amount < 10 };"
                ),
                ("a.cedarschema", "type RequestAttributes = { amount: Long };")
            )
            try World.done(await world.engine.activatePolicies(set, by: world.local))
            for attributes in ["{}", #"{"amount":null}"#] {
                #expect(try await world.reason(attributes: attributes) == "request_invalid")
            }
            #expect(try await world.reason(attributes: #"{"amount":1}"#) == "permitted")
            // What a test makes up is held to the schema, too.
            let test = "cases:\n  - { name: x, resource: orders/show, expect: deny, reason: request_invalid }"
            let check = PolicyCheck(
                [
                    File(name: "a.cedar", text: "permit (principal is Identity, action, resource);"),
                    File(name: "a.cedarschema", text: "type RequestAttributes = { amount: Long };"),
                    File(name: "a.policytest.yaml", text: test),
                ],
                realm: .calls
            )
            #expect(check.isSound, "\(check.tests.failed.map(\.faults))")
        }
    }

    @Test func aCredentialIsIssuedBeforeThereIsARequest() throws {
        let schema = "type RequestAttributes = { amount: Long };"
        let policy = "permit (principal, action, resource) when { context.request.amount < 10 };"
        let findings = check(policy, schema: schema)
        #expect(findings.map(\.code) == ["unguarded_attribute"])
        #expect(findings.first?.help?.contains("before there is a request") == true)
        for scope in ["action in Action::\"call\"", "action == Action::\"read\""] {
            #expect(check(policy.replacing(", action,", with: ", \(scope),"), schema: schema).isEmpty)
        }
        let unconditional =
            "permit (principal, action == Action::\"issue\", resource) when { context.request.method == \"GET\" };"
        #expect(check(unconditional, schema: schema).isEmpty)
    }

    @Test func setsOfOldLogsDecideAsTheyDid() async throws {
        // No schema could take this one; a release that knew none activated it.
        try await World.run(policies: #"permit (principal, action, resource) when { context.request.amount < 10 };"#) {
            world async throws in
            #expect(try await world.reason(attributes: #"{"amount":5}"#) == "permitted")
            #expect(try await world.reason(attributes: #"{"amount":"x"}"#) == "not_permitted")
            let sets = world.engine.view.state.policySets.sorted.map(\.object)
            let files = try #require(sets.last { $0.realm == .calls }).files
            let again = World.policySet((files[0].name, files[0].text + "\n"))
            guard case .refused(let refusal) = await world.engine.activatePolicies(again, by: world.local) else {
                Issue.record("it was activated")
                return
            }
            #expect(refusal.faults.map(\.code) == ["unknown_attribute"])
        }
    }
}
