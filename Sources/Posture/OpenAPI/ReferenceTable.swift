// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Resolves references within one document (RFC 6901 pointers in URI fragments).
///
/// Each reference is looked up once, and members of large objects are indexed, so that a hundred thousand references
/// cost no square. A chain of references ends after ``longestChain`` steps, so that a circle ends, too.
struct ReferenceTable {
    /// What a reference leads to.
    enum Target {
        /// A value, and the pointer where it stands.
        case value(JSONValue, String)
        /// Nothing in this document, and why.
        case nothing(String)
    }

    static let longestChain = 16

    private let root: JSONValue
    private var found: [[UInt8]: Target] = [:]
    private var indexes: [[UInt8]: [[UInt8]: JSONValue]] = [:]

    /// References within `root`.
    init(_ root: JSONValue) { self.root = root }

    /// What stands at the end of `value`'s chain of references; the value itself when it is none.
    mutating func resolve(_ value: JSONValue, at pointer: String) -> Target {
        var target = Target.value(value, pointer)
        for _ in 0...Self.longestChain {
            guard case .value(let current, _) = target, let next = follow(current) else { return target }
            target = next
        }
        return Self.circle
    }

    /// What the next step of a chain that does not end leads to.
    static let circle = Target.nothing("its references go round in a circle")

    /// What `value` refers to, one step away; nil when it is no reference.
    mutating func follow(_ value: JSONValue) -> Target? { value["$ref"]?.stringValue.map { look(up: $0) } }

    private mutating func look(up reference: String) -> Target {
        let key = Array(reference.utf8)
        if let target = found[key] { return target }
        let target = walk(key)
        found[key] = target
        return target
    }

    private mutating func walk(_ reference: [UInt8]) -> Target {
        guard reference.first == UInt8(ascii: "#") else {
            return .nothing("it stands in another file, which is not read")
        }
        guard let path = Self.percentDecoded(reference.dropFirst()) else {
            return .nothing("its reference is no JSON pointer")
        }
        guard path.isEmpty || path.first == UInt8(ascii: "/") else {
            return .nothing("its reference is no JSON pointer")
        }
        var current = root
        var pointer: [UInt8] = []
        let tokens = path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard tokens.count <= 128 else { return .nothing("its reference is too long") }
        for token in path.isEmpty ? [] : tokens {
            guard let next = step(into: current, Self.unescaped(token), at: pointer) else {
                return .nothing("it refers to what the document does not have")
            }
            current = next
            pointer.append(UInt8(ascii: "/"))
            pointer += token
        }
        return .value(current, String(decoding: pointer, as: UTF8.self))
    }

    private mutating func step(into value: JSONValue, _ token: [UInt8], at pointer: [UInt8]) -> JSONValue? {
        switch value {
        case .object(let object):
            let name = String(decoding: token, as: UTF8.self)
            guard object.count > 32 else { return object[name] }
            if indexes[pointer] == nil {
                var index: [[UInt8]: JSONValue] = [:]
                for member in object { index[Array(member.key.utf8)] = member.value }
                indexes[pointer] = index
            }
            return indexes[pointer]?[token]
        case .array(let elements):
            guard let index = Int(String(decoding: token, as: UTF8.self)), elements.indices.contains(index) else {
                return nil
            }
            return elements[index]
        default: return nil
        }
    }

    private static func unescaped(_ token: ArraySlice<UInt8>) -> [UInt8] {
        guard token.contains(UInt8(ascii: "~")) else { return Array(token) }
        var bytes: [UInt8] = []
        var rest = token
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "~"), let digit = rest.first, digit == 0x30 || digit == 0x31 else {
                bytes.append(byte)
                continue
            }
            bytes.append(digit == 0x30 ? UInt8(ascii: "~") : UInt8(ascii: "/"))
            rest.removeFirst()
        }
        return bytes
    }

    private static func percentDecoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
