// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// SplitMix64: random numbers that a printed seed brings back.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// True in `percent` of a hundred cases.
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}

/// The seeds of the property tests: some fixed ones, and a fresh one for each run.
enum Seeds {
    /// `count` fixed seeds and a fresh one; each is an argument of its test, so that a failure names it.
    static func some(_ count: UInt64) -> [UInt64] { Array(1...count) + [fresh] }

    private static let fresh: UInt64 = {
        let seed = UInt64.random(in: .min ... .max)
        print("TrustModelTests: fresh seed \(seed)")
        return seed
    }()
}
