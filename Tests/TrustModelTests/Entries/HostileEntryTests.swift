// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

/// Bytes that look almost like entries: whatever they are, reading and folding them never stops the process.
struct HostileEntryTests {
    private static let fragments: [[UInt8]] = [
        "\"", "{", "}", "[", "]", ",", ":", "null", "true", "-", "0", "9223372036854775807", "-9223372036854775808",
        "9223372036854775808", "1e999", "\\u0000", "\\ud800", "\\", "9999-12-31T23:59:59.999-23:59",
        "1970-01-01T00:00:00+23:59", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "cut_", "nhi_", "+", "/", "%",
    ].map { Array($0.utf8) }

    private func mutated(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let position = Int.random(in: bytes.indices, using: &random)
            let end = min(bytes.count, position + Int.random(in: 1...12, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[position] = UInt8.random(in: .min ... .max, using: &random)
            case 1: bytes.removeSubrange(position..<end)
            case 2: bytes.insert(contentsOf: bytes[position..<end], at: position)
            case 3: bytes.replaceSubrange(position..<end, with: Self.fragments.randomElement(using: &random) ?? [])
            case 4: bytes.insert(contentsOf: Self.fragments.randomElement(using: &random) ?? [], at: position)
            default:
                // A digit for a digit keeps most entries well-formed: the values get strange instead.
                let digits = bytes.indices.filter { (0x30...0x39).contains(bytes[$0]) }
                if let digit = digits.randomElement(using: &random) {
                    bytes[digit] = UInt8.random(in: 0x30...0x39, using: &random)
                }
            }
        }
        return bytes
    }

    @Test(arguments: Seeds.some(4))
    func neverTraps(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let samples = try Sample.entries().map { $0.stored() }
        let state = try Sample.state()
        var readable = 0
        for round in 0..<1200 {
            let bytes = mutated(samples[round % samples.count], &random)
            guard let entry = try? Entry(stored: bytes) else { continue }
            readable += 1
            // Reading settles the form: what is written then is read as the same again, and never differently.
            let stored = entry.stored()
            #expect(try Entry(stored: stored).stored() == stored)
            _ = state.refusal(of: entry.body, at: entry.time)
            _ = state.isUnchanged(by: entry.body)
            var changed = state
            try? changed.apply(entry)
            #expect(try TrustState.restored(from: changed.snapshot()).digest == changed.digest)
        }
        #expect(readable > 50, "the mutations should leave some entries readable")
    }

    @Test(arguments: Seeds.some(3))
    func snapshotsNeverTrap(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let state = try Sample.state()
        let lines = state.snapshot()
        for _ in 0..<150 {
            var changed = lines
            let index = Int.random(in: changed.indices, using: &random)
            changed[index] = mutated(changed[index], &random)
            if let restored = try? TrustState.restored(from: changed) { #expect(restored.digest == state.digest) }
        }
    }
}
