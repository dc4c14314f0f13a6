// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension IPAddress: CustomStringConvertible {
    /// The address that `text` spells; nil when it is none.
    ///
    /// IPv4 is four decimal numbers without leading zeros: the octal, hexadecimal and short forms that old parsers
    /// take are how one address passes for another. IPv6 is RFC 4291 section 2.2, without zone or brackets.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= 45 else { return nil }
        if bytes.contains(UInt8(ascii: ":")) {
            self.init(v6: bytes)
        } else {
            guard let bits = Self.dottedQuad(bytes[...]) else { return nil }
            self.init(v4: bits)
        }
    }

    private static func dottedQuad(_ text: ArraySlice<UInt8>) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }),
                part.count == 1 || part.first != 0x30
            else { return nil }
            let value = part.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - 0x30) }
            guard value <= 255 else { return nil }
            bits = bits << 8 | value
        }
        return bits
    }

    private init?(v6 text: [UInt8]) {
        // "::" may stand once; it splits the groups into those before and those after.
        var gap: Int?
        for index in text.indices.dropLast() where text[index] == 0x3A && text[index + 1] == 0x3A {
            if let gap {
                // ":::" would be found twice, one apart; neither it nor a second gap is an address.
                guard gap == index else { return nil }
            }
            gap = index
        }
        let head = gap.map { text[..<$0] } ?? text[...]
        let tail = gap.map { text[($0 + 2)...] } ?? []
        guard let first = Self.groups(head, isLast: gap == nil), let last = Self.groups(tail, isLast: true) else {
            return nil
        }
        let missing = 8 - first.count - last.count
        guard gap == nil ? missing == 0 : missing >= 1 else { return nil }
        let groups = first + [UInt16](repeating: 0, count: missing) + last
        self.init(
            v6High: groups[..<4].reduce(0) { $0 << 16 | UInt64($1) },
            low: groups[4...].reduce(0) { $0 << 16 | UInt64($1) }
        )
    }

    /// The 16-bit groups of a part without `::`; the last two may be written as an IPv4 address.
    private static func groups(_ text: ArraySlice<UInt8>, isLast: Bool) -> [UInt16]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if isLast, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let bits = dottedQuad(part) else { return nil }
                groups.append(UInt16(truncatingIfNeeded: bits >> 16))
                groups.append(UInt16(truncatingIfNeeded: bits))
                continue
            }
            guard (1...4).contains(part.count) else { return nil }
            var group: UInt16 = 0
            for character in part {
                guard let digit = hexDigit(character) else { return nil }
                group = group << 4 | UInt16(digit)
            }
            groups.append(group)
        }
        return groups
    }

    private static func hexDigit(_ character: UInt8) -> UInt8? {
        switch character {
        case 0x30...0x39: character - 0x30
        case 0x41...0x46: character - 0x41 + 10
        case 0x61...0x66: character - 0x61 + 10
        default: nil
        }
    }

    /// The canonical spelling: RFC 5952 section 4 for IPv6.
    public var description: String {
        let bytes = bytes
        guard family == .v6 else { return bytes.map { String($0) }.joined(separator: ".") }
        let groups = (0..<8).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
        // The longest run of at least two zero groups is shortened; of equal ones the first.
        var run = 0..<0
        var start = 0
        for index in 0...8 where index == 8 || groups[index] != 0 {
            if index - start > max(1, run.count) { run = start..<index }
            start = index + 1
        }
        let spell = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
        if run.isEmpty { return spell(groups[...]) }
        return "\(spell(groups[..<run.lowerBound]))::\(spell(groups[run.upperBound...]))"
    }
}
