// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// The example applications, each with queries that must be allowed and queries that must be denied.
@Suite(.enabled(if: SharedData.isPresent, "needs the shared data: set SAFECONDUCT_DATA"))
struct ExampleUseCaseTests {
    @Test func everyQuery() throws {
        let policyFiles = SharedData.files(in: "example-use-cases", suffix: "policies.cedar")
        #expect(policyFiles.count >= 8)
        var queries = 0
        for file in policyFiles {
            let folder = String(file.dropLast("/policies.cedar".count))
            let set = try policySet(folder)
            let schema = try Schema(parsing: SharedData.file(folder + "/policies.cedarschema"))
            let json = try SharedData.json(folder + "/entities.json")
            // Two applications' entities are not what their schemas say; the reference implementation refuses them too.
            let conforms = !folder.hasSuffix("document_cloud") && !folder.hasSuffix("github_example")
            if !conforms { #expect(throws: EntityReadError.self) { try EntityStore(json: json, schema: schema) } }
            let entities = try conforms ? EntityStore(json: json, schema: schema) : EntityStore(json: json)
            for (answer, decision) in [("ALLOW", AuthorizationDecision.allow), ("DENY", .deny)] {
                for query in SharedData.files(in: "\(folder)/\(answer)", suffix: ".json") {
                    let json = try SharedData.json(query)
                    let uids = try ["principal", "action", "resource"].map { key in
                        (key, try EntityUID(parsing: json[key]?.stringValue ?? "").json)
                    }
                    let members = uids + [("context", json["context"] ?? [:])]
                    let request = try AuthorizationRequest(json: .object(JSONObject(members)), schema: schema)
                    for set in [set, try PolicySet(json: set.json)] {
                        let response = set.authorize(request, entities: entities)
                        #expect(response.decision == decision, "\(query)")
                    }
                    queries += 1
                }
            }
        }
        #expect(queries >= 40)
    }

    // The policies under the ids of their annotations, and the links of the file `linked` when there is one.
    private func policySet(_ folder: String) throws -> PolicySet {
        let policies = try Policy.parse(SharedData.file(folder + "/policies.cedar")).map { policy in
            var policy = policy
            policy.id = policy.annotation("id") ?? policy.id
            return policy
        }
        let set = try PolicySet(policies)
        guard !SharedData.files(in: folder, suffix: "linked").isEmpty else { return set }
        return try set.linking(
            SharedData.json(folder + "/linked").arrayValue?.map { link in
                (
                    id: Text(link["link_id"]?.stringValue ?? ""),
                    link: TemplateLink(
                        template: Text(link["template_id"]?.stringValue ?? ""),
                        principal: try link["args"]?["?principal"]?.stringValue.map { try EntityUID(parsing: $0) },
                        resource: try link["args"]?["?resource"]?.stringValue.map { try EntityUID(parsing: $0) }
                    )
                )
            } ?? []
        )
    }
}
