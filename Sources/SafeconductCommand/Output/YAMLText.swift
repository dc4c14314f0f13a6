// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// JSON values as YAML 1.2 in block style.
enum YAMLText {
    /// The document, ended by a line feed.
    static func text(_ value: JSONValue) -> String {
        var text = ""
        write(value, indent: 0, afterDash: true, to: &text)
        return text
    }

    /// - Parameter afterDash: whether the first line's indentation stands there already.
    private static func write(_ value: JSONValue, indent: Int, afterDash: Bool, to text: inout String) {
        let margin = String(repeating: " ", count: indent)
        switch value {
        case .array(let elements) where !elements.isEmpty:
            for (index, element) in elements.enumerated() {
                if index > 0 || !afterDash { text += margin }
                text += "- "
                write(element, indent: indent + 2, afterDash: true, to: &text)
            }
        case .object(let object) where !object.isEmpty:
            for (index, member) in object.enumerated() {
                if index > 0 || !afterDash { text += margin }
                text += scalar(member.key) + ":"
                switch member.value {
                case .array(let elements) where !elements.isEmpty:
                    text += "\n"
                    write(member.value, indent: indent, afterDash: false, to: &text)
                case .object(let inner) where !inner.isEmpty:
                    text += "\n"
                    write(member.value, indent: indent + 2, afterDash: false, to: &text)
                default:
                    text += " "
                    write(member.value, indent: indent + 2, afterDash: true, to: &text)
                }
            }
        case .string(let string): text += scalar(string) + "\n"
        default: text += String(decoding: value.serialized(), as: UTF8.self) + "\n"
        }
    }

    /// A string as a plain scalar where no reader could take it for anything else, else quoted as JSON quotes it, which
    /// YAML 1.2 reads the same way.
    static func scalar(_ string: String) -> String {
        let isPlain =
            string.utf8.count <= 128 && string.utf8.first.map(isLetter) == true
            && string.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || isInnerMark($0) }
            && !reserved.contains(string.lowercased())
        return isPlain ? string : quoted(string)
    }

    /// A string as JSON quotes it, with what YAML takes for the end of a line, or for no character, spelt out, too.
    private static func quoted(_ string: String) -> String {
        let json = String(decoding: JSONValue.string(string).serialized(), as: UTF8.self)
        guard json.unicodeScalars.contains(where: Printable.isHidden) else { return json }
        var text = ""
        for scalar in json.unicodeScalars {
            if Printable.isHidden(scalar) {
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private static let reserved: Set = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func isInnerMark(_ byte: UInt8) -> Bool {
        [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/")].contains(byte)
    }
}
