// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Mixing of 64-bit digests.
///
/// What goes in comes from the standard library's hasher, which is seeded anew in each process: nobody outside can
/// choose names that fall together. And whatever is found by a digest is compared as a whole before it counts.
enum Digest {
    /// A digest of two.
    @inline(__always)
    static func mix(_ first: Int, _ second: Int) -> Int {
        let odd = UInt64(bitPattern: Int64(first)) ^ 0x9E37_79B9_7F4A_7C15
        let other = UInt64(bitPattern: Int64(second)) ^ 0xD6E8_FEB8_6659_FD93
        let product = (odd &* 0xA076_1D64_78BD_642F ^ (other << 32 | other >> 32)).multipliedFullWidth(by: other | 1)
        return Int(truncatingIfNeeded: product.high ^ product.low)
    }

    /// A digest of something that can be hashed.
    static func of(_ value: some Hashable) -> Int {
        var hasher = Hasher()
        hasher.combine(value)
        return hasher.finalize()
    }
}
