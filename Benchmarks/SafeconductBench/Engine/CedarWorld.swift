// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar

/// The benchmark's question as plain Cedar: what the engine makes of the asserted question, in a stored form.
struct CedarWorld {
    let request: AuthorizationRequest
    let entities: EntityStore

    init() throws {
        let identity = try Self.uid("Identity", World.identity)
        let api = try Self.uid("Api", World.api)
        let operation = try Self.uid("Operation", World.operation)
        let action = try Self.uid("Action", "read")
        let boundary = try Self.uid("Boundary", "shop")
        let team = try Self.uid("Operator", World.team)
        let custody: [(Text, Value)] = [
            ("owner", .string(Text(World.team))), ("purpose", "order-handling"), ("boundary", "shop"),
        ]
        let score: Record = [
            "score": 500, "band": "none", "consistency": 500, "context": 500, "sensitivity": 500, "lineage": 500,
        ]
        entities = try EntityStore([
            Entity(
                uid: identity,
                attributes: Record(
                    custody + [
                        ("name", .string(Text(World.identity))), ("kind", "service"),
                        ("labels", .set(["order-desk", "tier-1"])), ("issuer", ""),
                    ]
                ),
                parents: [boundary, team]
            ),
            Entity(
                uid: operation,
                attributes: Record(
                    custody + [
                        ("name", "show"), ("api", .string(Text(World.api))), ("method", "GET"),
                        ("path", "/orders/{id}"), ("data_class", "internal"), ("sensitivity", 300),
                        ("capabilities", .set([])), ("mutating", false),
                    ]
                ),
                parents: [api]
            ),
            Entity(uid: api, attributes: Record(custody), parents: [boundary, team]),
            Entity(uid: action, parents: [try Self.uid("Action", "call")]),
        ])
        request = AuthorizationRequest(
            principal: identity,
            action: action,
            resource: operation,
            context: [
                "now": .datetime(DatetimeValue(milliseconds: 1_790_000_000_000)),
                "trust": .record(["caller": .record(score), "api": .record(score)]),
                "caller": .record([
                    "assurance": 200, "binding": "asserted", "proven": false, "issuer": "",
                ]),
                "request": .record([:]), "met": .set([]),
            ]
        )
    }

    private static func uid(_ type: String, _ id: String) throws -> EntityUID {
        guard let uid = EntityUID(type: type, id: id) else { throw BenchFailure("'\(type)' is no entity type") }
        return uid
    }
}
