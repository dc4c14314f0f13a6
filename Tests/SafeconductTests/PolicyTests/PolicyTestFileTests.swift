// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

/// Tests of policies, as files of their set.
@Suite struct PolicyTestFileTests {
    private static let policies = """
        @id("read") permit (principal, action == Action::"read", resource)
        when { principal.labels.contains("reader") };
        @id("pay") @remedy("limit:5/minute") permit (principal is Identity, action, resource == Operation::"orders/pay")
        when { context.met.contains("limit:5/minute") };
        @id("large") @remedy("approve:finance") forbid (principal, action, resource in Api::"orders")
        when { context.trust.caller.score < 300 } unless { context.met.contains("approve:finance") };
        @id("sum") forbid (principal, action, resource) when { resource.sensitivity * 9223372036854775807 == 1 };
        """

    private func check(_ tests: String, policies: String = Self.policies) -> PolicyCheck {
        PolicyCheck(
            [
                PolicySet.File(name: "a.cedar", text: policies),
                PolicySet.File(name: "a.policytest.yaml", text: tests),
            ],
            realm: .calls
        )
    }

    /// One test with the given members; what came of it.
    private func fault(_ members: String) throws -> [String] {
        let check = check("cases:\n  - { name: x, \(members) }")
        #expect(check.errors == [], "\(check.errors)")
        return try #require(check.tests.cases.first).faults
    }

    /// A test may state the task of its call; without one there is none.
    @Test(arguments: [
        ("", "deny"), (", context: { task: {} }", "allow"), (", context: { task: { within: false } }", "deny"),
        (", context: { task: { purpose: other } }", "deny"),
        (", context: { task: { id: tsk_01M7YXN63C7M08H2XHPFZTAZMK, purpose: testing, within: true } }", "allow"),
    ])
    func tasksOfCalls(_ context: String, _ outcome: String) throws {
        let policy = """
            permit (principal is Identity, action, resource)
            when { context has task && context.task.within && context.task.purpose == "testing" };
            """
        let tests = "cases:\n  - { name: x, resource: orders/show\(context), expect: \(outcome) }"
        let check = check(tests, policies: policy)
        #expect(check.errors == [] && check.tests.cases.first?.faults == [], "\(check.errors)")
        // Who asks for it unguarded is told at activation.
        #expect(!self.check(tests, policies: policy.replacing("context has task && ", with: "")).errors.isEmpty)
    }

    @Test(arguments: [
        "principal: { labels: [reader] }, resource: orders/show, expect: allow, errors: []",
        "principal: { labels: [reader] }, resource: { name: orders/show, sensitivity: 0 }, expect: allow, policies: [read], reason: permitted",
        "resource: orders/show, expect: deny, reason: not_permitted, policies: []",
        "resource: { name: orders/pay, sensitivity: 1 }, action: write, expect: limit, remedies: [\"limit:5/minute\"], policies: [pay]",
        "resource: { name: orders/pay, sensitivity: 1 }, action: write, met: [\"limit:5/minute\"], expect: allow",
        "resource: { name: orders/pay, sensitivity: 1 }, context: { trust: { caller: { score: 200, band: low } } }, expect: approve, remedies: [\"approve:finance\", \"limit:5/minute\"], policies: [large, pay]",
        "resource: { name: other/pay, sensitivity: 1 }, context: { trust: { caller: { score: 200 } } }, expect: deny",
        "principal: { labels: [reader] }, action: write, resource: { name: orders/show, method: PUT, sensitivity: 2 }, expect: deny, errors: [sum]",
        "principal: { labels: [reader] }, resource: { name: orders/show, sensitivity: 2, capabilities: [reaches_admin] }, expect: deny, reason: policy_failed, errors: [sum]",
    ])
    func whatHolds(_ members: String) throws {
        // The default sensitivity of 500 makes the sum overflow.
        var members = members
        if !members.contains("sensitivity") {
            members = members.replacing(
                "resource: orders/show",
                with: "resource: { name: orders/show, sensitivity: 1 }"
            )
        }
        #expect(try fault(members) == [])
    }

