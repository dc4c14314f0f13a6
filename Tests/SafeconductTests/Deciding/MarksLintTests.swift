// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

@testable import Safeconduct

/// Annotations that can never come true.
@Suite struct MarksLintTests {
    private static let schema = "type RequestAttributes = { amount?: Long, price?: decimal, to?: String };"

    private func errors(_ annotations: String, schema: String? = Self.schema) -> [PolicyFinding] {
        var files = [
            PolicySet.File(name: "a.cedar", text: "\(annotations) permit (principal is Identity, action, resource);")
        ]
        if let schema { files.append(PolicySet.File(name: "a.cedarschema", text: schema)) }
        return PolicyCheck(files, realm: .calls).errors
    }

    private static let nine = (1...9).map { "approve:g\($0)" }.joined(separator: " ")
    private static let eight = (1...8).map { "approve:g\($0)" }.joined(separator: " ") + " approve:g1"

    @Test(arguments: [
        ("@remedy", "annotation", "@remedy says"), ("@remedy(\"\")", "annotation", "@remedy says"),
        ("@remedy(\"  \")", "annotation", "@remedy says"), ("@remedy(\"\(nine)\")", "unmeetable", "these 9"),
        ("@remedy(\"approve:a\") @binds(\"amuont\")", "annotation", "did you mean 'amount'?"),
        ("@remedy(\"limit:5amount(amuont)/day\")", "limit_unmeasured", "did you mean 'amount'?"),
        ("@remedy(\"limit:5amount(to)/day\")", "limit_unmeasured", "as no number"),
        ("@id(\"\(String(repeating: "x", count: 257))\")", "annotation", "at most 256 bytes"),
    ])
    func whatCanNotComeTrue(_ annotations: String, _ code: String, _ message: String) {
        let errors = errors(annotations)
        #expect(errors.count == 1 && errors.first?.code == code, "\(errors)")
        #expect(errors.first?.message.contains(message) == true && errors.first?.line == 1, "\(errors)")
    }

    @Test(arguments: [
        "@remedy(\"\(eight)\")", "@remedy(\"approve:a\") @binds(\"amount,to\")", "@remedy(\"limit:5amount/day\")",
        "@remedy(\"limit:5amount(price)/day limit:5/minute limit:5bytes/day\")",
        "@id(\"\(String(repeating: "x", count: 256))\")",
    ])
    func whatCan(_ annotations: String) {
        #expect(errors(annotations) == [])
    }

    /// Nobody says what requests have, so anything may be there.
    @Test(arguments: ["@remedy(\"approve:a\") @binds(\"any\")", "@remedy(\"limit:5amount(any)/day\")"])
    func withoutASchema(_ annotations: String) {
        #expect(errors(annotations, schema: nil) == [])
        #expect(errors(annotations).count == 1)
    }

    /// What an earlier release let decide goes on deciding.
    @Test func whatIsActiveStaysActive() async throws {
        let policies = "@remedy permit (principal, action, resource);"
        try await World.run(policies: policies) { world async throws in
            #expect(try await world.reason() == "permitted")
        }
    }
}
