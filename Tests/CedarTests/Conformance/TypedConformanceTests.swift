// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// The published files with their schemas. They lie beside the repository; where they are absent these tests are
/// shown as skipped.
@Suite(.enabled(if: SharedData.isPresent, "needs the shared data: set SAFECONDUCT_DATA"))
struct TypedConformanceTests {
    @Test func validatorCases() throws {
        let paths = SharedData.files(in: "cedar-go-validator", suffix: ".validation.json")
        #expect(paths.count == 73)
        for path in paths {
            let stem = path.replacing(".validation.json", with: "")
            let test = SchemaCase(
                schema: try Schema(parsing: SharedData.file(stem + ".cedarschema")),
                policies: try PolicySet(parsing: SharedData.file(stem + ".cedar")),
                entities: try SharedData.json(stem + ".entities.json"),
                requests: try SharedData.json(stem + ".json")["requests"]?.arrayValue ?? [],
                // Those in the files are placeholders.
                hasDecisions: false
            )
            #expect(test.faults(try SharedData.json(path)) == [], "\(stem)")
        }
    }

    @Test func handwrittenCases() throws {
        let paths = SharedData.files(in: "handwritten/tests", suffix: ".json")
        #expect(paths.count == 22)
        for path in paths {
            let json = try SharedData.json(path)
            func file(_ key: String) throws -> [UInt8] {
                try SharedData.file("handwritten/" + (json[key]?.stringValue ?? "?"))
            }
            let test = SchemaCase(
                schema: try Schema(parsing: try file("schema")),
                policies: try PolicySet(parsing: try file("policies")),
                entities: try JSONValue(parsing: try file("entities")),
                requests: json["requests"]?.arrayValue ?? []
            )
            let passes: JSONValue = ["strict": true, "permissive": true]
            let verdicts = test.policies.policies.map { ($0.id.string, passes) }
            let faults = test.faults(["policyValidation": ["perPolicy": .object(JSONObject(verdicts))]])
            #expect(faults.isEmpty, "\(path): \(faults.joined(separator: "\n"))")
        }
    }

    @Test func entityFiles() throws {
        let paths = SharedData.files(in: "cedar-go-entity-parsing", suffix: ".parsing.json")
        var read = 0
        for path in paths {
            let stem = path.replacing(".parsing.json", with: "")
            let expected = try SharedData.json(path)
            let name = try SharedData.json(stem + ".json")["schema"]?.stringValue ?? "?"
            // One case comes without its schema.
            guard let text = try? SharedData.file("cedar-go-entity-parsing/" + name) else { continue }
            let schema = try Schema(parsing: text)
            read += 1
            let bytes = try SharedData.file(stem + ".entities.json")
            let store = try? EntityStore(parsing: bytes, schema: schema)
            #expect((store != nil) == expected["allEntities"]?["success"]?.boolValue, "\(stem)")
            for json in (try? JSONValue(parsing: bytes))?.arrayValue ?? [] {
                let uid = try EntityUID(json: json["uid"] ?? .null)
                let isRead = (try? Entity(json: json, schema: schema)) != nil
                #expect(
                    isRead == expected["perEntity"]?["\(uid.type)::\(uid.id)"]?["success"]?.boolValue,
                    "\(stem) \(uid)"
                )
            }
        }
        #expect(read >= 14)
    }

    /// The example applications pass strictly, templates too; their entities and requests fit; where no template is to
    /// be linked first, the decisions are those their folders say.
    @Test func exampleApplications() throws {
        var asked = 0
        let paths = SharedData.files(in: "example-use-cases", suffix: "policies.cedarschema")
        #expect(paths.count == 9)
        for path in paths {
            let folder = path.replacing("/policies.cedarschema", with: "")
            let schema = try Schema(parsing: SharedData.file(path))
            let policies = try PolicySet(parsing: SharedData.file(folder + "/policies.cedar"))
            for policy in Array(policies.policies) + Array(policies.templates) {
                let errors = Validator(schema).validate(policy).errors
                #expect(errors.isEmpty, "\(folder) \(policy.id): \(errors)")
            }
            // Two applications have entities that are not as their schemas say; the reference implementation refuses them
            // as well.
            let entities = try SharedData.file(folder + "/entities.json")
            let isTyped = !folder.contains("document_cloud") && !folder.contains("github_example")
            #expect(((try? EntityStore(parsing: entities, schema: schema)) != nil) == isTyped, "\(folder)")
            let store =
                isTyped ? try EntityStore(parsing: entities, schema: schema) : try EntityStore(parsing: entities)
            for name in SharedData.files(in: folder, suffix: ".json") where !name.hasSuffix("entities.json") {
                let json = try SharedData.json(name)
                var members = [("context", json["context"] ?? [:])]
                for key in ["principal", "action", "resource"] {
                    members.append((key, try EntityUID(parsing: json[key]?.stringValue ?? "?").json))
                }
                let request = try AuthorizationRequest(json: .object(JSONObject(members)), schema: schema)
                guard policies.templates.isEmpty else { continue }
                let decision = policies.authorize(request, entities: store).decision
                #expect(decision == (name.contains("/ALLOW/") ? .allow : .deny), "\(name)")
                asked += 1
            }
        }
        #expect(asked > 30)
    }
}
