// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON

/// One case of the shared corpora with its schema: what validation says of the policies, the entities and the requests,
/// and the decisions when everything was read with the schema.
struct SchemaCase {
    let schema: Schema
    let policies: PolicySet
    let entities: JSONValue
    let requests: [JSONValue]
    /// Whether the decisions are published, too.
    var hasDecisions = true

    /// Everything that is not as published, in words.
    func faults(_ expected: JSONValue?) -> [String] {
        let store = try? EntityStore(json: entities, schema: schema)
        return policyFaults(expected?["policyValidation"]?["perPolicy"])
            + entityFaults(expected?["entityValidation"]?["perEntity"], store)
            + requestFaults(expected?["requestValidation"]?.arrayValue, store)
    }

    private func policyFaults(_ expected: JSONValue?) -> [String] {
        guard let expected = expected?.objectValue else { return [] }
        let validator = Validator(schema)
        let all = Array(policies.policies) + Array(policies.templates)
        var faults = all.count == expected.count ? [] : ["\(all.count) policies"]
        for policy in all {
            for mode in ValidationMode.allCases {
                let errors = validator.validate(policy, mode: mode).errors
                if errors.isEmpty != expected[policy.id.string]?[mode.rawValue]?.boolValue {
                    faults.append("\(policy.id) \(mode): \(errors.map(\.description))")
                }
            }
        }
        return faults
    }

    // Published are the errors of each entity, under its type and id.
    private func entityFaults(_ expected: JSONValue?, _ store: EntityStore?) -> [String] {
        guard let expected = expected?.objectValue else { return [] }
        var faults: [String] = []
        for json in entities.arrayValue ?? [] {
            guard let uid = try? EntityUID(json: json["uid"] ?? .null) else { return ["an entity without name"] }
            let key = "\(uid.type)::\(uid.id)"
            let isValid = (try? Entity(json: json, schema: schema)) != nil
            if isValid != (expected[key]?["errors"]?.arrayValue ?? []).isEmpty { faults.append("\(key)") }
        }
        if (store != nil) != expected.allSatisfy({ $0.value.objectValue?.isEmpty == true }) {
            faults.append("entities")
        }
        return faults
    }

    private func requestFaults(_ expected: [JSONValue]?, _ store: EntityStore?) -> [String] {
        var faults: [String] = []
        for (index, json) in requests.enumerated() {
            let request = try? AuthorizationRequest(json: json, schema: schema)
            if let expected, (request != nil) != expected[index]["strict"]?.boolValue {
                faults.append("request \(index) is \(request == nil ? "not " : "")valid")
            }
            guard hasDecisions, let store, let request else { continue }
            let answer = policies.authorize(request, entities: store).json
            for key in ["decision", "reason", "errors"] {
                let wanted = key == "decision" ? json[key]?.stringValue.map { .string($0.lowercased()) } : json[key]
                if answer[key] != wanted { faults.append("request \(index) \(key): \(answer)") }
            }
        }
        return faults
    }
}
