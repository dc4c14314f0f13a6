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
        ("cases:\n  - { name: a, resource: a/b, expect: deny, met: [\"challenge:retina\"] }", "2:45", "unknown remedy"),
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
