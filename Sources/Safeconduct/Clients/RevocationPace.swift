// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import TrustModel

/// How many tokens a caller may end in a minute. Every end is an entry of the control log that stays, while a token is gone
/// within the hour: whoever made tokens only to end them would fill what everybody keeps in memory.
final class RevocationPace: Sendable {
    /// The most of one caller in a minute.
    static let limit = 120
    private static let callers = 10_000

    private struct Window {
        var minute: Int64 = 0
        var counts: [ObjectID: Int] = [:]
    }

    private let window = Mutex(Window())

    /// Whether `caller` may end one more at `now`, and counts it.
    func admits(_ caller: ObjectID, at now: Timestamp) -> Bool {
        window.withLock { window in
            let minute = now.milliseconds / 60_000
            if window.minute != minute { window = Window(minute: minute) }
            let count = window.counts[caller] ?? 0
            guard count < Self.limit, count > 0 || window.counts.count < Self.callers else { return false }
            window.counts[caller] = count + 1
            return true
        }
    }
}
