// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Paths that everybody reads alike.
///
/// The router matches `//orders` like `/orders`, and others would take `/a/../orders` for it. What is decided has to be
/// what is called, so a path with two readings is not asked about at all.
enum PlainPath {
    /// Whether `path` has one reading only: no empty or dot segments but a last empty one, no backslash, no encoded
    /// slash, backslash, dot or control byte, and nothing but valid percent-encoding of visible ASCII.
    static func holds(_ path: String) -> Bool {
        let bytes = Array(path.utf8)
        guard bytes.first == UInt8(ascii: "/") else { return false }
        for segment in bytes.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .dropLast()
        where segment.isEmpty { return false }
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            guard (0x21...0x7E).contains(byte), byte != UInt8(ascii: "\\"), byte != UInt8(ascii: "#") else {
                return false
            }
            if byte == UInt8(ascii: "%") {
                guard index + 2 < bytes.count, let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2]),
                    isHarmless(high << 4 | low)
                else { return false }
                index += 2
            }
            index += 1
        }
        return !bytes.split(separator: UInt8(ascii: "/")).contains {
            $0.elementsEqual([0x2E]) || $0.elementsEqual([0x2E, 0x2E])
        }
    }

    private static func isHarmless(_ byte: UInt8) -> Bool {
        byte > 0x1F && byte != 0x7F && byte != UInt8(ascii: "/") && byte != UInt8(ascii: "\\")
            && byte != UInt8(ascii: ".") && byte != UInt8(ascii: "%")
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
