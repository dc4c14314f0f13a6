// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a client secret must be that is imported (RFC 6749 section 2.3.1).
///
/// Only its SHA-256 is kept, without salt and in one round, so that it is found by it. That hides a secret which nobody can
/// guess and no other: what can't have 128 bits of chance in it is refused.
enum ClientSecret {
    /// The fewest bytes.
    static let minimumBytes = 32
    /// The most bytes.
    static let maximumBytes = 512
    /// The fewest different characters: of 32 random hexadecimal digits fewer come up once in millions.
    private static let minimumVariety = 8

    /// Why a text can't be a secret, in words that hold nothing of it; nil when it can.
    static func refusal(of text: String) -> String? {
        let bytes = Array(text.utf8)
        guard (minimumBytes...maximumBytes).contains(bytes.count) else {
            return "a secret has \(minimumBytes) to \(maximumBytes) characters"
        }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return "a secret has visible ASCII characters alone" }
        guard bytes.count * hundredthsOfBits(bytes) >= 128 * 100, Set(bytes).count >= minimumVariety,
            !isRepetition(bytes)
        else { return "a secret has at least 128 bits of chance; this one is too plain" }
        return nil
    }

    /// The most chance that one character has, by what characters there are.
    private static func hundredthsOfBits(_ bytes: [UInt8]) -> Int {
        func all(_ ranges: ClosedRange<UInt8>...) -> Bool {
            bytes.allSatisfy { byte in ranges.contains { $0.contains(byte) } }
        }
        let (digits, small, large) = (UInt8(0x30)...0x39, UInt8(0x61)...0x7A, UInt8(0x41)...0x5A)
        if all(digits) { return 332 }
        if all(digits, 0x61...0x66) || all(digits, 0x41...0x46) { return 400 }
        if all(small) || all(large) { return 470 }
        if all(digits, small) || all(digits, large) { return 517 }
        return 600
    }

    /// Whether it is one piece again and again.
    private static func isRepetition(_ bytes: [UInt8]) -> Bool {
        (1...bytes.count / 2).contains { period in
            bytes.indices.dropFirst(period).allSatisfy { bytes[$0] == bytes[$0 - period] }
        }
    }
}
