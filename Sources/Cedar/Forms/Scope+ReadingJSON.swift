// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

// Scopes of the policy form: {"op": "All"}, {"op": "==", "entity"|"slot"}, {"op": "in", ...},
// {"op": "is", "entity_type", "in"?}. The reference implementation ignores members that an operator does not have; here
// they are refused, because a scope that says more than is read grants more than is meant.

extension EntityConstraint {
    /// The constraint under the member `variable` of `policy`.
    init(_ policy: FormObject, _ variable: String) throws(PolicyFormError) {
        let object = try FormObject(policy.member(variable), at: policy.path.member(variable), "a scope constraint")
        switch try object.string("op") {
        case "All", "all":
            try object.allow(["op"])
            self = .any
        case "==": self = .equal(try EntityReference(object, variable, besides: ["op"]))
        case "in": self = .member(try EntityReference(object, variable, besides: ["op"]))
        case "is":
            try object.allow(["op", "entity_type", "in"])
            let type = try object.typeName("entity_type")
            guard let group = object.members["in"], !group.isNull else {
                self = .type(type)
                return
            }
            let inner = try FormObject(group, at: object.path.member("in"), "the group of 'is'")
            self = .typeAndMember(type, try EntityReference(inner, variable, besides: []))
        default:
            throw PolicyFormError(.word, "'All', '==', 'in' or 'is' is expected", at: object.path.member("op"))
        }
    }
}

extension EntityReference {
    /// What stands in `object` under `entity` or `slot`, one of which must be there.
    fileprivate init(_ object: FormObject, _ variable: String, besides names: [String]) throws(PolicyFormError) {
        guard let slot = object.members["slot"] else {
            try object.allow(names + ["entity"])
            self = .entity(try object.entity("entity"))
            return
        }
        try object.allow(names + ["slot"])
        guard slot.stringValue == "?\(variable)" else {
            throw PolicyFormError(.slot, "only \"?\(variable)\" may stand here", at: object.path.member("slot"))
        }
        self = .slot
    }
}

extension ActionConstraint {
    /// The constraint under the member `variable` of `policy`.
    init(_ policy: FormObject, _ variable: String) throws(PolicyFormError) {
        let object = try FormObject(policy.member(variable), at: policy.path.member(variable), "a scope constraint")
        switch try object.string("op") {
        case "All", "all":
            try object.allow(["op"])
            self = .any
        case "==":
            try object.allow(["op", "entity"])
            self = .equal(try Self.action(object.member("entity"), at: object.path.member("entity")))
        case "in":
            if object.members["entities"] == nil {
                try object.allow(["op", "entity"])
                self = .member(try Self.action(object.member("entity"), at: object.path.member("entity")))
                return
            }
            try object.allow(["op", "entities"])
            var actions: [EntityUID] = []
            for (index, json) in try object.array("entities").enumerated() {
                actions.append(try Self.action(json, at: object.path.member("entities").element(index)))
            }
            self = .memberOfAny(actions)
        default: throw PolicyFormError(.word, "'All', '==' or 'in' is expected", at: object.path.member("op"))
        }
    }

    private static func action(_ json: JSONValue, at path: JSONPath) throws(PolicyFormError) -> EntityUID {
        let action = try EntityUID.inForm(json, at: path)
        guard action.type.isAction else {
            throw PolicyFormError(.name, "an action's type must be named Action", at: path)
        }
        return action
    }
}
