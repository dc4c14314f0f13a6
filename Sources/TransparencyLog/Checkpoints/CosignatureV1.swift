// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The blob and the message of an Ed25519 cosignature (c2sp.org/tlog-cosignature, "Ed25519 signed message").
struct CosignatureV1 {
    /// Seconds since 1970.
    let timestamp: UInt64
    let signature: [UInt8]

    /// The specification bounds the time at 2^63 - 1.
    static let maximumTimestamp = UInt64(Int64.max)

    /// A time of eight bytes, the highest first, and a signature of 64.
    init?(blob: [UInt8]) {
        guard blob.count == 72 else { return nil }
        timestamp = blob[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        signature = Array(blob[8...])
        guard timestamp <= Self.maximumTimestamp else { return nil }
    }

    static func blob(timestamp: UInt64, signature: [UInt8]) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: timestamp >> (56 - 8 * $0)) } + signature
    }

    static func message(at timestamp: UInt64, text: [UInt8]) -> [UInt8] {
        Array("cosignature/v1\ntime \(timestamp)\n".utf8) + text
    }
}
