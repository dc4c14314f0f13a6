// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The URI that a proof is for, without query and fragment, in normal form (RFC 9449 section 4.3, number 9).
///
/// Normalised as RFC 3986 sections 6.2.2 and 6.2.3 say: scheme and host in lower case, no default or empty port, an
/// empty path is `/`, escapes of unreserved characters undone and the others in upper case, dot segments removed. Both
/// sides are normalised alike, so that a proxy or a client which spells the same place otherwise isn't refused; what
/// different parsers read differently (user information, back slashes, bytes outside ASCII) isn't normalised but refused.
public struct DPoPTarget: Sendable, Hashable, CustomStringConvertible {
    /// The longest URI, in bytes.
    public static let maximumBytes = 4096

    /// The normal form, ASCII.
    public let description: String

    /// The normal form of an absolute `http` or `https` URI, nil when `text` is none.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.maximumBytes,
            bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
        else { return nil }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon <= 5,
            bytes[colon...].starts(with: "://".utf8)
        else { return nil }
        let scheme = bytes[..<colon].map(Self.lowercased)
        let isSecure = scheme.elementsEqual("https".utf8)
        guard isSecure || scheme.elementsEqual("http".utf8) else { return nil }
        let rest = bytes[(colon + 3)...]
        let end = rest.firstIndex { Self.endsAuthority.contains($0) } ?? rest.endIndex
        guard let authority = Self.authority(rest[..<end], defaultPort: isSecure ? 443 : 80) else { return nil }
        let stop = rest[end...].firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? rest.endIndex
        guard let path = Self.path(rest[end..<stop]) else { return nil }
        description = String(decoding: scheme + Array("://".utf8) + authority + path, as: UTF8.self)
    }

    /// The same bytes of the normal form.
    public static func == (left: DPoPTarget, right: DPoPTarget) -> Bool {
        left.description.utf8.elementsEqual(right.description.utf8)
    }

    /// Hashes the normal form, which is ASCII.
    public func hash(into hasher: inout Hasher) { hasher.combine(description) }

    private static let endsAuthority = Array("/?#".utf8)
    private static let subDelimiters = Set("!$&'()*+,;=".utf8)

    private static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    /// `unreserved` of RFC 3986 section 2.3.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }

    private static func authority(_ text: ArraySlice<UInt8>, defaultPort: Int) -> [UInt8]? {
        let hostEnd: Int
        if text.first == UInt8(ascii: "[") {
            guard let bracket = text.firstIndex(of: UInt8(ascii: "]")),
                text[(text.startIndex + 1)..<bracket].contains(UInt8(ascii: ":")),
                IPAddress(String(decoding: text[(text.startIndex + 1)..<bracket].map(lowercased), as: UTF8.self)) != nil
            else { return nil }
            hostEnd = bracket + 1
        } else {
            hostEnd = text.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
            // An escape in a host is legal and means the same to nobody.
            guard hostEnd > text.startIndex,
                text[..<hostEnd].allSatisfy({ isUnreserved($0) || subDelimiters.contains($0) })
            else { return nil }
        }
        let host = text[..<hostEnd].map(lowercased)
        let suffix = text[hostEnd...]
        if suffix.isEmpty { return host }
        let digits = suffix.dropFirst()
        guard suffix.first == UInt8(ascii: ":"), digits.count <= 5, digits.first != 0x30,
            digits.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        let port = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard port <= 65535 else { return nil }
        return digits.isEmpty || port == defaultPort ? host : host + suffix
    }

    private static func path(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var plain: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            index += 1
            guard byte == UInt8(ascii: "%") else {
                guard
                    isUnreserved(byte) || subDelimiters.contains(byte) || byte == UInt8(ascii: "/")
                        || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "@")
                else { return nil }
                plain.append(byte)
                continue
            }
            guard index + 1 < text.endIndex, let high = hexValue(text[index]), let low = hexValue(text[index + 1])
            else {
                return nil
            }
            index += 2
            if isUnreserved(high << 4 | low) {
                plain.append(high << 4 | low)
            } else {
                plain += [byte, hexDigits[Int(high)], hexDigits[Int(low)]]
            }
        }
        return removingDotSegments(plain)
    }

    /// RFC 3986 section 5.2.4, for a path that is empty or begins with a slash.
    private static func removingDotSegments(_ path: [UInt8]) -> [UInt8] {
        var kept: [ArraySlice<UInt8>] = []
        let segments = path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for (place, segment) in segments.enumerated() {
            let isLast = place == segments.count - 1
            if segment.elementsEqual("..".utf8) {
                _ = kept.popLast()
                if isLast { kept.append([]) }
            } else if segment.elementsEqual(".".utf8) {
                if isLast { kept.append([]) }
            } else {
                kept.append(segment)
            }
        }
        if kept.isEmpty { return [UInt8(ascii: "/")] }
        return kept.reduce(into: []) { bytes, segment in
            bytes.append(UInt8(ascii: "/"))
            bytes += segment
        }
    }

    private static let hexDigits = Array("0123456789ABCDEF".utf8)
}

/// The value of a hexadecimal digit of either case, nil for any other byte.
func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
}
