// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

@testable import SafeconductCommand

@Suite("Scopes as people write them")
struct ScopeTextTests {
    @Test(
        "Kinds, names and ids",
        arguments: [
            ("identity:orders-worker", .scope(.identity), "orders-worker"), ("all", .scope(.all), ""),
            ("trust_domain:shop", .scope(.trustDomain), "shop"), ("trust-domain:shop", .scope(.trustDomain), "shop"),
            ("issuer:shop-login", .scope(.issuer), "shop-login"), ("key:a:b", .scope(.key), "a:b"),
            ("delegation-root:x", .scope(.delegationRoot), "x"), ("pep:envoy", .pep, "envoy"),
            ("operator:team", .operator, "team"), ("api:orders", .api, "orders"),
        ] as [(String, ScopeText.Kind, String)]
    )
    func scopes(text: String, kind: ScopeText.Kind, reference: String) throws {
        let scope = try ScopeText(text)
        #expect(scope.kind == kind)
        #expect(scope.reference == reference)
    }

    @Test("Every kind of the model can be written")
    func complete() throws {
        for kind in Scope.Kind.allCases {
            let text = kind == .all ? "all" : "\(kind.rawValue):x"
            #expect(try ScopeText(text).kind == .scope(kind))
        }
    }

    @Test(
        "What is no scope",
        arguments: [
            ("", "kind"), ("identity", "KIND"), ("identity:", "KIND"), ("all:x", "KIND"), ("identty:x", "'identity'"),
            ("Identity:x", "kind"), (":x", "kind"),
        ]
    )
    func refusals(text: String, words: String) {
        let failure = #expect(throws: CommandFailure.self) { try ScopeText(text) }
        #expect(failure?.status == .usage)
        #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
    }

    @Test("Holds in force on an identity, and no others")
    func holds() {
        let identity: JSONValue = ["id": "nhi_1"]
        let hold = { (kind: String, id: String, retired: Bool) -> JSONValue in
            ["scope": ["kind": .string(kind), "id": .string(id)], "retired": .bool(retired)]
        }
        #expect(IdentityResume.isInForce(hold("identity", "nhi_1", false), on: identity))
        #expect(!IdentityResume.isInForce(hold("identity", "nhi_1", true), on: identity))
        #expect(!IdentityResume.isInForce(hold("identity", "nhi_2", false), on: identity))
        #expect(!IdentityResume.isInForce(hold("issuer", "nhi_1", false), on: identity))
        #expect(!IdentityResume.isInForce(["scope": ["kind": "identity"]], on: [:]))
    }
}
