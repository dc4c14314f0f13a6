// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import SafeconductClient
import Testing

@Suite struct TraceParentTests {
    private static let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test func whatIsRightIsKept() {
        #expect(TraceParent([Self.good])?.parent == Self.good)
        #expect(TraceParent([Self.good], states: ["a=1", "b=2"])?.state == "a=1,b=2")
        #expect(TraceParent([Self.good], states: [String(repeating: "a", count: 600)])?.state == nil)
        #expect(TraceParent([Self.good], states: ["a=\r\nx: y"])?.state == nil)
    }

    @Test(arguments: [
        [], [good, good], [""], ["00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01"], [good + "-x"],
        ["ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"], [String(good.dropLast())],
        ["00-00000000000000000000000000000000-b7ad6b7169203331-01"],
        ["00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"],
        ["00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01"],
        ["00-0af7651916cd43dd8448eb211c8031 c-b7ad6b7169203331-01"],
    ])
    func whatIsNotExactlyRightIsNone(_ parents: [String]) { #expect(TraceParent(parents) == nil) }
}
