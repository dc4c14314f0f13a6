// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The grammar of `tracestate` (W3C Trace Context section 3.3.1).
enum TraceState {
    private static let maximumBytes = 512
    private static let maximumMembers = 32

    /// Whether a state can be passed on: at most 32 members `key=value` and 512 bytes, no key twice.
    static func isValid(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= maximumBytes else { return false }
        var keys: [ArraySlice<UInt8>] = []
        for member in Array(text.utf8).split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let member = trimmed(member)
            // Members may be empty; they say nothing.
            if member.isEmpty { continue }
            guard let cut = member.firstIndex(of: UInt8(ascii: "=")) else { return false }
            let (key, value) = (member[..<cut], member[(cut + 1)...])
            guard isKey(key), isValue(value), !keys.contains(where: { $0.elementsEqual(key) }) else { return false }
            keys.append(key)
        }
        return (1...maximumMembers).contains(keys.count)
    }

    private static func trimmed(_ member: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var member = member.drop { $0 == 0x20 || $0 == 0x09 }
        while member.last == 0x20 || member.last == 0x09 { member.removeLast() }
        return member
    }

    /// `name`, or `tenant@system`.
    private static func isKey(_ key: ArraySlice<UInt8>) -> Bool {
        let parts = key.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return isName(key, atMost: 256, startsWithDigit: false)
        case 2:
            return isName(parts[0], atMost: 241, startsWithDigit: true)
                && isName(parts[1], atMost: 14, startsWithDigit: false)
        default: return false
        }
    }

    private static func isName(_ name: ArraySlice<UInt8>, atMost count: Int, startsWithDigit: Bool) -> Bool {
        guard let first = name.first, name.count <= count else { return false }
        let isDigit = (0x30...0x39).contains(first)
        guard (0x61...0x7A).contains(first) || (startsWithDigit && isDigit) else { return false }
        return name.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || "_-*/".utf8.contains(byte)
        }
    }

    private static func isValue(_ value: ArraySlice<UInt8>) -> Bool {
        guard (1...256).contains(value.count), value.last != 0x20 else { return false }
        return value.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "=") }
    }
}
