// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension IPAddressValue {
    /// The address written as IPv4 (`1.2.3.4`) or IPv6 (`::1`) with an optional `/prefix`; nil for anything else.
    ///
    /// Leading zeros in IPv4 parts and prefixes, zones, and IPv4 inside IPv6 are refused, as Cedar does.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        let slash = bytes.firstIndex(of: UInt8(ascii: "/"))
        let address = bytes[..<(slash ?? bytes.endIndex)]
        let isIPv6 = address.contains(UInt8(ascii: ":"))
        var prefix: UInt8 = isIPv6 ? 128 : 32
        if let slash {
            let largest = Int(prefix)
            guard let length = Self.number(bytes[(slash + 1)...], upTo: largest) else { return nil }
            prefix = UInt8(truncatingIfNeeded: length)
        }
        if isIPv6 {
            guard let (high, low) = Self.groups(address) else { return nil }
            self.init(ipv6: high, low, prefixLength: prefix)
        } else {
            let parts = address.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            guard parts.count == 4 else { return nil }
            var bits: UInt32 = 0
            for part in parts {
                guard let octet = Self.number(part, upTo: 255) else { return nil }
                bits = bits << 8 | UInt32(truncatingIfNeeded: octet)
            }
            self.init(ipv4: bits, prefixLength: prefix)
        }
    }

    // One to three digits without leading zeros.
    private static func number(_ digits: ArraySlice<UInt8>, upTo largest: Int) -> Int? {
        guard (1...3).contains(digits.count), digits.count == 1 || digits.first != UInt8(ascii: "0") else { return nil }
        var total = 0
        for byte in digits {
            guard let digit = byte.decimalDigit else { return nil }
            total = total * 10 + digit
        }
        return total <= largest ? total : nil
    }

    // RFC 4291 section 2.2, forms 1 and 2: eight groups, or fewer with one `::` that stands for at least one group.
    private static func groups(_ address: ArraySlice<UInt8>) -> (UInt64, UInt64)? {
        var before: [UInt16] = []
        var after: [UInt16] = []
        var compressed = false
        var position = address.startIndex
        while position < address.endIndex {
            if address[position] == UInt8(ascii: ":") {
                let next = position + 1
                if next < address.endIndex, address[next] == UInt8(ascii: ":") {
                    guard !compressed else { return nil }
                    compressed = true
                    position = next + 1
                    guard position == address.endIndex || address[position] != UInt8(ascii: ":") else { return nil }
                    continue
                }
                // A single colon stands between two groups.
                guard position > address.startIndex, next < address.endIndex else { return nil }
                position = next
            }
            var group: UInt16 = 0
            var digits = 0
            while position < address.endIndex, let digit = address[position].hexadecimalDigit {
                digits += 1
                guard digits <= 4 else { return nil }
                group = group << 4 | UInt16(digit)
                position += 1
            }
            guard digits > 0 else { return nil }
            if compressed { after.append(group) } else { before.append(group) }
            guard before.count + after.count <= 8 else { return nil }
            guard position == address.endIndex || address[position] == UInt8(ascii: ":") else { return nil }
        }
        let written = before.count + after.count
        guard compressed ? written < 8 : written == 8 else { return nil }
        let all = before + Array(repeating: 0, count: 8 - written) + after
        return (
            all[..<4].reduce(0) { $0 << 16 | UInt64($1) },
            all[4...].reduce(0) { $0 << 16 | UInt64($1) }
        )
    }
}

extension IPAddressValue: CustomStringConvertible {
    /// The address in canonical form (RFC 5952), the prefix only when it is a range.
    public var description: String {
        let octets = [56, 48, 40, 32].map { (shift: UInt64) in String(high >> shift & 0xFF) }
        let address = isIPv6 ? ipv6Text : octets.joined(separator: ".")
        return prefixLength == (isIPv6 ? 128 : 32) ? address : "\(address)/\(prefixLength)"
    }

    private var ipv6Text: String {
        var groups: [UInt64] = []
        for half in [high, low] {
            for shift: UInt64 in [48, 32, 16, 0] { groups.append(half >> shift & 0xFFFF) }
        }
        // The longest run of zeros, at least two, the first of equals (RFC 5952 section 4.2).
        var best = 0..<0
        var start = 0
        for index in 0...8 where index == 8 || groups[index] != 0 {
            if index - start > max(1, best.count) { best = start..<index }
            start = index + 1
        }
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        return best.isEmpty ? text(0..<8) : "\(text(0..<best.lowerBound))::\(text(best.upperBound..<8))"
    }
}
