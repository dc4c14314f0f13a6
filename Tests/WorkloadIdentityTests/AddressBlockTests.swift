// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import WorkloadIdentity

struct AddressBlockTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.0.0.0/8"), ("0.0.0.0/0", "0.0.0.0/0"), ("::/0", "::/0"), ("1.2.3.4", "1.2.3.4/32"),
        ("::1", "::1/128"),
        ("1.2.3.4/32", "1.2.3.4/32"), ("fd00::/8", "fd00::/8"), ("2001:db8::/64", "2001:db8::/64"),
        ("2001:db8::8000/113", "2001:db8::8000/113"),
        ("128.0.0.0/1", "128.0.0.0/1"),
    ])
    func accepted(_ text: String, _ expected: String) throws {
        #expect(try AddressBlock(text).description == expected)
    }

    @Test(arguments: [
        "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.1/8",
        "10.0.0.0/8/8", "::1/64",
        "::/129", "10/8", "10.0.0.0/255.0.0.0", "10.0.0.0/8 ", "fd00::/999", "localhost/8",
    ])
    func refused(_ text: String) { #expect(throws: WorkloadIdentityError.self) { try AddressBlock(text) } }

    @Test("A block of n bits contains what agrees in the first n bits, and nothing else")
    func membership() throws {
        var generator = SeededGenerator("blocks")
        for _ in 0..<2000 {
            let isV4 = Bool.random(using: &generator)
            let width = isV4 ? 32 : 128
            // A global unicast prefix, so that no mapped address comes about.
            var bytes = (0..<(width / 8)).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            bytes[0] = 0x26
            let length = Int.random(in: 1...width, using: &generator)
            var first = bytes
            for bit in length..<width { first[bit / 8] &= ~(0x80 >> UInt8(bit % 8)) }
            let block = try AddressBlock("\(try #require(IPAddress(bytes: first)))/\(length)")
            #expect(block.contains(try #require(IPAddress(bytes: bytes))), "seed \(generator.seed)")
            let bit = Int.random(in: 0..<length, using: &generator)
            bytes[bit / 8] ^= 0x80 >> UInt8(bit % 8)
            #expect(!block.contains(try #require(IPAddress(bytes: bytes))), "seed \(generator.seed)")
            #expect(!block.contains(isV4 ? IPAddress(v6High: 0x26 << 56, low: 0) : IPAddress(v4: 0x2600_0000)))
        }
    }
}

/// A generator whose seed is printed, so that a failing run can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    let seed: UInt64

    init(seed: UInt64 = .random(in: .min ... .max), _ name: String) {
        self.seed = seed
        state = seed
        print("\(name): seed \(seed)")
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
