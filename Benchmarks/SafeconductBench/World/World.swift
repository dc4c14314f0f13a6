// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// The small world that decisions are asked about: a team, an API with twelve operations, one workload, one
/// enforcement point that may assert.
enum World {
    static let team = "bench-team"
    static let api = "orders"
    static let identity = "orders-worker"
    static let subject = "repo:shop/orders-worker:environment:production"
    static let issuer = "shop-login"
    static let point = "edge"
    static let audience = "https://orders.shop.example"
    static let host = "orders.shop.example"
    /// The operation that is asked about, and where it is called.
    static let operation = "orders/show"
    static let operationPath = "/orders/o-4711"

    static let teamObject = object(["kind": "team"], owner: team)

    static let apiObject = object([
        "hosts": [.string(host)], "data_class": "internal", "sensitivity": 300,
        "operations": .array(
            ["orders", "invoices", "returns"].flatMap { noun -> [JSONValue] in
                let prefix = noun == "orders" ? "" : "\(noun)-"
                return [
                    operation("\(prefix)list", "GET", "/\(noun)"), operation("\(prefix)show", "GET", "/\(noun)/{id}"),
                    operation("\(prefix)create", "POST", "/\(noun)"),
                    operation("\(prefix)cancel", "POST", "/\(noun)/{id}/cancel"),
                ]
            }
        ),
    ])

    static func issuerObject(url: String, keys: String) -> JSONValue {
        object([
            "url": .string(url), "jwks_url": .string(keys), "audiences": [.string(audience)],
            "algorithms": ["ES256"], "maximum_token_seconds": 3600,
        ])
    }

    static let identityObject = object([
        "kind": "service", "labels": ["order-desk", "tier-1"],
        "federation": [["issuer": .string(issuer), "subject": .string(subject)]],
    ])

    static let pointObject = object([
        "name": .string(point), "apis": [.string(api)], "subjects": ["proven", "asserted"],
    ])

    /// The question of an enforcement point that vouches for the subject.
    static let assertedQuestion = question(["type": "identity", "id": .string(identity)])

    /// The question of an enforcement point that passes the subject's token on.
    static func provenQuestion(token: String) -> JSONValue {
        question([
            "type": "identity", "id": "",
            "properties": ["credential": ["type": "jwt", "value": .string(token)]],
        ])
    }

    /// So many questions in one request.
    static func batchQuestion(_ items: Int) -> JSONValue {
        let resource: JSONValue = ["resource": ["type": "operation", "id": .string(operation)]]
        return [
            "subject": ["type": "identity", "id": .string(identity)], "action": ["name": "read"],
            "evaluations": .array(Array(repeating: resource, count: items)),
        ]
    }

    /// So many questions in one request, each about another operation than the one before, with the id of a record that
    /// no policy sees: what a page asks that shows rows with buttons.
    static func variedBatchQuestion(_ items: Int) -> JSONValue {
        let operations = ["show", "list", "invoices-show", "invoices-list", "returns-show", "returns-list"]
        return [
            "subject": ["type": "identity", "id": .string(identity)], "action": ["name": "read"],
            "evaluations": .array(
                (0..<items).map { item in
                    let id = "\(api)/\(operations[item % operations.count])"
                    let properties: JSONValue = ["record": .string("o-\(4711 + item)")]
                    return ["resource": ["type": "operation", "id": .string(id), "properties": properties]]
                }
            ),
        ]
    }

    private static func question(_ subject: JSONValue) -> JSONValue {
        [
            "subject": subject, "action": ["name": "read"],
            "resource": ["type": "operation", "id": .string(operation)],
        ]
    }

    private static func operation(_ name: String, _ method: String, _ path: String) -> JSONValue {
        ["name": .string(name), "method": .string(method), "path": .string(path), "attributes": ["region"]]
    }

    private static func object(_ members: JSONValue, owner: String = team) -> JSONValue {
        var object = members.objectValue ?? JSONObject()
        object["owner"] = .string(owner)
        object["purpose"] = "order-handling"
        object["boundary"] = "shop"
        object["expires_in"] = "90d"
        return .object(object)
    }
}
