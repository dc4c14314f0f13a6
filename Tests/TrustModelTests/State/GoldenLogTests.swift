// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

/// A log of an older release is folded to the state that it was written from, whatever came since.
struct GoldenLogTests {
    @Test func theFirstReleasesLogIsWhatItWas() throws {
        var state = TrustState()
        for text in GoldenLog.entries {
            let bytes = Array(text.utf8)
            let entry = try Entry(stored: bytes)
            // Written again by this release, it would be the same bytes: nothing about the form has changed.
            #expect(entry.stored() == bytes)
            try state.apply(entry)
        }
        // What came since is in the digest, and a log that states the old one is followed all the same.
        #expect(state.digest.description == "f115de8046089496b78093a0b381c4578fa6a1df8c42c685a592ae708c8ba9c0")
        #expect(state.size == 18 && state.activePolicies != nil)
        let operators = state.operators.sorted
        #expect(operators.count == 2 && operators.allSatisfy { $0.object.roles.isEmpty })
        #expect(state.activeCommandPolicies == nil)
        let restored = try TrustState.restored(from: state.snapshot())
        #expect(restored.digest == state.digest)
        for var state in [state, restored] {
            try state.apply(try GoldenLog.statement(of: GoldenLog.digest))
            #expect(throws: FoldError.self) {
                try state.apply(try GoldenLog.statement(of: String(repeating: "0", count: 64)))
            }
        }
    }

    @Test func anotherByteIsAnotherState() throws {
        var state = TrustState()
        for text in GoldenLog.entries {
            try state.apply(Entry(stored: Array(text.replacing("reports-bot", with: "reports-cat").utf8)))
        }
        #expect(state.digest.description != GoldenLog.digest)
    }
}
