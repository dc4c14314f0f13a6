// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

extension Value {
    /// The value that `json` stands for in Cedar's JSON form.
    ///
    /// Booleans, integers, strings, arrays (sets) and objects (records) stand for themselves. There are two escapes:
    /// `{"__entity": {"type", "id"}}` is an entity, `{"__extn": {"fn", "arg"}}` (or `"args"`) the result of an
    /// extension function. As in the reference implementation without a schema, an object is an escape only when that
    /// is its single member and its content has the form; any other object is a record.
    public init(json: JSONValue) throws(EntityFormatError) {
        self = try Self.read(json, .root)
    }

    /// The deepest nesting that is read: the reference implementation's, too.
    static let maximumNesting = 128

    /// The value of `json`, which stands at `path`.
    static func read(_ json: JSONValue, _ path: JSONPath) throws(EntityFormatError) -> Value {
        guard path.depth <= maximumNesting else { throw path.error(.nesting, "nested too deeply") }
        switch json {
        case .bool(let value): return .bool(value)
        case .integer(let value): return .long(value)
        case .string(let value): return .string(Text(value))
        case .array(let elements): return .set(ValueSet(try read(elements, path)))
        case .object(let object):
            if object.count == 1, let member = object.first, let value = try escape(member, path) { return value }
            return .record(try record(object, path))
        case .null: throw path.error(.value, "Cedar has no null; leave the member out")
        case .number(let literal): throw noInteger(literal, path)
        }
    }

    private static func noInteger(_ literal: String, _ path: JSONPath) -> EntityFormatError {
        path.error(.value, "the number \(literal) is no 64-bit integer; fractions are written as a decimal")
    }

    /// The record of the members of `object`.
    static func record(_ object: JSONObject, _ path: JSONPath) throws(EntityFormatError) -> Record {
        var pairs: [(Text, Value)] = []
        pairs.reserveCapacity(object.count)
        for member in object {
            pairs.append((Text(member.key), try read(member.value, path.member(member.key))))
        }
        return Record(pairs)
    }

    private static func read(_ elements: [JSONValue], _ path: JSONPath) throws(EntityFormatError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() { values.append(try read(element, path.element(index))) }
        return values
    }

    // Nil when the object is a record after all.
    private static func escape(_ member: JSONObject.Member, _ path: JSONPath) throws(EntityFormatError) -> Value? {
        switch member.key {
        case "__entity":
            guard let content = member.value.objectValue, content["type"]?.stringValue != nil,
                content["id"]?.stringValue != nil
            else { return nil }
            try checkNumbers(in: member.value, path.member(member.key))
            return .entity(try EntityUID.read(membersOf: member.value, path.member(member.key)))
        case "__extn":
            guard let content = member.value.objectValue, let name = content["fn"]?.stringValue else { return nil }
            let path = path.member(member.key)
            try checkNumbers(in: member.value, path)
            if let argument = content["arg"] {
                return try call(name, [try read(argument, path.member("arg"))], path)
            }
            guard let arguments = content["args"]?.arrayValue else { return nil }
            return try call(name, try read(arguments, path.member("args")), path)
        case "__expr":
            guard member.value.stringValue != nil else { return nil }
            throw path.error(.value, "the __expr escape is no longer part of Cedar; use __entity or __extn")
        default: return nil
        }
    }

    /// Members that an escape does not use are ignored, but even there Cedar's JSON has no other numbers.
    static func checkNumbers(in json: JSONValue, _ path: JSONPath) throws(EntityFormatError) {
        var rest = [(json, path)]
        while let (json, path) = rest.popLast() {
            switch json {
            case .number(let literal): throw noInteger(literal, path)
            case .array(let elements):
                for (index, element) in elements.enumerated() { rest.append((element, path.element(index))) }
            case .object(let object):
                for member in object { rest.append((member.value, path.member(member.key))) }
            default: break
            }
        }
    }

    static func call(
        _ name: String,
        _ arguments: [Value],
        _ path: JSONPath
    ) throws(EntityFormatError) -> Value {
        guard let function = ExtensionFunction(rawValue: name) else {
            throw path.error(.function, "there is no extension function \(Text(name).quoted)")
        }
        guard arguments.count == function.arity else {
            throw path.error(.function, "\(name) takes \(function.arity) values; \(arguments.count) given")
        }
        do throws(ExtensionFunction.Failure) {
            return try function.apply(arguments[0], arguments.count > 1 ? arguments[1] : nil)
        } catch {
            switch error {
            case .kind(let expected, let found):
                throw path.error(.function, "\(name) expected \(expected), got \(found)")
            case .value(let fault): throw path.error(.function, fault)
            }
        }
    }
}

extension Value {
    /// The value in Cedar's JSON form; reading it gives an equal value.
    ///
    /// Sets are sorted, so equal values give equal bytes.
    public var json: JSONValue {
        switch self {
        case .bool(let value): .bool(value)
        case .long(let value): .integer(value)
        case .string(let value): .string(value.string)
        case .entity(let uid): ["__entity": uid.json]
        case .set(let elements):
            .array(
                elements.map { (text: Text($0.description), json: $0.json) }.sorted { $0.text < $1.text }.map(\.json)
            )
        case .record(let record): record.json
        case .decimal(let value): Self.call("decimal", value.description)
        case .ip(let value): Self.call("ip", value.description)
        case .duration(let value): Self.call("duration", value.description)
        case .datetime(let value):
            value.dateText.map { Self.call("datetime", $0) }
                ?? [
                    "__extn": [
                        "fn": "offset",
                        "args": [
                            Self.call("datetime", "1970-01-01"), Self.call("duration", "\(value.milliseconds)ms"),
                        ],
                    ]
                ]
        }
    }

    private static func call(_ function: String, _ argument: String) -> JSONValue {
        ["__extn": ["fn": .string(function), "arg": .string(argument)]]
    }
}
