// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

struct ObjectIDTests {
    /// An independent encoder: the 128 bits as text, two zero bits before them, five for each digit.
    private func reference(_ id: ObjectID) -> String {
        func bits(_ word: UInt64) -> String {
            let digits = String(word, radix: 2)
            return String(repeating: "0", count: 64 - digits.count) + digits
        }
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        var rest = ("00" + bits(id.high) + bits(id.low))[...]
        var text = id.kind.rawValue + "_"
        while !rest.isEmpty {
            text.append(alphabet[Int(rest.prefix(5), radix: 2) ?? 0])
            rest = rest.dropFirst(5)
        }
        return text
    }

    @Test(arguments: Seeds.some(3))
    func textRoundTrip(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for round in 0..<200 {
            let kind = ObjectKind.allCases[round % ObjectKind.allCases.count]
            let id = ObjectID(
                kind: kind,
                high: .random(in: .min ... .max, using: &random),
                low: .random(in: .min ... .max, using: &random)
            )
            #expect(id.description == reference(id))
            #expect(ObjectID(id.description) == id)
        }
    }

    @Test(
        arguments: [(0, 0), (UInt64.max, UInt64.max), (0, 1), (0, 1 << 63), (1, 0), (1 << 63, 0)] as [(UInt64, UInt64)]
    )
    func extremes(high: UInt64, low: UInt64) {
        let id = ObjectID(kind: .decision, high: high, low: low)
        #expect(id.description == reference(id))
        #expect(ObjectID(id.description) == id)
        #expect(id.description.utf8.count == 30)
        // Neither the bits nor the time they stand for may stop anybody who prints them.
        #expect(!id.time.description.isEmpty)
    }

    @Test func everyDigitMatters() throws {
        let alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        var seen: Set<ObjectID> = []
        for position in 0..<26 {
            for digit in alphabet {
                var text = Array("nhi_" + String(repeating: "0", count: 26))
                text[4 + position] = digit
                guard position > 0 || "01234567".contains(digit) else {
                    #expect(ObjectID(String(text)) == nil)
                    continue
                }
                let id = try #require(ObjectID(String(text)))
                #expect(id.description == String(text))
                seen.insert(id)
            }
        }
        #expect(seen.count == 25 * 31 + 7 + 1)
    }

    @Test(arguments: [
        "", "nhi_", "nhi", "nhi_0123456789ABCDEFGHJKMNPQR", "nhi_0123456789ABCDEFGHJKMNPQRST",
        "nhi-01234567890123456789012345", "xxx_01234567890123456789012345", "NHI_01234567890123456789012345",
        "nhi_0123456789012345678901234l", "nhi_0123456789012345678901234a", "nhi_0123456789012345678901234I",
        "nhi_0123456789012345678901234L", "nhi_0123456789012345678901234O", "nhi_0123456789012345678901234U",
        "nhi_80000000000000000000000000", " nhi_0123456789012345678901234", "nhi_0123456789012345678901234 ",
        "nhi_012345678901234567890123\u{E9}", "nhi_01234567890123456789012\u{212A}", "operator_1234567890123456789012",
    ])
    func strict(text: String) { #expect(ObjectID(text) == nil) }

    @Test func sortsByTimeWithinItsKind() {
        var random = SeededGenerator(seed: 7)
        var last: ObjectID?
        for millisecond in 0..<300 as Range<Int64> {
            let time = Sample.now.advanced(byMilliseconds: millisecond)
            let id = ObjectID(kind: .cut, at: time, using: &random)
            #expect(id.time == time)
            if let last {
                #expect(last < id)
                #expect(last.description.utf8.lexicographicallyPrecedes(id.description.utf8))
            }
            last = id
        }
        #expect(Sample.id(.api, 2) < Sample.id(.identity, 1))
    }

    @Test func decisionsAddressTheirLeaf() {
        let id = ObjectID.decision(at: Sample.now, node: 0xABCD, index: .max)
        #expect(id.kind == .decision && id.time == Sample.now && id.decisionNode == 0xABCD && id.low == .max)
        #expect(ObjectID(id.description) == id)
    }

    @Test func kindsAreDistinct() {
        #expect(Set(ObjectKind.allCases.map(\.rawValue)).count == ObjectKind.allCases.count)
        #expect(Set(ObjectKind.allCases.map(\.noun)).count == ObjectKind.allCases.count)
        #expect(ObjectKind.allCases.allSatisfy { $0.rawValue.utf8.count == 3 })
    }
}
