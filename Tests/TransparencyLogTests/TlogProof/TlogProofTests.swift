// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TransparencyLog

struct TlogProofTests {
    private static let hash = "iqhiUYaymEbZ0t8P2KZpBTQ8TF4NG6Jq1yTjwmI5U/g="
    private static let note = "log\n1\n\(hash)\n\n\u{2014} log AAAAAAA=\n"
    private static let header = "c2sp.org/tlog-proof@v1\n"

    @Test(arguments: [
        "\(header)index 0\n\n\(note)", "\(header)extra \nindex 0\n\n\(note)",
        "\(header)extra AAAA\nindex 18446744073709551615\n\(hash)\n\(hash)\n\n\(note)", Sample.receipt,
    ])
    func filesComeBack(_ file: String) throws {
        let proof = try TlogProof(parsing: utf8(file))
        #expect(proof.bytes == utf8(file))
        let again = try TlogProof(
            index: proof.index,
            hashes: proof.hashes,
            checkpoint: proof.checkpoint,
            extra: proof.extra
        )
        #expect(again == proof)
    }

    @Test(arguments: [
        "", "\n\n", header, "\(header)\n\(note)", "\(header)index 0\n\(note)", "\(header)index 0\n\n",
        "\(header)index 00\n\n\(note)", "\(header)index -1\n\n\(note)", "\(header)index  1\n\n\(note)",
        "\(header)index 18446744073709551616\n\n\(note)", "\(header)index\n\n\(note)", "\(header)Index 0\n\n\(note)",
        "\(header)extra AAA\nindex 0\n\n\(note)", "\(header)extra\nindex 0\n\n\(note)",
        "\(header)extra AAAA\nextra AAAA\nindex 0\n\n\(note)", "\(header)index 0\nextra AAAA\n\n\(note)",
        "\(header)extra AAAB=\nindex 0\n\n\(note)", "\(header)index 0\nAAAA\n\n\(note)",
        "\(header)index 0\n\(hash) \n\n\(note)", "\(header)index 0\n\(hash.dropLast())\n\n\(note)",
        "c2sp.org/tlog-proof@v2\nindex 0\n\n\(note)", "C2sp.org/tlog-proof@v1\nindex 0\n\n\(note)",
        " \(header)index 0\n\n\(note)", "\(header)index 0\r\n\n\(note)", "\(header)index 0\n\n\n\(note)x",
        "\(header)index 0\n\n\(note)trailing", "\(header)index 0\nindex 1\n\n\(note)",
    ])
    func malformed(_ file: String) {
        #expect(throws: TransparencyLogError.self) { try TlogProof(parsing: utf8(file)) }
    }

    @Test func bounds() throws {
        let line = Self.hash + "\n"
        let longest = "\(Self.header)index 0\n\(String(repeating: line, count: 63))\n\(Self.note)"
        #expect(try TlogProof(parsing: utf8(longest)).hashes.count == 63)
        let longer = "\(Self.header)index 0\n\(String(repeating: line, count: 64))\n\(Self.note)"
        #expect(throws: TransparencyLogError.self) { try TlogProof(parsing: utf8(longer)) }
        let huge = [UInt8](repeating: 0x0A, count: TlogProof.maximumBytes + 1)
        #expect { try TlogProof(parsing: huge) } throws: { ($0 as? TransparencyLogError)?.code == .tooLarge }
        let note = try SignedNote(parsing: utf8(Self.note))
        #expect(throws: TransparencyLogError.self) {
            try TlogProof(index: 0, hashes: Array(repeating: Hash32(), count: 64), checkpoint: note)
        }
        #expect(throws: TransparencyLogError.self) {
            try TlogProof(index: 0, hashes: [], checkpoint: note, extra: [UInt8](repeating: 0, count: 65_537))
        }
    }

    @Test func noisyFiles() {
        let seed = UInt64.random(in: 0 ... .max)
        print("TlogProofTests seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            var bytes = utf8(Sample.receipt)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                if Bool.random(using: &random) {
                    bytes[index] = UInt8.random(in: 0...255, using: &random)
                } else {
                    bytes.remove(at: index)
                }
            }
            guard let proof = try? TlogProof(parsing: bytes) else { continue }
            #expect(proof.bytes == bytes, "seed \(seed)")
        }
    }
}
