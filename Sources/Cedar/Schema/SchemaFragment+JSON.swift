// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

extension SchemaFragment {
    /// The schema in `json`, in the JSON form.
    ///
    /// Members that the form does not have are refused, as are `null` where a value is expected, names that are no
    /// Cedar names or are written with spaces, records with additional attributes and actions with attributes, which
    /// Cedar does not support.
    public init(json: JSONValue, limits: SchemaLimits = .standard) throws(SchemaError) {
        var reader = SchemaReader(limits: limits)
        self = try reader.fragment(json)
    }

    /// The schema in the JSON form, with the members and in the wording that the reference implementation translates
    /// the text form to.
    ///
    /// Declarations of several names are written once for each. Of declarations of one kind the order is kept.
    public var json: JSONValue {
        .object(JSONObject(namespaces.map { ($0.name?.string ?? "", $0.json) }))
    }
}

extension SchemaFragment.Namespace {
    fileprivate var json: JSONValue {
        var commonTypes: [(String, JSONValue)] = []
        var entityTypes: [(String, JSONValue)] = []
        var actions: [(String, JSONValue)] = []
        for declaration in declarations {
            switch declaration {
            case .commonType(let type): commonTypes.append((type.name.text.string, type.json))
            // Made once for all names: JSON values share what they are copied from.
            case .entityType(let entity):
                let json = entity.json
                for name in entity.names { entityTypes.append((name.text.string, json)) }
            case .action(let action):
                let json = action.json
                for name in action.names { actions.append((name.text.string, json)) }
            }
        }
        var members: [(String, JSONValue)] = []
        if !commonTypes.isEmpty { members.append(("commonTypes", .object(JSONObject(commonTypes)))) }
        members.append(("entityTypes", .object(JSONObject(entityTypes))))
        members.append(("actions", .object(JSONObject(actions))))
        return .object(JSONObject(members + annotations.members))
    }
}

extension SchemaFragment.CommonType {
    fileprivate var json: JSONValue { .object(JSONObject(type.members + annotations.members)) }
}

extension SchemaFragment.EntityType {
    fileprivate var json: JSONValue {
        var members: [(String, JSONValue)] = []
        switch kind {
        case .enumerated(let ids): members = [("enum", .array(ids.map { .string($0.string) }))]
        case .standard(let parents, let attributes, let tags):
            if !parents.isEmpty { members.append(("memberOfTypes", parents.json)) }
            if !attributes.isEmptyRecord { members.append(("shape", attributes.json)) }
            if let tags { members.append(("tags", tags.json)) }
        }
        return .object(JSONObject(members + annotations.members))
    }
}

extension SchemaFragment.Action {
    fileprivate var json: JSONValue {
        // Without lists the action would apply to nothing just the same; the reference implementation writes them.
        var applies: [(String, JSONValue)] = [
            ("resourceTypes", (appliesTo?.resources ?? []).json),
            ("principalTypes", (appliesTo?.principals ?? []).json),
        ]
        if let context = appliesTo?.context, !context.isEmptyRecord { applies.append(("context", context.json)) }
        var members: [(String, JSONValue)] = [("appliesTo", .object(JSONObject(applies)))]
        if !parents.isEmpty { members.append(("memberOf", .array(parents.map(\.json)))) }
        return .object(JSONObject(members + annotations.members))
    }
}

extension SchemaFragment.ActionName {
    fileprivate var json: JSONValue {
        guard let type else { return ["id": .string(id.string)] }
        return ["id": .string(id.string), "type": .string(type.string)]
    }
}

extension SchemaFragment.TypeExpression {
    fileprivate var json: JSONValue { .object(JSONObject(members)) }

    fileprivate var members: [(String, JSONValue)] {
        fold { (type, parts: [[(String, JSONValue)]], _) in
            switch type {
            // The text form does not say which of the two it is, so the JSON form does not, either.
            case .name(let name): Self.members("EntityOrCommon", name)
            case .entity(let name): Self.members("Entity", name)
            case .extensionType(let name): Self.members("Extension", name)
            case .commonType(let name): [("type", .string(name.text.string))]
            case .bool: [("type", "Boolean")]
            case .long: [("type", "Long")]
            case .string: [("type", "String")]
            case .set: [("type", "Set"), ("element", .object(JSONObject(parts.first ?? [])))]
            case .record(let attributes):
                [("type", "Record"), ("attributes", .object(JSONObject(zip(attributes, parts).map(Self.member))))]
            }
        }
    }

    private static func members(_ type: String, _ name: SchemaFragment.Name) -> [(String, JSONValue)] {
        [("type", .string(type)), ("name", .string(name.text.string))]
    }

    private static func member(
        _ attribute: SchemaFragment.Attribute,
        _ type: [(String, JSONValue)]
    ) -> (String, JSONValue) {
        var members = type + attribute.annotations.members
        if !attribute.isRequired { members.append(("required", false)) }
        return (attribute.name.string, .object(JSONObject(members)))
    }
}

extension [SchemaFragment.Name] {
    fileprivate var json: JSONValue { .array(map { .string($0.text.string) }) }
}

extension [Annotation] {
    // The member `annotations`; none when there are no annotations.
    fileprivate var members: [(String, JSONValue)] {
        if isEmpty { return [] }
        return [("annotations", .object(JSONObject(map { ($0.key.string, .string($0.value.string)) })))]
    }
}
