// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Random values, and YAML texts of them in changing styles.
enum YAMLForge {
    private static let words = [
        "a", "get", "on", "no", "true", "null", "~", "12", "0x1f", "2020-01-01", "x: y", "- z", "#h", "a #b", "é", "'",
        "\"",
        "*x", "&y", "%", "@", "`", "{", "]", "line\nbreak", " lead", "trail ", "", "|", ">", "<<", "=", "!", "200",
        "\t", "\\",
    ]

    static func value(depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &generator) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2: return .integer(.random(in: -1000...1000, using: &generator))
        case 3, 4: return .string(words.randomElement(using: &generator) ?? "")
        case 5:
            return .array(
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in value(depth: depth - 1, &generator) }
            )
        default:
            return .object(
                JSONObject(
                    (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                        (words.randomElement(using: &generator) ?? "", value(depth: depth - 1, &generator))
                    }
                )
            )
        }
    }

    /// The value as a document in block and flow style.
    static func text(_ value: JSONValue, _ generator: inout SeededGenerator) -> String {
        var text = Bool.random(using: &generator) ? "---\n" : ""
        block(value, indent: 0, &text, &generator)
        return text
    }

    private static func block(
        _ value: JSONValue,
        indent: Int,
        _ text: inout String,
        _ generator: inout SeededGenerator
    ) {
        let margin = String(repeating: " ", count: indent)
        let isFlow = Int.random(in: 0..<4, using: &generator) == 0
        switch value {
        case .array(let elements) where !elements.isEmpty && !isFlow:
            text += "\n"
            for element in elements {
                text += "\(margin)-"
                block(element, indent: indent + 2, &text, &generator)
            }
        case .object(let object) where !object.isEmpty && !isFlow:
            text += "\n"
            for member in object {
                text += "\(margin)\(quoted(member.key)):"
                block(member.value, indent: indent + 1 + Int.random(in: 0...2, using: &generator), &text, &generator)
            }
        default: text += " \(flow(value, &generator))\(Bool.random(using: &generator) ? " # note" : "")\n"
        }
    }

    private static func flow(_ value: JSONValue, _ generator: inout SeededGenerator) -> String {
        switch value {
        case .array(let elements): return "[" + elements.map { flow($0, &generator) }.joined(separator: ", ") + "]"
        case .object(let object):
            return "{" + object.map { "\(quoted($0.key)): \(flow($0.value, &generator))" }.joined(separator: ", ") + "}"
        case .string(let text):
            let isPlain = ["a", "get", "on", "no", "2020-01-01", "é"].contains(text)
            if isPlain, Bool.random(using: &generator) { return text }
            let fits = !text.utf8.contains { $0 < 0x20 }
            if fits, Bool.random(using: &generator) { return "'\(text.replacing("'", with: "''"))'" }
            return quoted(text)
        case .null: return Bool.random(using: &generator) ? "~" : "null"
        default: return String(decoding: value.serialized(), as: UTF8.self)
        }
    }

    private static func quoted(_ text: String) -> String {
        String(decoding: JSONValue.string(text).serialized(), as: UTF8.self)
    }
}
