// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Ids for traces and spans: begun by the system's generator, continued without a system call. No secret hangs on them.
enum TraceIDs {
    private static let state = Atomic<UInt64>(UInt64.random(in: 0 ... .max))

    /// A new id, never zero. SplitMix64 over a shared counter: distinct for 2^64 steps.
    static func next() -> UInt64 {
        var mixed = state.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return max(1, mixed ^ (mixed >> 31))
    }
}
