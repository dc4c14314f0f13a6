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
            let entities = try entities(folder)
            for (answer, decision) in [("ALLOW", AuthorizationDecision.allow), ("DENY", .deny)] {
                for query in SharedData.files(in: "\(folder)/\(answer)", suffix: ".json") {
                    let json = try SharedData.json(query)
                    let request = AuthorizationRequest(
                        principal: try EntityUID(parsing: json["principal"]?.stringValue ?? ""),
                        action: try EntityUID(parsing: json["action"]?.stringValue ?? ""),
                        resource: try EntityUID(parsing: json["resource"]?.stringValue ?? ""),
                        context: try Record(json: Self.explicit(json["context"] ?? [:]))
                    )
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

    // The entities, and the groups of actions that the schema declares.
    private func entities(_ folder: String) throws -> EntityStore {
        let list = try SharedData.json(folder + "/entities.json").arrayValue ?? []
        let schema = String(decoding: try SharedData.file(folder + "/policies.cedarschema"), as: UTF8.self)
        let namespace = try Regex(#"namespace (\w+)"#, as: (Substring, Substring).self).firstMatch(in: schema)
        let action = namespace.map { "\($0.output.1)::Action" } ?? "Action"
        var actions: [Entity] = []
        let declaration = try Regex(
            #"action\s+([^;{]+?)(?:\s+in\s+\[?([^;{\]]+?)\]?)?\s*(?:appliesTo|;)"#,
            as: (Substring, Substring, Substring?).self
        )
        func uids(_ names: Substring) throws -> [EntityUID] {
            try names.split(separator: ",").map { name in
                let id = name.trimmingPrefix { $0.isWhitespace || $0 == "\"" }
                return try uid("\(action)::\(id.prefix { !$0.isNewline && $0 != "\"" })")
            }
        }
        for match in schema.matches(of: declaration) {
            for uid in try uids(match.output.1) {
                actions.append(Entity(uid: uid, parents: Set(try match.output.2.map(uids) ?? [])))
            }
        }
        return try EntityStore(list.map { try Entity(json: Self.explicit($0)) } + actions)
    }

    // The escapes that may be left out where a schema tells what is meant.
    private static func explicit(_ json: JSONValue, _ key: String = "") -> JSONValue {
        switch json {
        case .object(let object):
            let members = object.map { ($0.key, explicit($0.value, $0.key)) }
            let keys = Set(object.map(\.key))
            if keys == ["fn", "arg"] { return ["__extn": json] }
            if keys == ["type", "id"], key != "uid" { return ["__entity": json] }
            return .object(JSONObject(members))
        case .array(let elements): return .array(elements.map { explicit($0) })
        case .string where key == "releaseDate": return ["__extn": ["fn": "datetime", "arg": json]]
        default: return json
        }
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
