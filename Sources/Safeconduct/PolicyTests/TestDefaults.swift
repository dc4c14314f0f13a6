// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// What a file of tests says of all of them.
struct TestDefaults {
    /// The most members of one object, as an operation names no more attributes.
    private static let memberLimit = 64

    private let members: JSONObject
    /// How many values each test gets from here.
    let weight: Int

    /// Reads the defaults as a test of a call that is made up: what is wrong with them is told of where it stands, whether or
    /// not the tests say something else instead.
    init(_ value: JSONValue?, at pointer: String, of file: String) throws(ShapeError) {
        guard let value else {
            (members, weight) = (JSONObject(), 0)
            return
        }
        let reader = try ObjectReader(value, at: pointer)
        weight = try Self.weight(of: value, at: pointer)
        guard reader.object["name"] == nil else {
            throw ShapeError(.unknown, reader.pointer(to: "name"), "each test has a name of its own")
        }
        let own = reader.object.filter { !$0.value.isNull }.map { ($0.key, $0.value) }
        members = Self.normalized(JSONObject(own))
        let call: JSONObject = JSONObject([
            ("name", "defaults"), ("resource", ["name": "api/operation"]), ("expect", "deny"),
        ])
        let whole = Self.merged(.object(call), .object(members))
        _ = try PolicyTestReader(file: file, line: 1, column: 1).read(whole, at: pointer)
    }

    /// A test over the defaults: what it says wins, member by member.
    func completing(_ test: JSONValue) -> JSONValue {
        guard case .object(let own) = test else { return test }
        return Self.merged(.object(members), .object(Self.normalized(own)))
    }

    /// `name` stands for `{name: ...}` where a caller or an operation is expected.
    private static func normalized(_ object: JSONObject) -> JSONObject {
        var members = object
        for key in ["principal", "resource"] {
            if case .string(let name)? = members[key] { members[key] = ["name": .string(name)] }
        }
        return members
    }

    private static func merged(_ defaults: JSONValue, _ value: JSONValue) -> JSONValue {
        guard case .object(var merged) = defaults, case .object(let own) = value else { return value }
        // The reader bounds how deep this can go.
        for member in own {
            merged[member.key] = merged[member.key].map { Self.merged($0, member.value) } ?? member.value
        }
        return .object(merged)
    }

    /// How many values there are in one, a long text counting for several.
    ///
    /// - Throws: ``ShapeError`` for an object of more members than can mean anything.
    static func weight(of value: JSONValue, at pointer: String) throws(ShapeError) -> Int {
        switch value {
        case .null, .bool, .integer: return 1
        case .number(let text), .string(let text): return 1 + text.utf8.count / 64
        case .array(let elements):
            var weight = 1
            for (index, element) in elements.enumerated() {
                weight += try Self.weight(of: element, at: "\(pointer)/\(index)")
            }
            return weight
        case .object(let object):
            guard object.count <= memberLimit else {
                throw ShapeError(.value, pointer, "at most \(memberLimit) members are allowed")
            }
            let reader = try ObjectReader(value, at: pointer)
            var weight = 1
            for member in object {
                weight += member.key.utf8.count / 64
                weight += try Self.weight(of: member.value, at: reader.pointer(to: member.key))
            }
            return weight
        }
    }
}
