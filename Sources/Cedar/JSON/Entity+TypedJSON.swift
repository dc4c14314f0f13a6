// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

extension Entity {
    /// The entity that `json` describes, read with a schema: escapes may be left out where the schema says what is
    /// meant, and what does not fit the schema is refused. See ``Schema/validate(_:)-(Entity)``.
    public init(json: JSONValue, schema: Schema) throws(EntityFormatError) {
        try self.init(json: json, schema: schema, at: .root)
        do throws(ConformanceError) { try schema.validate(self) } catch { throw EntityFormatError(error) }
    }

    /// The entity that `json`, which stands at `path`, describes; the groups of an action are not looked at.
    init(json: JSONValue, schema: Schema, at path: JSONPath) throws(EntityFormatError) {
        guard case .object(let object) = json else {
            throw path.error(.kind, "an entity is an object, not \(json.kindName)")
        }
        let uid = try EntityUID.read(try Self.member("uid", of: object, path), path.member("uid"))
        guard let type = schema.entityTypes[uid.type] else {
            // An action, of which there is nothing to be read; or nothing that the schema has.
            try self.init(json: json, at: path)
            try Self.validate(self, schema, path)
            return
        }
        let attributes = try Record.read(
            try Self.object("attrs", of: object, path),
            as: type.attributes,
            schema,
            path.member("attrs")
        )
        let tags = try Self.tags(of: object, type, schema, path)
        let parents = try Self.parents(of: object, uid, path)
        self.init(uid: uid, attributes: attributes, parents: parents, tags: tags)
        try Self.validate(self, schema, path)
    }

    private static func validate(
        _ entity: Entity,
        _ schema: Schema,
        _ path: JSONPath
    ) throws(EntityFormatError) {
        do throws(ConformanceError) { try schema.validate(entity, at: path) } catch { throw EntityFormatError(error) }
    }

    private static func tags(
        of object: JSONObject,
        _ type: Schema.EntityType,
        _ schema: Schema,
        _ path: JSONPath
    ) throws(EntityFormatError) -> Record {
        guard object["tags"] != nil else { return [:] }
        var pairs: [(Text, Value)] = []
        for member in try Self.object("tags", of: object, path) {
            let path = path.member("tags").member(member.key)
            guard let tag = type.tags else { throw EntityFormatError(schema.noTags(type, at: path)) }
            pairs.append((Text(member.key), try Value.read(member.value, as: tag, schema, path)))
        }
        return Record(pairs)
    }
}
