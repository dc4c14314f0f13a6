// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// The members of one object of a JSON schema; the ones that the form does not have are refused.
///
/// Unlike in most of what this product reads, a member that is `null` is not the same as none.
struct SchemaMembers {
    let path: JSONPath
    private let object: JSONObject
    private var nullable: [String] = []

    /// The members of `value`, whose names are still to be checked.
    init(_ value: JSONValue, at path: JSONPath) throws(SchemaError) {
        guard case .object(let object) = value else { throw path.expected("an object", value) }
        self.path = path
        self.object = object
    }

    /// The members of `value`, all of which must have one of the `known` names.
    /// - Parameter nullable: Those that may be `null`, as if they were not there.
    init(
        _ value: JSONValue,
        at path: JSONPath,
        known: [String],
        nullable: [String] = []
    ) throws(SchemaError) {
        try self.init(value, at: path)
        self.nullable = nullable
        try know(known)
    }

    /// Refuses members that have none of the `known` names.
    mutating func know(_ known: [String]) throws(SchemaError) {
        for member in object where !known.contains(where: { sameBytes($0, member.key) }) {
            let near = nearestName(to: member.key, among: known).map { "; did you mean '\($0)'?" } ?? ""
            let names = known.map { "'\($0)'" }.joined(separator: ", ")
            throw path.member(member.key).error(.unknown, "unknown member\(near); here may be \(names)")
        }
    }

    /// The member `key` and where it is; nil when there is none.
    subscript(key: String) -> (JSONValue, JSONPath)? {
        guard let value = object[key], !value.isNull || !nullable.contains(key) else { return nil }
        return (value, path.member(key))
    }

    /// The member `key`, which must be there.
    func required(_ key: String) throws(SchemaError) -> (JSONValue, JSONPath) {
        guard let member = self[key] else { throw path.error(.missing, "'\(key)' is required") }
        return member
    }
}

extension JSONPath {
    /// An error here.
    func error(_ code: SchemaError.Code, _ message: String) -> SchemaError {
        SchemaError(code, message, at: .json(self))
    }

    /// The error that another kind of value is expected here.
    func expected(_ wanted: String, _ value: JSONValue) -> SchemaError {
        error(.kind, "\(wanted) is expected, not \(value.kindName)")
    }

    /// The members of the object here, whatever their names.
    func members(of value: JSONValue) throws(SchemaError) -> [(String, JSONValue, JSONPath)] {
        guard case .object(let object) = value else { throw expected("an object", value) }
        return object.map { ($0.key, $0.value, member($0.key)) }
    }

    /// What `read` makes of the elements of the array here.
    func elements<Element>(
        of value: JSONValue,
        _ read: (JSONValue, JSONPath) throws(SchemaError) -> Element
    ) throws(SchemaError) -> [Element] {
        guard case .array(let values) = value else { throw expected("an array", value) }
        var elements: [Element] = []
        for (index, value) in values.enumerated() { elements.append(try read(value, element(index))) }
        return elements
    }

    /// The text of the string here.
    func string(_ value: JSONValue) throws(SchemaError) -> Text {
        guard case .string(let text) = value else { throw expected("a string", value) }
        return Text(text)
    }

    /// The truth value here.
    func bool(_ value: JSONValue) throws(SchemaError) -> Bool {
        guard case .bool(let flag) = value else { throw expected("true or false", value) }
        return flag
    }
}
