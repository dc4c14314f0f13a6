// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The type of an expression, as far as it is known without a request.
///
/// Nearly everything is a type of the schema. What the schema language cannot say has cases of its own, and only what
/// it cannot say: one type is written in one way, so equal types are equal values.
indirect enum StaticType: Hashable, Sendable {
    /// No value: the elements of `[]`.
    case never
    /// `true` alone, or `false` alone.
    case truth(Bool)
    /// A type of the schema language.
    case plain(SchemaType)
    /// An entity of one of these types, which are two or more, sorted.
    case entities([EntityTypeName])
    /// A set whose elements are of none of the schema's types.
    case set(StaticType)
    /// A record with an attribute of none of the schema's types, or an open one.
    case record(StaticRecord)

    /// `Bool`.
    static let bool = StaticType.plain(.bool)
    /// `Long`.
    static let long = StaticType.plain(.long)
    /// `String`.
    static let string = StaticType.plain(.string)

    /// An entity of `type`.
    static func entity(_ type: EntityTypeName) -> StaticType { .plain(.entity(type)) }

    /// An entity of one of `types`.
    static func entity(of types: some Collection<EntityTypeName>) -> StaticType {
        if types.count == 1, let type = types.first { return .entity(type) }
        return .entities(types.sorted { $0.text < $1.text })
    }

    /// A set of `element`.
    static func set(of element: StaticType) -> StaticType {
        if case .plain(let type) = element { return .plain(.set(type)) }
        return .set(element)
    }

    /// A record of `attributes`, whose names differ.
    static func record(of attributes: [StaticRecord.Attribute], isOpen: Bool = false) -> StaticType {
        var plain: [RecordType.Attribute] = []
        for attribute in attributes {
            guard !isOpen, case .plain(let type) = attribute.type else {
                return .record(StaticRecord(attributes, isOpen: isOpen))
            }
            plain.append(RecordType.Attribute(name: attribute.name, type: type, isRequired: attribute.isRequired))
        }
        return .plain(.record(RecordType(plain)))
    }
}

extension StaticType {
    /// The types of entities it may be; nil when it is none of entities.
    var entityTypes: [EntityTypeName]? {
        switch self {
        case .plain(.entity(let type)): [type]
        case .entities(let types): types
        default: nil
        }
    }

    /// The type of the elements; nil when it is no set.
    var element: StaticType? {
        switch self {
        case .plain(.set(let element)): .plain(element)
        case .set(let element): element
        default: nil
        }
    }

    /// The attributes; nil when it is no record.
    var asRecord: StaticRecord? {
        switch self {
        case .plain(.record(let record)): StaticRecord(record)
        case .record(let record): record
        default: nil
        }
    }

    /// Whether it is a record's.
    var isRecord: Bool {
        switch self {
        case .plain(.record), .record: true
        default: false
        }
    }
}

extension StaticType: CustomStringConvertible {
    /// The type as people write it in a schema.
    var description: String {
        switch self {
        case .never: "nothing"
        case .truth(let value): value ? "true" : "false"
        case .plain(let type): type.name
        case .entities(let types): types.map(\.description).joined(separator: " or ")
        case .set(let element): "Set<\(element)>"
        case .record(let record): record.description
        }
    }
}

extension SchemaType {
    /// The type as the schema language writes it; a long record is cut.
    var name: String {
        switch self {
        case .bool: "Bool"
        case .long: "Long"
        case .string: "String"
        case .set(let element): "Set<\(element.name)>"
        case .record(let record): StaticRecord(record).description
        case .entity(let type): type.description
        case .decimal: "decimal"
        case .ipaddr: "ipaddr"
        case .datetime: "datetime"
        case .duration: "duration"
        }
    }
}
