// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

extension Value {
    /// The value that `json`, which stands at `path`, has as one of `type`.
    ///
    /// Knowing the type, the escapes may be left out: an entity is `{"type", "id"}`, an extension value the text its
    /// constructor reads or `{"fn", "arg"}`. Everything is checked against the type on the way.
    static func read(
        _ json: JSONValue,
        as type: SchemaType,
        _ schema: Schema,
        _ path: JSONPath
    ) throws(EntityFormatError) -> Value {
        guard path.depth <= maximumNesting else { throw path.error(.nesting, "nested too deeply") }
        switch type {
        case .set(let element):
            guard case .array(let elements) = json else { throw mismatch(type, json, path) }
            var values: [Value] = []
            values.reserveCapacity(elements.count)
            for (index, json) in elements.enumerated() {
                values.append(try read(json, as: element, schema, path.element(index)))
            }
            return .set(ValueSet(values))
        case .record(let type):
            guard case .object(let object) = json else { throw mismatch(.record(type), json, path) }
            return .record(try Record.read(object, as: type, schema, path))
        case .entity:
            return try conforming(.entity(try EntityUID.read(json, path)), type, schema, path)
        case .decimal, .ipaddr, .datetime, .duration:
            return try conforming(try readExtension(json, as: type, path), type, schema, path)
        case .bool, .long, .string:
            return try conforming(try read(json, path), type, schema, path)
        }
    }

    private static func conforming(
        _ value: Value,
        _ type: SchemaType,
        _ schema: Schema,
        _ path: JSONPath
    ) throws(EntityFormatError) -> Value {
        do throws(ConformanceError) {
            try Conformance(schema: schema).check(value, type, path)
            return value
        } catch {
            throw EntityFormatError(error)
        }
    }

    private static func mismatch(_ type: SchemaType, _ json: JSONValue, _ path: JSONPath) -> EntityFormatError {
        path.error(.kind, "expected \(type.name), found \(json.kindName)")
    }

    // `{"__extn": {"fn", "arg"}}`, `{"fn", "arg"}` or what the constructor of the type takes.
    private static func readExtension(
        _ json: JSONValue,
        as type: SchemaType,
        _ path: JSONPath
    ) throws(EntityFormatError) -> Value {
        guard path.depth <= maximumNesting else { throw path.error(.nesting, "nested too deeply") }
        // The oldest form wins over everything beside it, and nobody may write it any more.
        if json["__expr"]?.stringValue != nil {
            throw path.error(.value, "the __expr escape is no longer part of Cedar; use __extn")
        }
        if let inner = json["__extn"], inner["fn"]?.stringValue != nil, inner["arg"] != nil || inner["args"] != nil {
            return try readCall(inner, path.member("__extn"))
        }
        if json["fn"]?.stringValue != nil, json["arg"] != nil || json["args"] != nil {
            return try readCall(json, path)
        }
        guard case .string(let text) = json, let constructor = type.constructor else {
            throw mismatch(type, json, path)
        }
        return try call(constructor.rawValue, [.string(Text(text))], path)
    }

    // The arguments of a call are read knowing what the function takes.
    private static func readCall(_ json: JSONValue, _ path: JSONPath) throws(EntityFormatError) -> Value {
        let name = json["fn"]?.stringValue ?? ""
        guard let function = ExtensionFunction(rawValue: name) else {
            throw path.error(.function, "there is no extension function \(Text(name).quoted)")
        }
        let arguments = json["arg"].map { [$0] } ?? json["args"]?.arrayValue ?? []
        guard arguments.count == function.arity else {
            throw path.error(.function, "\(name) takes \(function.arity) values; \(arguments.count) given")
        }
        var values: [Value] = []
        for (index, (argument, type)) in zip(arguments, function.parameters).enumerated() {
            let path = json["arg"] != nil ? path.member("arg") : path.member("args").element(index)
            try checkNumbers(in: argument, path)
            values.append(
                type.constructor == nil ? try read(argument, path) : try readExtension(argument, as: type, path)
            )
        }
        return try call(name, values, path)
    }
}

extension SchemaType {
    /// The function that reads a text as a value of this extension type; nil for other types.
    fileprivate var constructor: ExtensionFunction? {
        switch self {
        case .decimal: .decimal
        case .ipaddr: .ip
        case .datetime: .datetime
        case .duration: .duration
        default: nil
        }
    }
}

extension Record {
    /// The record of the members of `object` as one of `type`.
    static func read(
        _ object: JSONObject,
        as type: RecordType,
        _ schema: Schema,
        _ path: JSONPath
    ) throws(EntityFormatError) -> Record {
        let conformance = Conformance(schema: schema)
        var pairs: [(Text, Value)] = []
        pairs.reserveCapacity(object.count)
        for member in object {
            let name = Text(member.key)
            guard let attribute = type[name] else {
                throw EntityFormatError(conformance.unknownAttribute(name, type, path))
            }
            pairs.append((name, try Value.read(member.value, as: attribute.type, schema, path.member(member.key))))
        }
        let record = Record(pairs)
        for attribute in type.attributes where attribute.isRequired && record[attribute.name] == nil {
            throw EntityFormatError(conformance.missingAttribute(attribute, path))
        }
        return record
    }
}
