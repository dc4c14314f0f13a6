// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// An IPv4 or IPv6 address with a prefix length: one address, or a range of them.
///
/// The bits after the prefix are kept, so `10.0.0.1/8` and `10.0.0.2/8` are different values that cover the same range.
public struct IPAddressValue: Sendable, Hashable {
    /// Whether it is an IPv6 address.
    public let isIPv6: Bool
    /// How many leading bits belong to the network.
    public let prefixLength: UInt8
    // IPv4 addresses lie in the upper 32 bits of `high`, so that masks are the same for both families.
    let high: UInt64
    let low: UInt64

    /// The IPv4 address with these 32 bits.
    public init(ipv4 bits: UInt32, prefixLength: UInt8 = 32) {
        isIPv6 = false
        self.prefixLength = min(prefixLength, 32)
        high = UInt64(bits) << 32
        low = 0
    }

    /// The IPv6 address with these 128 bits, the first 64 in `high`.
    public init(ipv6 high: UInt64, _ low: UInt64, prefixLength: UInt8 = 128) {
        isIPv6 = true
        self.prefixLength = min(prefixLength, 128)
        self.high = high
        self.low = low
    }

    /// Whether the whole range lies in 127.0.0.0/8 or is ::1.
    public var isLoopback: Bool {
        isIPv6 ? high == 0 && low == 1 && prefixLength == 128 : high >> 56 == 127 && prefixLength >= 8
    }

    /// Whether the whole range lies in 224.0.0.0/4 or ff00::/8.
    public var isMulticast: Bool {
        isIPv6 ? high >> 56 == 0xFF && prefixLength >= 8 : high >> 60 == 0xE && prefixLength >= 4
    }

    /// Whether every address of this range lies in `range`; families never mix.
    public func isInRange(_ range: IPAddressValue) -> Bool {
        guard isIPv6 == range.isIPv6, prefixLength >= range.prefixLength else { return false }
        let highBits = UInt64(min(range.prefixLength, 64))
        let lowBits = UInt64(range.prefixLength) - highBits
        // A shift by the full width gives zero in Swift: no bits to compare.
        return (high ^ range.high) >> (64 - highBits) == 0 && (low ^ range.low) >> (64 - lowBits) == 0
    }
}
