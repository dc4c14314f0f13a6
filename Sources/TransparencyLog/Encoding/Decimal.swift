// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// ASCII decimal numbers without sign or leading zeros, as checkpoints, proofs and tile paths write them.
enum Decimal {
    /// The number that `text` spells, or `nil` when it is empty, has other characters or leading zeros, or exceeds
    /// 64 bits.
    static func parse(_ text: ArraySlice<UInt8>) -> UInt64? {
        guard let first = text.first, text.count <= 20, first != 0x30 || text.count == 1 else { return nil }
        var value: UInt64 = 0
        for character in text {
            guard character >= 0x30 && character <= 0x39 else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(character - 0x30))
            guard !overflow && !carry else { return nil }
            value = sum
        }
        return value
    }
}
