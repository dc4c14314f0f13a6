// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

extension Entity {
    /// The entity that `json` describes: `{"uid", "attrs", "parents", "tags"?}`. Other members are ignored.
    public init(json: JSONValue) throws(EntityFormatError) {
        try self.init(json: json, at: .root)
    }

    /// The entity that `json`, which stands at `path`, describes.
    init(json: JSONValue, at path: JSONPath) throws(EntityFormatError) {
        guard case .object(let object) = json else {
            throw path.error(.kind, "an entity is an object, not \(json.kindName)")
        }
        uid = try EntityUID.read(try Self.member("uid", of: object, path), path.member("uid"))
        attributes = try Self.record("attrs", of: object, path)
        tags = object["tags"] == nil ? [:] : try Self.record("tags", of: object, path)
        parents = try Self.parents(of: object, uid, path)
    }

    /// The parents of the entity `uid`.
    static func parents(
        of object: JSONObject,
        _ uid: EntityUID,
        _ path: JSONPath
    ) throws(EntityFormatError) -> Set<EntityUID> {
        guard let list = try member("parents", of: object, path).arrayValue else {
            throw path.member("parents").error(.kind, "parents are an array")
        }
        var parents: Set<EntityUID> = []
        for (index, element) in list.enumerated() {
            let place = path.member("parents").element(index)
            let parent = try EntityUID.read(element, place)
            // Groups of actions hold actions only, so that the schema's action hierarchy stays closed.
            guard !uid.type.isAction || parent.type.isAction else {
                throw place.error(.actionParent, "the action \(uid) cannot be below \(parent), which is no action")
            }
            parents.insert(parent)
        }
        return parents
    }

    /// A member that must be there.
    static func member(
        _ key: String,
        of object: JSONObject,
        _ path: JSONPath
    ) throws(EntityFormatError) -> JSONValue {
        guard let value = object[key] else { throw path.error(.missing, "'\(key)' is missing") }
        return value
    }

    // Names of attributes are never escapes: {"__entity": ...} directly under `attrs` is an attribute of that name.
    private static func record(
        _ key: String,
        of object: JSONObject,
        _ path: JSONPath
    ) throws(EntityFormatError) -> Record {
        try Value.record(try self.object(key, of: object, path), path.member(key))
    }

    /// A member that must be there and be an object.
    static func object(
        _ key: String,
        of object: JSONObject,
        _ path: JSONPath
    ) throws(EntityFormatError) -> JSONObject {
        let json = try member(key, of: object, path)
        guard case .object(let members) = json else {
            throw path.member(key).error(.kind, "an object is expected, not \(json.kindName)")
        }
        return members
    }

    /// The entity as `{"uid", "attrs", "parents", "tags"?}`, parents sorted.
    public var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("uid", uid.json), ("attrs", attributes.json), ("parents", .array(parents.sorted().map(\.json))),
        ]
        if !tags.isEmpty { members.append(("tags", tags.json)) }
        return .object(JSONObject(members))
    }
}
