// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// The published verdicts of validation: of policies, of requests and of entities.
@Suite(.enabled(if: SharedData.isPresent, "needs the shared data: set SAFECONDUCT_DATA"))
struct ValidationConformanceTests {
    /// What differs between our verdict on each policy and the published one.
    static func policyFaults(_ id: String, _ text: String, _ schema: Schema, _ expected: JSONValue) throws -> [String] {
        let validator = Validator(schema)
        let verdicts = try #require(expected["policyValidation"]?["perPolicy"]?.objectValue)
        let set = try PolicySet(parsing: text)
        let policies = Array(set.policies) + Array(set.templates)
        var faults: [String] = []
        for policy in policies {
            for mode in ValidationMode.allCases {
                let errors = validator.validate(policy, mode: mode).errors
                if errors.isEmpty != verdicts[policy.id.string]?[mode.rawValue]?.boolValue {
                    faults.append("\(id) \(policy.id) \(mode): \(errors.map(\.description))")
                }
            }
        }
        if policies.count != verdicts.count { faults.append("\(id): \(policies.count) policies") }
        return faults
    }

    @Test func corpus() async throws {
        let lines = try SharedData.lines("corpus-4.10-dev.jsonl.gz")
        let width = 4
        let (count, faults) = try await withThrowingTaskGroup(of: (Int, [String]).self) { group in
            for part in 0..<width {
                group.addTask {
                    var count = 0
                    var faults: [String] = []
                    for index in stride(from: part, to: lines.count, by: width) {
                        let json = try JSONValue(parsing: Array(lines[index]), limits: SharedData.limits)
                        guard let expected = json["validation"] else { continue }
                        let schema = try Schema(parsing: json["schema"]?.stringValue ?? "?")
                        let id = json["id"]?.stringValue ?? "?"
                        let policies = json["policies"]?.stringValue ?? "?"
                        faults += try Self.policyFaults(id, policies, schema, expected)
                        count += 1
                    }
                    return (count, faults)
                }
            }
            return try await group.reduce(into: (0, [String]())) { $0 = ($0.0 + $1.0, $0.1 + $1.1) }
        }
        #expect(count == 4167)
        #expect(faults.isEmpty, "\(faults.count) faults: \(faults.prefix(5).joined(separator: "\n"))")
    }

    @Test(arguments: SharedData.files(in: "cedar-go-validator", suffix: ".validation.json"))
    func validatorCase(path: String) throws {
        let stem = path.replacing(".validation.json", with: "")
        let schema = try Schema(parsing: SharedData.file(stem + ".cedarschema"))
        let text = String(decoding: try SharedData.file(stem + ".cedar"), as: UTF8.self)
        let faults = try Self.policyFaults(stem, text, schema, SharedData.json(path))
        #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    }
}
