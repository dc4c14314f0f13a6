// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TrustStore

@Suite("Leaves without bodies")
struct AbsentBodiesTests {
    private static func of(_ indexes: some Sequence<UInt64>) -> AbsentBodies {
        var absent = AbsentBodies()
        for index in indexes { absent.add(index) }
        return absent
    }

    @Test("Nothing absent is nothing to say")
    func nothing() {
        #expect(AbsentBodies().fault(of: 7) == nil)
        #expect(AbsentBodies().count == 0)
    }

    @Test(
        "Neighbours are one stretch, and each stretch is named",
        arguments: [
            ([3], "1 of 90 leaves have lost their bodies: 3"),
            ([0, 1, 2], "3 of 90 leaves have lost their bodies: 0-2"),
            ([0, 2, 3, 89], "4 of 90 leaves have lost their bodies: 0, 2-3, 89"),
        ] as [([UInt64], String)]
    )
    func sentence(indexes: [UInt64], words: String) { #expect(Self.of(indexes).fault(of: 90) == words) }

    @Test("Of many stretches the first are named, and all are counted")
    func many() {
        let absent = Self.of(stride(from: 0, to: 2000, by: 2))
        #expect(absent.count == 1000)
        #expect(absent.stretches.count == 16)
        let fault = absent.fault(of: 2000)
        #expect(fault?.hasPrefix("1000 of 2000 leaves have lost their bodies: 0, 2, 4") == true)
        #expect(fault?.hasSuffix(", 30, and more") == true)
        // One long stretch is one, however long it is.
        #expect(Self.of(0..<1000).stretches == [0..<1000])
    }
}