    @Test(arguments: [
        ("resource: { name: orders/show, sensitivity: 1 }, expect: allow", "expected allow, got deny (not_permitted)"),
        (
            "principal: { labels: [reader] }, resource: { name: orders/show, sensitivity: 1 }, expect: deny",
            "expected deny, got allow"
        ),
        (
            "resource: { name: orders/show, sensitivity: 1 }, expect: deny, reason: forbidden",
            "expected reason forbidden"
        ),
        (
            "resource: { name: orders/show, sensitivity: 1 }, expect: deny, policies: [large]",
            "'large' has no say; none has"
        ),
        (
            "resource: { name: orders/pay, sensitivity: 1 }, expect: limit, remedies: [\"limit:9/day\"]",
            "expected remedies limit:9/day, got limit:5/minute"
        ),
        (
            "principal: { labels: [reader] }, resource: orders/show, expect: allow",
            "expected errors in none, got sum (arithmetic)"
        ),
    ])
    func whatDoesNot(_ members: String, _ fault: String) throws {
        let faults = try self.fault(members)
        #expect(faults.contains { $0.contains(fault.prefix(30)) }, "\(faults)")
    }

    @Test func defaultsAreOverriddenMemberByMember() throws {
        let check = check(
            """
            defaults:
              principal: { labels: [reader], kind: agent }
              resource: { name: orders/show, sensitivity: 1 }
            cases:
              - name: as they are
                expect: allow
              - name: another caller
                principal: { labels: [] }
                expect: deny
              - name: a name for a whole caller
                principal: somebody
                expect: allow
            """
        )
        #expect(check.tests.cases.map(\.passed) == [true, true, true] && check.tests.cases.map(\.line) == [5, 7, 10])
        #expect(check.tests.untested == ["pay", "large", "sum"])
        #expect(check.warnings.filter { $0.code == "untested" }.map(\.policy) == ["pay", "large", "sum"])
    }

    @Test(arguments: [
        ("", "1:1", "one document"), ("[1]", "1:1", "object"), ("cases: []", "1:1", "1 to 5000"),
        ("cases:\n  - { name: a, resource: a/b, expect: maybe }", "2:31", "one of allow, limit"),
        ("cases:\n  - { name: a, resource: ab, expect: deny }", "2:16", "'api/operation'"),
        ("cases:\n  - { name: a, expect: deny }", "2:5", "'resource' is required"),
        (
            "cases:\n  - { name: a, resource: a/b, expect: deny, mets: 1 }", "2:45",
            "'mets' is not known here; did you mean 'met'?"
        ),
        (
            "cases:\n  - { name: a, resource: a/b, expect: deny, principal: { kynd: agent } }", "2:58",
            "did you mean 'kind'"
        ),
        ("cases:\n  - { name: a, resource: a/b, expect: deny, principal: { kind: robot } }", "2:58", "service"),
        (
            "cases:\n  - { name: a, resource: a/b, expect: deny, met: [\"approve:a\", \"challenge:retina\"] }", "2:64",
            "unknown remedy"
        ),
        ("cases:\n  - { name: a, resource: a/b, expect: deny, remedies: [1] }", "2:56", "string is expected"),
        ("cases:\n  - { name: a, resource: a/b, expect: deny, \"a/b~c\": 1 }", "2:45", "'a/b~c' is not known"),
        ("cases:\n  - { name: a, resource: a/b, expect: deny, principal: { \"a/b~c\": 1 } }", "2:58", "'a/b~c' is not"),
        ("defaults: [1]\ncases:\n  - { name: a, resource: a/b, expect: deny }", "1:1", "object is expected"),
        ("defaults:\n  met: x\ncases:\n  - { name: a, resource: a/b, expect: deny, met: [] }", "2:3", "array"),
        (
            "defaults:\n  principal: [a]\ncases:\n  - { name: a, resource: a/b, expect: deny, principal: b }", "2:3",
            "object"
        ),
        ("defaults:\n  context: { trust: 5 }\ncases:\n  - { name: a, resource: a/b, expect: deny }", "2:14", "object"),
        ("defaults:\n  principal: { kind: robot }\ncases:\n  - { name: a, resource: a/b, expect: deny }", "2:16", ""),
        ("defaults: { name: a }\ncases:\n  - { resource: a/b, expect: deny }", "1:13", "a name of its own"),
        (
            "defaults: { foo: 1 }\ncases:\n  - { name: a, resource: a/b, expect: deny }", "1:13",
            "'foo' is not known here"
        ),
        (
            "cases:\n  - { name: a, resource: a/b, expect: deny }\n  - { name: a, resource: a/c, expect: deny }", "3:7",
            "another test of this file"
        ),
        (
            "cases:\n  - { name: a, resource: a/b, expect: deny, context: { request: { method: PUT } } }", "2:67",
            "the operation's own"
        ),
        (
            "cases:\n  - { name: a, resource: a/b, expect: deny, context: { request: { a: 1e3 } } }", "2:67",
            "no call can"
        ),
        (
            "cases:\n  - { name: a, resource: a/b, expect: deny, context: { request: { a: [99999999999999999999] } } }",
            "2:67", "no call can"
        ),
        ("cases:\n  - { name: a, resource: a/b, expect: deny, context: { now: noon } }", "2:56", "RFC 3339"),
        (
            "cases:\n  - { name: a, resource: a/b, expect: deny, context: { trust: { caller: { score: 1001 } } } }",
            "2:75", "0 to 1000"
        ),
        ("cases: &a [1]\n", "1:8", "anchors"), ("a: 1\na: 2\n", "2:1", "twice"), ("cases: [\n", "", ""),
        ("cases:\n  - { name: \"a\\nb\", resource: a/b, expect: deny }", "2:7", "on one line"),
    ])
    func whatIsNoTest(_ text: String, _ place: String, _ message: String) {
        let check = check(text)
        let error = check.errors.first
        #expect(error?.code == "test_file" && error?.file == "a.policytest.yaml", "\(check.findings)")
        if !place.isEmpty {
            #expect("\(error?.line ?? 0):\(error?.column ?? 0)" == place, "\(String(describing: error))")
        }
        #expect(message.isEmpty || error?.message.contains(message) == true, "\(String(describing: error))")
        #expect(!check.isSound && check.tests.cases.isEmpty)
    }

