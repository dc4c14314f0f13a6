// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import DequeModule
import Foundation
import NIOCore
import Synchronization

/// The spans that wait to be exported. A collector that is slow or gone costs spans, never requests: beyond the limit
/// new ones are dropped and counted.
public final class SpanRecorder: Sendable {
    private static let limit = 8192

    private let waiting = Mutex<Deque<Span>>([])
    private let drops = Counter()

    /// A recorder without spans.
    public init() {}

    /// How many spans found no room.
    public var dropped: UInt64 { drops.value }

    var count: Int { waiting.withLock { $0.count } }

    func record(_ spans: [Span]) {
        let taken = waiting.withLock { waiting in
            let room = max(0, Self.limit - waiting.count)
            waiting.append(contentsOf: spans.prefix(room))
            return min(room, spans.count)
        }
        if taken < spans.count { drops.add(UInt64(spans.count - taken)) }
    }

    func take(atMost count: Int) -> [Span] {
        waiting.withLock { waiting in
            let taken = Array(waiting.prefix(count))
            waiting.removeFirst(taken.count)
            return taken
        }
    }

    /// What has to be added to a monotonic time of this process to get Unix time, in nanoseconds. It is asked for anew
    /// for each span, so that a corrected clock counts from then on.
    static func unixOffset() -> UInt64 {
        UInt64(Date().timeIntervalSince1970 * 1e9) &- NIODeadline.now().uptimeNanoseconds
    }
}
