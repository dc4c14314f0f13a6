// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

/// The shipped policies of `policies/zero-trust`: without a finding, and every test passes.
@Suite struct ZeroTrustTests {
    @Test func theShippedPoliciesAreSound() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../../policies/zero-trust"
        )
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
        let files = try names.filter { !$0.hasSuffix(".md") }.map { name in
            PolicySet.File(name: name, text: try String(contentsOf: folder.appending(path: name), encoding: .utf8))
        }
        let policies = files.filter { $0.content == .policies }
        for file in policies {
            let test = file.name.replacing(".cedar", with: ".policytest.yaml")
            #expect(files.contains { $0.name == test }, "\(file.name) has no tests")
        }
        let check = PolicyCheck(files, realm: .calls)
        #expect(check.findings == [], "\(check.findings.map(\.description))")
        #expect(check.tests.failed.map { "\($0.name): \($0.faults)" } == [])
        #expect(policies.count == 3 && check.tests.cases.count > 20 && check.tests.untested == [])
    }
}
