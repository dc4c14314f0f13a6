// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Yams

/// Turns parsed YAML into JSON by our own rules for scalars.
struct YAMLBuilder {
    /// Over all documents of a text.
    private var values = 0
    private var places: [String: YAMLDocument.Place] = [:]

    /// The value of a document, and where each of its values stands.
    mutating func document(_ root: Node) throws(YAMLFailure) -> (JSONValue, [String: YAMLDocument.Place]) {
        places = [:]
        let value = try self.value(root, at: "", depth: 0)
        return (value, places)
    }

    private mutating func value(_ node: Node, at pointer: String, depth: Int) throws(YAMLFailure) -> JSONValue {
        values += 1
        if places[pointer] == nil { places[pointer] = Self.place(node) }
        guard node.anchor == nil else {
            throw fault(node, "anchors and aliases are not read here; write the value again")
        }
        guard depth <= YAMLReader.maximumDepth else {
            throw fault(node, "nested deeper than \(YAMLReader.maximumDepth) levels")
        }
        guard values <= YAMLReader.maximumValues else {
            throw fault(node, "the text has more than \(YAMLReader.maximumValues) values")
        }
        switch node {
        case .scalar(let scalar): return try Self.scalar(scalar, node)
        case .sequence(let sequence):
            try check(sequence.tag, is: .seq, node)
            var elements: [JSONValue] = []
            for (index, element) in sequence.enumerated() {
                elements.append(try value(element, at: "\(pointer)/\(index)", depth: depth + 1))
            }
            return .array(elements)
        case .mapping(let mapping):
            try check(mapping.tag, is: .map, node)
            var object = JSONObject()
            for (key, element) in mapping {
                guard case .scalar(let name) = key else { throw fault(key, "the name of a member is a plain text") }
                guard key.anchor == nil else { throw fault(key, "anchors and aliases are not read here") }
                guard object[name.string] == nil else {
                    throw fault(key, "'\(Printable.text(name.string))' stands twice in one mapping")
                }
                let inner = "\(pointer)/\(Self.escaped(name.string))"
                places[inner] = Self.place(key)
                object[name.string] = try value(element, at: inner, depth: depth + 1)
            }
            return .object(object)
        case .alias: throw fault(node, "anchors and aliases are not read here; write the value again")
        }
    }

    private func check(_ tag: Tag, is expected: Tag.Name, _ node: Node) throws(YAMLFailure) {
        guard [Tag.Name.implicit, .nonSpecific, expected].map(\.rawValue).contains(tag.rawValue) else {
            throw fault(node, "the tag of this value is not read here")
        }
    }

    private static func scalar(_ scalar: Node.Scalar, _ node: Node) throws(YAMLFailure) -> JSONValue {
        let tag = scalar.tag.rawValue
        if [Tag.Name.str, .nonSpecific].map(\.rawValue).contains(tag) { return .string(scalar.string) }
        guard tag == Tag.Name.implicit.rawValue else {
            throw YAMLFailure(
                node.mark?.line ?? 1,
                node.mark?.column ?? 1,
                "the tag of this value is not read here"
            )
        }
        guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
        switch scalar.string {
        case "", "~", "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: return integer(scalar.string).map { .integer($0) } ?? .string(scalar.string)
        }
    }

    /// The integer that JSON would read; `007`, `+1` and `1_000` are texts.
    private static func integer(_ text: String) -> Int64? {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        guard let first = digits.first, (0x30...0x39).contains(first), first != 0x30 || digits.count == 1,
            text != "-0"
        else { return nil }
        return Int64(text)
    }

    private static func place(_ node: Node) -> YAMLDocument.Place {
        YAMLDocument.Place(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    private func fault(_ node: Node, _ message: String) -> YAMLFailure {
        YAMLFailure(node.mark?.line ?? 1, node.mark?.column ?? 1, message)
    }

    /// A name as a token of a JSON pointer (RFC 6901 section 3).
    private static func escaped(_ name: String) -> String {
        name.contains { $0 == "~" || $0 == "/" }
            ? name.replacing("~", with: "~0").replacing("/", with: "~1") : name
    }
}
