// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What kind of place an address is, by the IANA special-purpose address registries (RFC 6890).
public enum AddressClass: String, Sendable, CaseIterable {
    /// An ordinary host of the public network.
    case global
    /// No host at all: `0.0.0.0/8`, `::`.
    case unspecified
    /// This machine.
    case loopback
    /// A private network (RFC 1918).
    case privateUse = "private_use"
    /// A unique local network of IPv6 (RFC 4193), and the site-local one before it (RFC 3879).
    case uniqueLocal = "unique_local"
    /// The link; also where clouds keep their instance metadata.
    case linkLocal = "link_local"
    /// Behind a carrier's address translation (RFC 6598); also where some clouds keep metadata.
    case sharedAddress = "shared_address"
    /// Many hosts, or all of a link.
    case multicast
    /// Addresses for examples (RFC 5737, RFC 3849, RFC 9637).
    case documentation
    /// Test networks (RFC 2544, RFC 5180).
    case benchmarking
    /// Protocol assignments, reserved, discarded and not yet assigned space.
    case reserved
}

extension IPAddress {
    /// What kind of place the address is.
    ///
    /// An IPv6 address that carries an IPv4 address to which a translator or relay would send (NAT64 of RFC 6052,
    /// 6to4 of RFC 3056, Teredo of RFC 4380, ISATAP of RFC 5214, IPv4-compatible of RFC 4291) is what that IPv4
    /// address is, so that no embedding reaches what the plain form does not.
    public var addressClass: AddressClass {
        switch family {
        case .v4: Self.classify(UInt32(truncatingIfNeeded: low))
        case .v6: classifyV6()
        }
    }

    private static func classify(_ bits: UInt32) -> AddressClass {
        let (a, b, c) = (bits >> 24, bits >> 16 & 0xFF, bits >> 8 & 0xFF)
        switch (a, b, c) {
        case (0, _, _): return .unspecified
        case (10, _, _), (172, 16...31, _), (192, 168, _): return .privateUse
        case (100, 64...127, _): return .sharedAddress
        case (127, _, _): return .loopback
        case (169, 254, _): return .linkLocal
        case (192, 0, 2), (198, 51, 100), (203, 0, 113): return .documentation
        // Protocol assignments, AS112, AMT, the former 6to4 relays and the direct delegation of AS112.
        case (192, 0, 0), (192, 31, 196), (192, 52, 193), (192, 88, 99), (192, 175, 48): return .reserved
        case (198, 18...19, _): return .benchmarking
        case (224...239, _, _): return .multicast
        case (240..., _, _): return .reserved
        default: return .global
        }
    }

    private func classifyV6() -> AddressClass {
        if high == 0 {
            if low == 0 { return .unspecified }
            if low == 1 { return .loopback }
            // IPv4-compatible (deprecated): ::a.b.c.d
            if low >> 32 == 0 { return Self.embedded(low) }
            return .reserved
        }
        switch high >> 56 {
        case 0xFF: return .multicast
        case 0xFC, 0xFD: return .uniqueLocal
        default: break
        }
        switch high >> 54 {
        case 0xFE80 >> 6: return .linkLocal
        case 0xFEC0 >> 6: return .uniqueLocal
        default: break
        }
        // NAT64: the well-known prefix 64:ff9b::/96 and the local one 64:ff9b:1::/48 (RFC 8215).
        if high == 0x0064_FF9B_0000_0000, low >> 32 == 0 { return Self.embedded(low) }
        if high >> 16 == 0x0064_FF9B_0001 { return .privateUse }
        // Only 2000::/3 is assigned for global unicast (RFC 4291 section 2.4).
        guard high >> 61 == 1 else { return .reserved }
        switch high >> 48 {
        case 0x2002: return Self.embedded(high >> 16)  // 6to4
        case 0x3FFE: return .reserved  // the former 6bone
        default: break
        }
        // 3fff::/20
        if high >> 44 == 0x3FFF0 { return .documentation }
        if high >> 32 == 0x2001_0DB8 { return .documentation }
        // 2001::/23 holds protocol assignments: Teredo, benchmarking, ORCHID and others. Teredo hides the client's
        // IPv4 address by inverting its bits; both it and the server must be global before the rest is asked.
        if high >> 41 == 0x2001_0000 >> 9 {
            return high >> 16 == 0x2001_0002_0000 ? .benchmarking : .reserved
        }
        if low >> 32 & 0xFDFF_FFFF == 0x0000_5EFE { return Self.embedded(low) }  // ISATAP
        return .global
    }

    private static func embedded(_ bits: UInt64) -> AddressClass { classify(UInt32(truncatingIfNeeded: bits)) }
}
