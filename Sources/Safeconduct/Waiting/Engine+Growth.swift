// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel

extension Engine {
    /// Waits until this node has folded more than `size` entries of the control log, but no longer than `time`.
    ///
    /// - Returns: How many it has folded.
    public func growth(beyond size: UInt64, atMost time: Duration) async -> UInt64 {
        let deadline = ContinuousClock.now.advanced(by: time)
        while true {
            let present = view.state.size
            let left = ContinuousClock.now.duration(to: deadline)
            guard present <= size, left > .zero, !Task.isCancelled else { return present }
            await follower.bell.wait(for: size + 1, atMost: left)
        }
    }
}
