// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a call names on the wire, read so that no two readers can disagree about it.
///
/// A path that an upstream might read differently is refused instead of repaired: empty and dot segments, encoded
/// slashes, backslashes, control bytes, invalid percent-encoding and invalid UTF-8.
public enum CallTarget {
    /// The most bytes of a path with its query.
    public static let longestPath = 8192

    /// The decoded segments of a path such as `/orders/17`, its query removed; nil when it is ambiguous.
    ///
    /// A final slash is a last, empty segment: `/orders/` is another path than `/orders`.
    public static func segments(ofPath raw: String) -> [String]? {
        let bytes = Array(raw.utf8)
        guard bytes.first == UInt8(ascii: "/"), bytes.count <= longestPath else { return nil }
        let path = bytes.prefix { $0 != UInt8(ascii: "?") }
        guard !path.contains(UInt8(ascii: "#")) else { return nil }
        var segments: [String] = []
        let parts = path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count <= 64 else { return nil }
        for (index, part) in parts.enumerated() {
            guard let segment = decoded(part) else { return nil }
            if segment.isEmpty, index < parts.count - 1 { return nil }
            if segment == "." || segment == ".." { return nil }
            segments.append(segment)
        }
        return segments
    }

    /// The authority in lower case, the final dot of the host and the default ports 80 and 443 removed; nil when it is
    /// none (RFC 3986 section 3.2, without user information; an IPv6 address stands in brackets).
    public static func normalizedHost(_ text: String) -> String? {
        var bytes = Array(text.utf8)
        guard (1...261).contains(bytes.count) else { return nil }
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes[index] += 32
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): break
            case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "["),
                UInt8(ascii: "]"):
                break
            default: return nil
            }
        }
        let end: Int
        if bytes[0] == UInt8(ascii: "[") {
            guard let bracket = bytes.firstIndex(of: UInt8(ascii: "]")), bracket > 1 else { return nil }
            end = bracket + 1
        } else {
            end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.count
        }
        let port = bytes[end...]
        guard port.isEmpty || port.first == UInt8(ascii: ":"), port.count <= 6,
            port.dropFirst().allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
        else { return nil }
        var host = bytes[..<end]
        if host.last == UInt8(ascii: ".") { host.removeLast() }
        let brackets = host.first == UInt8(ascii: "[") ? host.dropFirst().dropLast() : host
        guard !host.isEmpty, host.last != UInt8(ascii: "."),
            !brackets.contains(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") })
        else { return nil }
        let number = String(decoding: port.dropFirst(), as: UTF8.self)
        let isDefault = number.isEmpty || number == "80" || number == "443"
        return String(decoding: isDefault ? host : host + port, as: UTF8.self)
    }

    /// Whether `text` is an upper-case HTTP method of at most 20 letters.
    public static func isMethod(_ text: String) -> Bool {
        (1...20).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") || $0 == UInt8(ascii: "-") }
    }

    private static func decoded(_ part: ArraySlice<UInt8>) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(part.count)
        var index = part.startIndex
        while index < part.endIndex {
            var byte = part[index]
            if byte == UInt8(ascii: "%") {
                guard index + 2 < part.endIndex, let high = hexValue(part[index + 1]),
                    let low = hexValue(part[index + 2])
                else { return nil }
                byte = high << 4 | low
                guard !Array("/%?#".utf8).contains(byte) else { return nil }
                index += 2
            }
            guard byte > 0x20, byte != 0x7F, byte != UInt8(ascii: "\\"), byte != UInt8(ascii: ";") else { return nil }
            bytes.append(byte)
            index += 1
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
