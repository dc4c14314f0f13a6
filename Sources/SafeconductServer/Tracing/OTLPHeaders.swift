// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The header fields that a collector asks for, kept in a file because one of them is usually a secret.
public enum OTLPHeaders {
    private static let maximumBytes = 16 << 10

    /// The fields of a file with one `Name: value` a line; empty lines and those that begin with `#` say nothing.
    ///
    /// - Returns: Nil when the file can't be read or has another line.
    public static func read(_ path: String?) -> [(name: String, value: String)]? {
        guard let path else { return [] }
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: maximumBytes + 1), data.count <= maximumBytes else { return nil }
        return parse(Array(data))
    }

    static func parse(_ bytes: [UInt8]) -> [(name: String, value: String)]? {
        var fields: [(name: String, value: String)] = []
        for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            guard line.contains(where: { $0 != 0x20 }), line.first != UInt8(ascii: "#") else { continue }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            let name = line[..<colon]
            var value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
            while value.last == 0x20 || value.last == 0x09 { value.removeLast() }
            guard !name.isEmpty, name.allSatisfy(isTokenByte), value.allSatisfy({ (0x20...0x7E).contains($0) }) else {
                return nil
            }
            fields.append((String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
        return fields
    }

    /// RFC 9110 section 5.6.2, without what no collector's fields have.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_")
    }
}
