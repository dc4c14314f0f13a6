// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// JSON for people: two spaces a level, members in the order the server wrote them.
enum PrettyJSON {
    /// The text, ended by a line feed. Numbers keep their literal text.
    static func text(_ value: JSONValue) -> [UInt8] {
        var bytes: [UInt8] = []
        write(value, indent: 0, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private static func write(_ value: JSONValue, indent: Int, to bytes: inout [UInt8]) {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                newLine(indent + 1, index > 0, &bytes)
                write(element, indent: indent + 1, to: &bytes)
            }
            newLine(indent, false, &bytes)
            bytes.append(UInt8(ascii: "]"))
        case .object(let object) where !object.isEmpty:
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in object.enumerated() {
                newLine(indent + 1, index > 0, &bytes)
                bytes += JSONValue.string(member.key).serialized()
                bytes += Array(": ".utf8)
                write(member.value, indent: indent + 1, to: &bytes)
            }
            newLine(indent, false, &bytes)
            bytes.append(UInt8(ascii: "}"))
        default: bytes += value.serialized()
        }
    }

    private static func newLine(_ indent: Int, _ comma: Bool, _ bytes: inout [UInt8]) {
        if comma { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\n"))
        bytes += [UInt8](repeating: UInt8(ascii: " "), count: 2 * indent)
    }
}
