// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON

/// Why a request's attributes are not those that a policy set's schema says.
struct RequestFault: Error, Sendable, Equatable {
    /// Where, as a JSON pointer below the request's attributes (RFC 6901).
    let pointer: String
    /// What is wrong with it.
    let message: String

    /// `request/amount: ...`, for whoever sent it.
    var description: String { "request\(pointer): \(message)" }
}

/// Reads the attributes of a request as a policy set's schema types them.
///
/// What JSON has no word for is written as texts: addresses, decimals too large for a number, moments, spans; an entity
/// is its id. Null is absent.
struct RequestReader: Sendable {
    private let type: RecordType
    private let schema: Schema

    /// - Parameters:
    ///   - type: The attributes.
    ///   - schema: What says which ids entities and actions may have.
    init(_ type: RecordType, _ schema: Schema) {
        self.type = type
        self.schema = schema
    }

    /// The type of an attribute; nil when the schema names none of this name.
    subscript(name: Text) -> RecordType.Attribute? { type[name] }

    /// The names of all attributes.
    var names: some Collection<String> { type.attributes.lazy.map(\.name.string) }

    /// Reads one attribute alone; nil when there is none of this name, or it is not what the schema says.
    func value(of name: String, in attributes: JSONObject) -> Value? {
        guard let known = type[Text(name)], let json = attributes[name] else { return nil }
        let alone = RequestReader(RecordType([known]), schema)
        return try? alone.read(JSONObject([(name, json)]))[Text(name)]
    }

    /// The attributes as Cedar values.
    ///
    /// - Parameter attributes: Those that the schema names; the engine withholds all others.
    func read(_ attributes: JSONObject) throws(RequestFault) -> Cedar.Record {
        try record(attributes, type, at: "")
    }

    private func record(
        _ object: JSONObject,
        _ type: RecordType,
        at pointer: String
    ) throws(RequestFault) -> Cedar.Record {
        var members: [(Text, Value)] = []
        for member in object where !member.value.isNull {
            let place = "\(pointer)/\(Self.escaped(member.key))"
            guard let attribute = type[Text(member.key)] else {
                throw RequestFault(pointer: place, message: "the schema has no such attribute")
            }
            // As deep as the schema, whose reader bounds it.
            members.append((attribute.name, try value(member.value, attribute.type, at: place)))
        }
        for attribute in type.attributes where attribute.isRequired {
            guard object[attribute.name.string].map({ !$0.isNull }) == true else {
                throw RequestFault(
                    pointer: "\(pointer)/\(Self.escaped(attribute.name.string))",
                    message: "it is required"
                )
            }
        }
        return Cedar.Record(members)
    }

    private func value(
        _ json: JSONValue,
        _ type: SchemaType,
        at pointer: String
    ) throws(RequestFault) -> Value {
        let read: Value?
        switch (type, json) {
        case (.bool, .bool(let flag)): read = .bool(flag)
        case (.long, .integer(let number)): read = .long(number)
        case (.string, .string(let text)): read = .string(Text(text))
        case (.decimal, .integer(let number)): read = DecimalValue("\(number).0").map { .decimal($0) }
        case (.decimal, .number(let text)), (.decimal, .string(let text)):
            read = DecimalValue(text).map { .decimal($0) }
        case (.ipaddr, .string(let text)): read = IPAddressValue(text).map { .ip($0) }
        case (.datetime, .string(let text)): read = DatetimeValue(text).map { .datetime($0) }
        case (.duration, .string(let text)): read = DurationValue(text).map { .duration($0) }
        case (.entity(let type), .string(let id)):
            let uid = EntityUID(type: type, id: Text(id))
            guard isAllowed(uid) else {
                throw RequestFault(pointer: pointer, message: "no \(type) has this id; the schema lists those that do")
            }
            read = .entity(uid)
        case (.set(let element), .array(let elements)):
            var values: [Value] = []
            for (index, json) in elements.enumerated() {
                values.append(try value(json, element, at: "\(pointer)/\(index)"))
            }
            read = .set(ValueSet(values))
        case (.record(let type), .object(let object)): read = .record(try record(object, type, at: pointer))
        default: read = nil
        }
        guard let read else { throw RequestFault(pointer: pointer, message: "\(Self.name(of: type)) is expected") }
        return read
    }

    /// Whether an entity may have this id: of those that are listed, and of actions, there are no others.
    private func isAllowed(_ uid: EntityUID) -> Bool {
        schema.entityTypes[uid.type].map { $0.allows(uid.id) } ?? (schema.actions[uid] != nil)
    }

    private static func name(of type: SchemaType) -> String {
        switch type {
        case .bool: "true or false"
        case .long: "a whole number of 64 bits"
        case .string: "a text"
        case .set: "an array"
        case .record: "an object"
        case .entity(let type): "the id of a \(type)"
        case .decimal: "a number with at most four digits after the point"
        case .ipaddr: "an IP address"
        case .datetime: "a moment such as 2026-01-31T12:00:00Z"
        case .duration: "a span such as 1h30m"
        }
    }

    private static func escaped(_ name: String) -> String {
        name.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}
