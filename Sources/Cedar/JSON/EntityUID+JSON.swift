// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

extension EntityUID {
    /// The entity that `json` names: `{"type", "id"}`, or the same inside `{"__entity": ...}`.
    ///
    /// Other members are ignored, as the reference implementation does; the type must be a normalised Cedar name.
    public init(json: JSONValue) throws(EntityFormatError) {
        self = try Self.read(json, .root)
    }

    static func read(_ json: JSONValue, _ path: JSONPath) throws(EntityFormatError) -> EntityUID {
        // The oldest form wins over everything beside it, and nobody may write it any more.
        if json["__expr"]?.stringValue != nil {
            throw path.error(.value, "the __expr escape is no longer part of Cedar; use __entity")
        }
        if let inner = json["__entity"], inner["type"]?.stringValue != nil, inner["id"]?.stringValue != nil {
            return try read(membersOf: inner, path.member("__entity"))
        }
        return try read(membersOf: json, path)
    }

    /// The entity an object names with its members `type` and `id`; what else it has is ignored, escapes too.
    static func read(membersOf json: JSONValue, _ path: JSONPath) throws(EntityFormatError) -> EntityUID {
        guard case .object(let object) = json else {
            throw path.error(.kind, "an object with type and id is expected, not \(json.kindName)")
        }
        let type = try string("type", of: object, path)
        let id = try string("id", of: object, path)
        guard let name = EntityTypeName(type) else {
            throw path.member("type").error(.typeName, "\(Text(type).quoted) is no name of an entity type")
        }
        return EntityUID(type: name, id: Text(id))
    }

    // A member that must be there and be a string.
    private static func string(
        _ key: String,
        of object: JSONObject,
        _ path: JSONPath
    ) throws(EntityFormatError) -> String {
        guard let member = object[key] else { throw path.error(.missing, "'\(key)' is missing") }
        guard let text = member.stringValue else {
            throw path.member(key).error(.kind, "a string is expected, not \(member.kindName)")
        }
        return text
    }

    /// The name as `{"type", "id"}`.
    public var json: JSONValue {
        ["type": .string(type.text.string), "id": .string(id.string)]
    }
}