    /// What a test may hold: somebody waits for it, and its report goes over the wire.
    @Test(arguments: [
        ("errors: [E]", 65, "at most 64 elements"), ("policies: [E]", 65, "at most 64 elements"),
        ("met: [E]", 65, "at most 64 elements"), ("context: { request: { O } }", 65, "at most 64 members"),
        ("context: { request: { a: { O } } }", 65, "at most 64 members"), ("errors: [LONG]", 1, "at most 512 bytes"),
        ("context: { request: { a: [E] } }", 100_000, "more than 2000000 values"),
    ])
    func whatIsTooMuch(_ member: String, _ count: Int, _ message: String) {
        let written = member.replacing(
            "[E]",
            with: "[\((0..<count).map { "\"approve:a\($0)\"" }.joined(separator: ","))]"
        )
        .replacing("O }", with: (0..<count).map { "a\($0): 1" }.joined(separator: ", ") + " }")
        .replacing("LONG", with: String(repeating: "a", count: 513))
        let cases = (0..<50).map { "  - { name: n\($0), resource: orders/show, expect: deny }\n" }.joined()
        let check = check("defaults: { \(written) }\ncases:\n\(cases)")
        #expect(check.errors.first?.message.contains(message) == true, "\(check.errors)")
    }

    @Test func aReportIsBounded() throws {
        let policies = (0..<200).map { number in
            "@id(\"p\(number)\") permit (principal, action, resource) when { principal.name == \"caller\" };"
        }
        let wanted = (0..<64).map { "q\($0)\(String(repeating: "x", count: 500))" }.joined(separator: ", ")
        let cases = (0..<300).map { "  - { name: n\($0) }\n" }.joined()
        let check = check(
            "defaults: { resource: orders/show, expect: deny, policies: [\(wanted)], errors: [\(wanted)] }\ncases:\n\(cases)",
            policies: policies.joined(separator: "\n")
        )
        let first = try #require(check.tests.cases.first)
        #expect(check.tests.failed.count == 300 && first.policies.count == 64)
        #expect(first.faults.contains("56 more policies have no say"))
        #expect(first.faults.allSatisfy { $0.utf8.count < 1100 }, "\(first.faults)")
        #expect(first.faults.last?.contains("and 56 more") == true || first.faults.last?.contains("bytes)") == true)
        var writer = JSONWriter()
        check.tests.render(to: &writer)
        let report = try JSONValue(parsing: writer.bytes)
        #expect(report["failed"] == 300 && report["failures"]?.arrayValue?.count == 100)
        #expect(writer.bytes.count < 4 << 20)
    }

    private static let counted = """
        @id("all") permit (principal is Identity, action, resource);
        @id("sum") @remedy("limit:100amount/day") forbid (principal, action, resource)
        when { context.request has amount } unless { context.met.contains("limit:100amount/day") };
        """

    private func judged(_ request: String, schema: String?, policies: String) -> PolicyTestReport.Case? {
        let test = "cases:\n  - { name: x, resource: orders/show, context: { request: \(request) }, expect: allow }"
        var files = [
            PolicySet.File(name: "a.cedar", text: policies), PolicySet.File(name: "a.policytest.yaml", text: test),
        ]
        if let schema { files.append(PolicySet.File(name: "a.cedarschema", text: schema)) }
        let check = PolicyCheck(files, realm: .calls)
        #expect(check.errors == [])
        return check.tests.cases.first
    }

    /// What the schema does not name is withheld, as the engine withholds it.
    @Test func aTestSeesWhatTheEngineShows() {
        let other = judged(
            "{ colour: 7 }",
            schema: "type RequestAttributes = { amount?: Long };",
            policies: Self.counted
        )
        #expect(other?.outcome == .allow && other?.reason == "permitted")
    }

    /// A limit is met only by what can be measured, and by no more than a full bucket holds.
    @Test(arguments: [
        ("{ amount: 5 }", "Long", "limit_required"), ("{ amount: 101 }", "Long", "limit_exceeded"),
        ("{ amount: -5 }", "Long", "limit_unmeasured"), ("{ amount: 5.5 }", "decimal", "limit_required"),
        ("{ amount: \"5.5\" }", "decimal", "limit_required"), ("{ amount: \"100.5\" }", "decimal", "limit_exceeded"),
        ("{ amount: -0.5 }", "decimal", "limit_unmeasured"), ("{}", "Long", "permitted"),
    ])
    func aLimitIsMeasured(_ request: String, _ type: String, _ reason: String) throws {
        let schema = "type RequestAttributes = { amount?: \(type) };"
        let result = try #require(judged(request, schema: schema, policies: Self.counted))
        // A limit that is met has no reason of its own to be compared.
        if reason == "limit_required" {
            #expect(result.outcome == .limit, "\(result)")
        } else {
            #expect(result.reason == reason && result.outcome == (reason == "permitted" ? .allow : .deny), "\(result)")
        }
    }

    @Test func aSetWithoutPoliciesIsWarnedOf() {
        let check = PolicyCheck([PolicySet.File(name: "a.cedar", text: "// nothing yet\n")], realm: .calls)
        #expect(
            check.findings.map(\.code) == ["no_policies"] && check.isSound && check.findings.first?.file == "a.cedar"
        )
    }

    /// Tests of one name with other calls are other tests, also of two sets.
    @Test func aDifferenceAsksTheTestsOfBothSets() throws {
        func set(_ policies: String, _ boundary: String) -> [PolicySet.File] {
            let test =
                "cases:\n  - { name: x, principal: { boundary: \(boundary) }, resource: orders/show, expect: allow }"
            return [
                PolicySet.File(name: "\(boundary)/a.cedar", text: policies),
                PolicySet.File(name: "\(boundary)/a.policytest.yaml", text: test),
            ]
        }
        let old = set("permit (principal is Identity, action, resource);", "old")
        let new = set("permit (principal in Boundary::\"new\", action, resource);", "new")
        let difference = try PolicyDifference(from: old, to: new)
        #expect(difference.asked == 2)
        #expect(difference.answers.map(\.file) == ["old/a.policytest.yaml"])
        #expect(try PolicyDifference(from: old, to: set("permit (principal, action, resource);", "old")).asked == 1)
    }

    @Test func whatIsMadeUpIsWhatTheEngineMakes() async throws {
        // The same call, asked of an engine and as a test, with every attribute that a policy can read.
        let policies = """
            @id("all") permit (principal in Boundary::"prod/eu", action in Action::"call", resource in Api::"orders")
            when {
                principal.name == "reader" && principal.kind == "service" && principal.owner == "local"
                && principal.purpose == "orders" && principal.boundary == "prod/eu" && principal.labels == ["eu"]
                && principal.issuer == "" && principal in Operator::"local"
                && resource.name == "show" && resource.api == "orders" && resource.method == "GET"
                && resource.path == "/orders/{id}" && resource.data_class == "internal" && resource.sensitivity == 500
                && resource.capabilities.isEmpty() && !resource.mutating && resource.owner == "local"
                && resource.purpose == "orders" && resource.boundary == "prod/eu" && resource in Operator::"local"
                && context.caller.assurance == 200 && context.caller.binding == "asserted" && !context.caller.proven
                && context.trust.caller.band == "none" && context.trust.api.score == 500 && context.request.method == "GET"
                && context.now > datetime("2020-01-01")
            };
            """
        let test = """
            cases:
              - name: the reader shows
                principal: { name: reader, owner: local, purpose: orders, boundary: prod/eu, labels: [eu] }
                resource: { name: orders/show, path: "/orders/{id}", owner: local, purpose: orders, boundary: prod/eu }
                context: { caller: { proven: false } }
                expect: allow
                policies: [all]
            """
        let check = check(test, policies: policies)
        #expect(check.errors == [] && check.tests.failed.isEmpty, "\(check.tests.failed)")
        // In the world the API has a base path.
        try await World.run(policies: policies.replacing("/orders/{id}", with: "/v1/orders/{id}")) {
            world async throws in
            #expect(try await world.reason("reader") == "permitted")
        }
    }
}
