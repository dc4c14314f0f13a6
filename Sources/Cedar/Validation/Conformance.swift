// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Holds values to the types of a schema.
struct Conformance {
    let schema: Schema

    /// Checks a value, which stands at `path`. How deep it recurses is bounded by the type.
    func check(_ value: Value, _ type: SchemaType, _ path: JSONPath) throws(ConformanceError) {
        switch (type, value) {
        case (.bool, .bool), (.long, .long), (.string, .string), (.decimal, .decimal), (.ipaddr, .ip),
            (.datetime, .datetime), (.duration, .duration):
            return
        case (.set(let element), .set(let values)):
            for (index, value) in values.enumerated() { try check(value, element, path.element(index)) }
        case (.record(let type), .record(let record)): try check(record, type, path)
        case (.entity(let type), .entity(let uid)):
            guard uid.type == type else {
                throw ConformanceError(.valueType, "expected an entity of type \(type), found \(uid)", at: path)
            }
            try check(uid, path)
        default:
            throw ConformanceError(.valueType, "expected \(type.name), found \(value.article)", at: path)
        }
    }

    /// Checks the attributes of a record or an entity.
    func check(_ record: Record, _ type: RecordType, _ path: JSONPath) throws(ConformanceError) {
        for attribute in record {
            guard let expected = type[attribute.key] else { throw unknownAttribute(attribute.key, type, path) }
            try check(attribute.value, expected.type, path.member(attribute.key.string))
        }
        for attribute in type.attributes where attribute.isRequired && record[attribute.name] == nil {
            throw missingAttribute(attribute, path)
        }
    }

    /// Checks the name of an entity that is referred to; the entity itself need not exist.
    func check(_ uid: EntityUID, _ path: JSONPath) throws(ConformanceError) {
        guard !uid.type.isAction else {
            guard schema.actions[uid] != nil else { throw unknownAction(uid, path) }
            return
        }
        guard let type = schema.entityTypes[uid.type] else {
            let name = uid.type.text.string
            let nearest = NameHelp.nearest(to: name, among: schema.entityTypes.keys, \.text.string)
            let help = nearest.map { "; did you mean \($0)?" } ?? ""
            throw ConformanceError(.unknownType, "the schema has no entity type \(uid.type)\(help)", at: path)
        }
        guard let choices = type.choices, !type.allows(uid.id) else { return }
        let list = NameHelp.list(choices, \.quoted)
        throw ConformanceError(.enumChoice, "\(uid.id.quoted) is none of the ids of \(uid.type): \(list)", at: path)
    }

    func unknownAction(_ uid: EntityUID, _ path: JSONPath) -> ConformanceError {
        let nearest = NameHelp.nearest(to: uid.description, among: schema.actions.keys, \.description)
        let help = nearest.map { "; did you mean \($0)?" } ?? ""
        return ConformanceError(.unknownAction, "the schema has no action \(uid)\(help)", at: path)
    }

    func unknownAttribute(_ name: Text, _ type: RecordType, _ path: JSONPath) -> ConformanceError {
        let nearest = NameHelp.nearest(to: name.string, among: type.attributes, \.name.string)
        let help = nearest.map { "; did you mean \(Text($0).bare)?" } ?? ""
        return ConformanceError(
            .unknownAttribute,
            "the schema has no attribute \(name.bare) here\(help)",
            at: path.member(name.string)
        )
    }

    func missingAttribute(_ attribute: RecordType.Attribute, _ path: JSONPath) -> ConformanceError {
        let name = attribute.name.bare
        return ConformanceError(
            .missingAttribute,
            "the attribute \(name), a \(attribute.type.name), is missing",
            at: path
        )
    }
}

extension Value {
    // What a value is, in a message that says what it should be.
    fileprivate var article: String {
        switch self {
        case .entity(let uid): "the entity \(uid)"
        case .bool(let value): value ? "true" : "false"
        case .long(let value): "the long \(value)"
        default: "a \(kind)"
        }
    }
}
