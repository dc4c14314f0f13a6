// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A JSON Schema (draft 2020-12, which OpenAPI 3.1 takes as it is), together with the named schemas it refers to.
///
/// A named schema is a value like any other: what a document refers to is there because the compiler says so, and no
/// register of names can lag behind.
public struct Schema: Sendable, Equatable {
    /// The schema as it stands where it is used; a reference when it has a name.
    let json: JSONObject
    /// The named schemas it refers to, by name, and theirs.
    let components: [String: JSONObject]

    init(_ json: JSONObject, _ components: [String: JSONObject] = [:]) {
        self.json = json
        self.components = components
    }

    /// One member of an object.
    public struct Member: Sendable {
        let name: String
        let schema: Schema
        let isRequired: Bool

        /// A member that is always there.
        public static func required(_ name: String, _ schema: Schema) -> Member {
            Member(name: name, schema: schema, isRequired: true)
        }

        /// A member that may be absent.
        public static func optional(_ name: String, _ schema: Schema) -> Member {
            Member(name: name, schema: schema, isRequired: false)
        }
    }
}

extension Schema {
    /// Gives a schema a name: documents hold it once, under `components`, and refer to it.
    public static func named(_ name: String, _ schema: Schema) -> Schema {
        var components = schema.components
        components[name] = schema.json
        return Schema(JSONObject([("$ref", .string("#/components/schemas/\(name)"))]), components)
    }

    /// Any JSON value.
    public static let any = Schema(JSONObject())

    /// `true` or `false`.
    public static let boolean = Schema(JSONObject([("type", "boolean")]))

    /// An integer between two bounds, both included.
    public static func integer(_ range: ClosedRange<Int64>? = nil) -> Schema {
        var json = JSONObject([("type", "integer")])
        if let range {
            json["minimum"] = .integer(range.lowerBound)
            json["maximum"] = .integer(range.upperBound)
        }
        return Schema(json)
    }

    /// A text.
    ///
    /// - Parameters:
    ///   - pattern: An ECMA-262 expression that the whole text matches: give it both anchors.
    ///   - format: A format's name, for readers; `pattern` is what is checked.
    ///   - length: How many characters it has.
    public static func string(
        pattern: String? = nil,
        format: String? = nil,
        length: ClosedRange<Int>? = nil
    ) -> Schema {
        var json = JSONObject([("type", "string")])
        json["pattern"] = pattern.map { .string($0) }
        json["format"] = format.map { .string($0) }
        if let length {
            json["minLength"] = .integer(Int64(length.lowerBound))
            json["maxLength"] = .integer(Int64(length.upperBound))
        }
        return Schema(json)
    }

    /// One of a few texts.
    public static func choice(_ values: [String]) -> Schema {
        Schema(JSONObject([("type", "string"), ("enum", .array(values.map { .string($0) }))]))
    }

    /// One of the cases of a type.
    public static func choice<T: RawRepresentable & CaseIterable>(_ type: T.Type) -> Schema where T.RawValue == String {
        choice(type.allCases.map(\.rawValue))
    }

    /// An array of like elements.
    public static func array(of element: Schema, count: ClosedRange<Int>? = nil) -> Schema {
        var json = JSONObject([("type", "array"), ("items", .object(element.json))])
        if let count {
            if count.lowerBound > 0 { json["minItems"] = .integer(Int64(count.lowerBound)) }
            json["maxItems"] = .integer(Int64(count.upperBound))
        }
        return Schema(json, element.components)
    }

    /// An object of the members given; no others, unless it is open.
    public static func object(_ members: [Member], isOpen: Bool = false) -> Schema {
        var json = JSONObject([("type", "object")])
        var properties = JSONObject()
        var components: [String: JSONObject] = [:]
        for member in members {
            properties[member.name] = .object(member.schema.json)
            components.merge(member.schema.components) { _, new in new }
        }
        json["properties"] = .object(properties)
        let required = members.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { json["required"] = .array(required) }
        if !isOpen { json["additionalProperties"] = false }
        return Schema(json, components)
    }

    /// An object whose member names are data.
    public static func map(of value: Schema, count: ClosedRange<Int>? = nil) -> Schema {
        var json = JSONObject([("type", "object"), ("additionalProperties", .object(value.json))])
        if let count { json["maxProperties"] = .integer(Int64(count.upperBound)) }
        return Schema(json, value.components)
    }

    /// A value of at least one of the schemas.
    public static func anyOf(_ schemas: [Schema]) -> Schema {
        Schema(
            JSONObject([("anyOf", .array(schemas.map { .object($0.json) }))]),
            schemas.reduce(into: [:]) { $0.merge($1.components) { _, new in new } }
        )
    }

    /// The value or null, which counts as absent.
    public var orNull: Schema {
        guard case .string(let type)? = json["type"], json["enum"] == nil else {
            return .anyOf([self, Schema(JSONObject([("type", "null")]))])
        }
        return with("type", [.string(type), "null"])
    }

    /// The same schema with a sentence for people.
    public func described(_ text: String) -> Schema { with("description", .string(text)) }

    /// The same schema with what holds when the member is absent.
    public func defaulting(to value: JSONValue) -> Schema { with("default", value) }

    /// The same object with so many members at least.
    public func withMembers(atLeast count: Int64) -> Schema { with("minProperties", .integer(count)) }

    /// The same schema with an example.
    public func example(_ value: JSONValue) -> Schema { with("examples", [value]) }

    /// The same schema with a further keyword.
    func with(_ keyword: String, _ value: JSONValue) -> Schema {
        var json = self.json
        json[keyword] = value
        return Schema(json, components)
    }
}
