// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar

/// A few entities and requests that the seeds' policies speak of.
enum Scene {
    private static let entities: EntityStore = {
        let text = #"""
            [{"uid": {"type": "User", "id": "a"}, "parents": [{"type": "Group", "id": "a"}],
              "attrs": {"a": 1, "b": {"a": "x", "b": [1, 2, "*"]}, "c": {"__extn": {"fn": "ip", "arg": "10.0.0.1"}},
                        "n": 9223372036854775807, "owner": {"__entity": {"type": "User", "id": "b"}}},
              "tags": {"a": 1, "b": 2}},
             {"uid": {"type": "Group", "id": "a"}, "parents": [{"type": "Group", "id": "b"}], "attrs": {}},
             {"uid": {"type": "Action", "id": "a"}, "parents": [{"type": "Action", "id": "b"}], "attrs": {}}]
            """#
        guard let store = try? EntityStore(parsing: Array(text.utf8)) else { fatalError("the scene does not parse") }
        return store
    }()

    private static let requests: [AuthorizationRequest] = {
        let ids = [("User", "a"), ("User", "b"), ("Group", "a")]
        return ids.compactMap { type, id -> AuthorizationRequest? in
            guard let principal = EntityUID(type: type, id: id), let action = EntityUID(type: "Action", id: "a"),
                let resource = EntityUID(type: "User", id: "a")
            else { return nil }
            let context: Record = [
                "a": 1, "b": .record(["a": "x"]), "x": .set([.set([1]), .set([2])]), "n": .long(.min),
            ]
            return AuthorizationRequest(principal: principal, action: action, resource: resource, context: context)
        }
    }()

    /// Asks each request, of the set and of its policies one by one.
    static func ask(_ policies: PolicySet) {
        let alone = policies.policies.compactMap { try? PolicySet([$0]) }
        for request in requests {
            // Whatever the set shares between its policies, its errors are those of each alone.
            let together = policies.authorize(request, entities: entities).errors
            let each = alone.flatMap { $0.authorize(request, entities: entities).errors }
            expect(together == each.sorted(), "other errors than each alone")
        }
    }

    /// Ends the run unless two sets answer each request alike.
    static func expectSameAnswers(_ one: PolicySet, _ other: PolicySet) {
        for request in requests {
            let (first, second) = (
                one.authorize(request, entities: entities), other.authorize(request, entities: entities)
            )
            expect(first.decision == second.decision, "another decision")
            expect(first.reason == second.reason && first.errors == second.errors, "other reasons or errors")
        }
    }
}
