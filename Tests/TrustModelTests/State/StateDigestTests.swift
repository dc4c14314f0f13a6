// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Testing

@testable import TrustModel

/// The arithmetic of the digest, against a slow addition of bytes.
struct StateDigestTests {
    /// The sum modulo 2^256 of little-endian numbers of 32 bytes.
    private func sum(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        var carry = 0
        return zip(left, right).map { pair in
            let total = Int(pair.0) + Int(pair.1) + carry
            carry = total >> 8
            return UInt8(total & 255)
        }
    }

    /// The text of a sum: four words, the lowest first, each with its highest byte first.
    private func text(_ bytes: [UInt8]) -> String {
        stride(from: 0, to: 32, by: 8).map { start in
            bytes[start..<(start + 8)].reversed().map { byte in
                let digits = String(byte, radix: 16)
                return digits.utf8.count == 1 ? "0\(digits)" : digits
            }.joined()
        }.joined()
    }

    @Test(arguments: Seeds.some(3))
    func additionAndRemoval(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var digest = StateDigest()
        var expected = [UInt8](repeating: 0, count: 32)
        var present: [[UInt8]] = []
        for _ in 0..<200 {
            if random.chance(60) || present.isEmpty {
                let bytes = (0..<8).map { _ in UInt8.random(in: .min ... .max, using: &random) }
                digest.add(bytes)
                expected = sum(expected, Array(SHA256.hash(data: bytes)))
                present.append(bytes)
            } else {
                let bytes = present.remove(at: Int.random(in: present.indices, using: &random))
                digest.remove(bytes)
                // The slow way: from nothing again.
                expected = present.reduce([UInt8](repeating: 0, count: 32)) { sum($0, Array(SHA256.hash(data: $1))) }
            }
            #expect(digest.description == text(expected))
        }
        for bytes in present.shuffled(using: &random) { digest.remove(bytes) }
        #expect(digest == StateDigest())
        #expect(digest.description == String(repeating: "0", count: 64))
    }

    @Test func removalFirst() {
        var digest = StateDigest()
        digest.remove([1])
        #expect(digest != StateDigest())
        digest.add([1])
        #expect(digest == StateDigest())
    }

    @Test func textIsExact() throws {
        var digest = StateDigest()
        digest.add([1, 2, 3])
        let stored = Entry(time: Sample.now, by: Sample.owner, body: .stateDigest(digest)).stored()
        guard case .stateDigest(let read) = try Entry(stored: stored).body else {
            Issue.record("another body")
            return
        }
        #expect(read == digest)
        let text = String(decoding: stored, as: UTF8.self)
        for wrong in [
            digest.description.uppercased(), "+" + digest.description.dropFirst(),
            String(digest.description.dropLast()),
            digest.description + "0", "",
        ] where wrong != digest.description {
            let changed = text.replacing(digest.description, with: wrong)
            #expect(throws: FoldError.self) { try Entry(stored: Array(changed.utf8)) }
        }
    }
}
