// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Synchronization

/// Follows the control log on a thread of its own, so that neither busy event loops nor a full pool keep a node from
/// hearing of a cut.
public final class FollowingThread: Sendable {
    private let isStopped = Atomic(false)

    /// Starts to follow: every `milliseconds`, `follow` is called, and what took longer is followed by the next at once.
    init(every milliseconds: UInt32, _ follow: @escaping @Sendable () -> Void) {
        let thread = Thread { [weak self] in
            while let self, !self.isStopped.load(ordering: .relaxed) {
                follow()
                usleep(milliseconds * 1000)
            }
        }
        thread.name = "safeconduct.follow"
        // Above the rest: it costs next to nothing, and everybody's answers wait for what it hears.
        thread.qualityOfService = .userInteractive
        thread.start()
    }

    /// Ends the following, within one interval.
    public func stop() { isStopped.store(true, ordering: .relaxed) }
}
