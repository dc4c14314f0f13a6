// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Reads the members of one object by name and refuses those nobody asked for.
///
/// Every failure carries the JSON pointer (RFC 6901) of the offending member, so that a caller can be told exactly
/// what to mend. Call ``finish()`` last: an unknown member is an error, not an extension point.
public struct ObjectReader: Sendable {
    /// Where the object stands in the whole text, `""` for the root.
    public let pointer: String
    /// The object read.
    public let object: JSONObject
    private var asked: [String] = []

    /// Reads `value`, which must be an object.
    public init(_ value: JSONValue, at pointer: String = "") throws(ShapeError) {
        guard case .object(let object) = value else {
            throw ShapeError(.kind, pointer, "an object is expected, not \(value.kindName)")
        }
        self.object = object
        self.pointer = pointer
    }

    /// The JSON pointer of the member `key`.
    public func pointer(to key: String) -> String {
        // Nearly every name needs no escape, and pointers are made for members that turn out to be well.
        guard key.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
            return pointer + "/" + key
        }
        var escaped = ""
        for scalar in key.unicodeScalars {
            switch scalar {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return "\(pointer)/\(escaped)"
    }

    /// The member `key` when it is present and not null.
    public mutating func optional(_ key: String) -> JSONValue? {
        asked.append(key)
        guard let value = object[key], !value.isNull else { return nil }
        return value
    }

    /// The member `key`.
    public mutating func required(_ key: String) throws(ShapeError) -> JSONValue {
        guard let value = optional(key) else {
            throw ShapeError(.missing, pointer(to: key), "'\(key)' is required")
        }
        return value
    }

    /// The string member `key`, nil when absent.
    public mutating func optionalString(_ key: String) throws(ShapeError) -> String? {
        guard let value = optional(key) else { return nil }
        guard let text = value.stringValue else { throw kind(key, "a string", value) }
        return text
    }

    /// The string member `key`.
    public mutating func string(_ key: String) throws(ShapeError) -> String {
        guard let text = try optionalString(key) else {
            throw ShapeError(.missing, pointer(to: key), "'\(key)' is required")
        }
        return text
    }

    /// The integer member `key`, nil when absent.
    public mutating func optionalInteger(_ key: String) throws(ShapeError) -> Int64? {
        guard let value = optional(key) else { return nil }
        guard let number = value.integerValue else { throw kind(key, "an integer", value) }
        return number
    }

    /// The integer member `key`.
    public mutating func integer(_ key: String) throws(ShapeError) -> Int64 {
        guard let number = try optionalInteger(key) else {
            throw ShapeError(.missing, pointer(to: key), "'\(key)' is required")
        }
        return number
    }

    /// The boolean member `key`, nil when absent.
    public mutating func optionalBool(_ key: String) throws(ShapeError) -> Bool? {
        guard let value = optional(key) else { return nil }
        guard let flag = value.boolValue else { throw kind(key, "true or false", value) }
        return flag
    }

    /// The elements of the array member `key`, each with its pointer; empty when absent.
    public mutating func array(_ key: String) throws(ShapeError) -> [(value: JSONValue, pointer: String)] {
        guard let value = optional(key) else { return [] }
        guard let elements = value.arrayValue else { throw kind(key, "an array", value) }
        let base = pointer(to: key)
        return elements.enumerated().map { ($0.element, "\(base)/\($0.offset)") }
    }

    /// The strings of the array member `key`; empty when absent.
    public mutating func strings(_ key: String) throws(ShapeError) -> [String] {
        var strings: [String] = []
        for element in try array(key) {
            guard let text = element.value.stringValue else {
                throw ShapeError(.kind, element.pointer, "a string is expected, not \(element.value.kindName)")
            }
            strings.append(text)
        }
        return strings
    }

    /// The object member `key`, nil when absent.
    public mutating func optionalObject(_ key: String) throws(ShapeError) -> ObjectReader? {
        guard let value = optional(key) else { return nil }
        return try ObjectReader(value, at: pointer(to: key))
    }

    /// Refuses every member that was not asked for, naming the nearest name that was.
    public func finish() throws(ShapeError) {
        for member in object where !asked.contains(where: { sameBytes($0, member.key) }) {
            let near = nearestName(to: member.key, among: asked).map { "; did you mean '\($0)'?" } ?? ""
            throw ShapeError(.unknown, pointer(to: member.key), "unknown member\(near)")
        }
    }

    private func kind(_ key: String, _ expected: String, _ value: JSONValue) -> ShapeError {
        ShapeError(.kind, pointer(to: key), "\(expected) is expected, not \(value.kindName)")
    }
}
