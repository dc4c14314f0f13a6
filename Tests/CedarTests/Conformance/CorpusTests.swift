// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// The published corpora and all that they say. They lie beside the repository; where they are absent these tests are
/// shown as skipped.
@Suite(.enabled(if: SharedData.isPresent, "needs the shared data: set SAFECONDUCT_DATA"))
struct CorpusTests {
    /// Of every case the decisions, and what validation says of policies, entities and requests. Of some of them
    /// (``Effort``) also both JSON forms, which are the reference implementation's to the letter.
    @Test func cases() async throws {
        let findings = try await ConformanceCase.findings("corpus-4.10-dev.jsonl.gz") { index, test in
            let json = test.json
            let schema = json["schema"]?.stringValue ?? "?"
            let typed = SchemaCase(
                schema: try Schema(parsing: schema),
                policies: test.policies,
                entities: json["entities"] ?? .null,
                requests: test.requests
            )
            var finding = ConformanceCase.Finding(faults: typed.faults(json["validation"]))
            finding.isJudged = json["validation"] != nil
            finding.isCompared = Effort.takes(index, oneIn: 12)
            guard finding.isCompared else {
                finding.faults += try test.faults()
                return finding
            }
            let read = try PolicySet(json: json["policiesJson"] ?? .null)
            finding.faults += try test.faults(read)
            finding.faults += try FormRoundTrip.losses(of: test.policies, read: read)
            if try test.policies.json != json["policiesJson"] { finding.faults.append("another JSON form") }
            finding.faults += try SchemaRoundTrip.losses(of: schema)
            if let translation = json["schemaJson"] {
                finding.faults += try SchemaRoundTrip.differences(of: schema, from: translation)
            }
            return finding
        }
        findings.expectNoFaults()
        #expect(findings.count == 4198)
        #expect(findings.reduce(0) { $0 + $1.requests } == 33_584)
        #expect(findings.count { $0.isJudged } == 4167)
        #expect(findings.count { $0.isCompared } >= findings.count / 12)
    }

    @Test func generatedPolicySets() async throws {
        let findings = try await ConformanceCase.findings("gen-multi-dev.jsonl.gz") { index, test in
            var finding = ConformanceCase.Finding()
            finding.isCompared = Effort.takes(index, oneIn: 2)
            let read = finding.isCompared ? try PolicySet(json: test.policies.json) : test.policies
            finding.faults = try test.faults(read)
            if finding.isCompared { finding.faults += try FormRoundTrip.losses(of: test.policies, read: read) }
            return finding
        }
        findings.expectNoFaults()
        #expect(findings.reduce(0) { $0 + $1.requests } == 2400)
        #expect(findings.count { $0.isCompared } >= findings.count / 2)
    }
}
