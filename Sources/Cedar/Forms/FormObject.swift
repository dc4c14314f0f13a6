// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// One object of the policy form and where it stands: asks for members by name, and refuses any it was not told of.
struct FormObject {
    let members: JSONObject
    let path: JSONPath

    init(_ json: JSONValue, at path: JSONPath, _ what: String) throws(PolicyFormError) {
        guard case .object(let members) = json else {
            throw PolicyFormError(.kind, "\(what) is an object, not \(json.kindName)", at: path)
        }
        self.members = members
        self.path = path
    }

    /// Refuses members that are not in `names`: what nobody reads must not look as if it had a meaning.
    func allow(_ names: [String]) throws(PolicyFormError) {
        for member in members where !names.contains(where: { sameBytes($0, member.key) }) {
            throw PolicyFormError(
                .unknownMember,
                "there is no member \(Text(member.key).quoted) here, only \(names.joined(separator: ", "))",
                at: path.member(member.key)
            )
        }
    }

    /// The member `name`, which must be there.
    func member(_ name: String) throws(PolicyFormError) -> JSONValue {
        guard let value = members[name] else { throw PolicyFormError(.missing, "'\(name)' is missing", at: path) }
        return value
    }

    /// The member `name`, which must be there and be a string.
    func string(_ name: String) throws(PolicyFormError) -> String {
        let value = try member(name)
        guard let text = value.stringValue else {
            throw PolicyFormError(.kind, "a string is expected, not \(value.kindName)", at: path.member(name))
        }
        return text
    }

    /// The member `name`, which must be there and be an array.
    func array(_ name: String) throws(PolicyFormError) -> [JSONValue] {
        let value = try member(name)
        guard let elements = value.arrayValue else {
            throw PolicyFormError(.kind, "an array is expected, not \(value.kindName)", at: path.member(name))
        }
        return elements
    }

    /// The member `name`, which must be there and name an entity.
    func entity(_ name: String) throws(PolicyFormError) -> EntityUID {
        try EntityUID.inForm(member(name), at: path.member(name))
    }

    /// The member `name`, which must be there and be the name of a type.
    func typeName(_ name: String) throws(PolicyFormError) -> EntityTypeName {
        let text = try string(name)
        guard let type = EntityTypeName(text) else {
            throw PolicyFormError(.name, "\(Text(text).quoted) is no name of an entity type", at: path.member(name))
        }
        return type
    }
}

extension EntityUID {
    /// The entity that `json` names: `{"type", "id"}`, or that in `{"__entity": ...}`.
    static func inForm(_ json: JSONValue, at path: JSONPath) throws(PolicyFormError) -> EntityUID {
        do throws(EntityFormatError) {
            return try EntityUID.read(json, path)
        } catch {
            let code: PolicyFormError.Code =
                switch error.code {
                case .missing: .missing
                case .typeName: .name
                default: .kind
                }
            throw PolicyFormError(code, error.message, error.pointer)
        }
    }
}
