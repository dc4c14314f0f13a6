// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

extension Policy {
    /// The policy in Cedar's JSON policy form: `{"effect", "principal", "action", "resource", "conditions",
    /// "annotations"?}`, as the reference implementation prints it, unless that would be too deep or too large to be
    /// read again: then with paths of `has` as lists and long chains of `&&` and `||` grouped in pairs.
    ///
    /// The id is not part of it. A linked policy is written with its slots filled.
    /// - Throws: ``PolicyFormError`` when it would be deeper or larger than ``PolicyForm`` allows.
    public var json: JSONValue {
        get throws(PolicyFormError) {
            let forms = try ExpressionFormWriter.forms(of: expression, conditions.map(\.root))
            var members: [(String, JSONValue)] = [
                ("effect", .string(effect.rawValue)),
                ("principal", scope.principal.form(slot: "?principal")),
                ("action", scope.action.form),
                ("resource", scope.resource.form(slot: "?resource")),
                (
                    "conditions",
                    .array(zip(conditions, forms).map { ["kind": .string($0.kind.rawValue), "body": $1] })
                ),
            ]
            if !annotations.isEmpty {
                let pairs = annotations.map { ($0.key.string, $0.isBare ? .null : JSONValue.string($0.value.string)) }
                members.append(("annotations", .object(JSONObject(pairs))))
            }
            return .object(JSONObject(members))
        }
    }
}

extension EntityConstraint {
    fileprivate func form(slot: String) -> JSONValue {
        switch self {
        case .any: ["op": "All"]
        case .equal(let reference): operation("==", reference, slot)
        case .member(let reference): operation("in", reference, slot)
        case .type(let type): ["op": "is", "entity_type": .string(type.description)]
        case .typeAndMember(let type, let reference):
            [
                "op": "is", "entity_type": .string(type.description),
                "in": .object(JSONObject([reference.member(slot: slot)])),
            ]
        }
    }

    private func operation(_ name: String, _ reference: EntityReference, _ slot: String) -> JSONValue {
        .object(JSONObject([("op", .string(name)), reference.member(slot: slot)]))
    }
}

extension EntityReference {
    fileprivate func member(slot: String) -> (String, JSONValue) {
        switch self {
        case .entity(let uid): ("entity", uid.json)
        case .slot: ("slot", .string(slot))
        }
    }
}

extension ActionConstraint {
    fileprivate var form: JSONValue {
        switch self {
        case .any: ["op": "All"]
        case .equal(let uid): ["op": "==", "entity": uid.json]
        case .member(let uid): ["op": "in", "entity": uid.json]
        // The reference implementation writes a list of one action as that action.
        case .memberOfAny(let uids) where uids.count == 1: ["op": "in", "entity": uids[0].json]
        case .memberOfAny(let uids): ["op": "in", "entities": .array(uids.map(\.json))]
        }
    }
}
