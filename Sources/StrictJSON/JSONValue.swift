// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One JSON value (RFC 8259).
///
/// Strings and member names compare by their UTF-8 bytes, never by canonical equivalence, because every standard
/// built on JSON compares that way. Integers keep all 64 bits; any other number keeps its literal text, so that no
/// float ever touches it.
public enum JSONValue: Sendable {
    /// The literal `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number literal without fraction or exponent that fits `Int64`.
    case integer(Int64)
    /// Every other number, as its literal text: `1.5`, `1e3`, `9223372036854775808`.
    case number(String)
    /// A string; lone surrogates were refused by the parser.
    case string(String)
    /// An array, in order.
    case array([JSONValue])
    /// An object, members in the order written.
    case object(JSONObject)
}

extension JSONValue {
    /// The string, or nil when the value is of another kind.
    public var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The integer, or nil when the value is of another kind.
    public var integerValue: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// The truth value, or nil when the value is of another kind.
    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements, or nil when the value is of another kind.
    public var arrayValue: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members, or nil when the value is of another kind.
    public var objectValue: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// Whether the value is the literal `null`.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The member `key` of an object; nil when absent or when the value is no object.
    public subscript(key: String) -> JSONValue? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    /// What kind of value this is, in the words of RFC 8259, for messages.
    public var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .integer, .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

extension JSONValue {
    /// How deep the parser, the writer and `==` recurse, which is quickest; what is nested deeper they do by a loop, so
    /// that it costs the thread's stack nothing.
    static let recursiveDepth = 48
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string value.
    public init(stringLiteral value: String) { self = .string(value) }

    /// An integer value.
    public init(integerLiteral value: Int64) { self = .integer(value) }

    /// A boolean value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// The null value.
    public init(nilLiteral: ()) { self = .null }

    /// An array value.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// An object value; of equal keys the last one stays.
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}

/// Whether two strings hold the same UTF-8 bytes.
///
/// Swift's `==` calls canonically equivalent strings equal; it is used only as a fast way to say no.
@inlinable
public func sameBytes(_ left: String, _ right: String) -> Bool {
    guard left == right else { return false }
    // Canonical equivalence leaves ASCII alone, and nearly every text compared here is.
    if left.utf8Span.isKnownASCII && right.utf8Span.isKnownASCII { return true }
    return left.utf8.elementsEqual(right.utf8)
}
