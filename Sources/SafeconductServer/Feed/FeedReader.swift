// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import Synchronization
import TrustModel

/// One connection that follows the control log. It has no queue, only a place in the log: whoever reads slowly costs
/// nothing but its connection, and can't miss an entry.
final class FeedReader: Sendable {
    private struct Progress {
        /// The revision of the next entry.
        var next: UInt64
        var hasBegun = false
        /// The entries behind `next` that the reader was not sent are none of its business.
        var hasPassedOver = false
    }

    private let feed: Feed
    private let caller: Caller
    private let admitted: UInt64
    private let progress: Mutex<Progress>

    /// A reader that has seen everything before `next`. It counts as one until it is gone.
    init(_ feed: Feed, _ caller: Caller, next: UInt64) {
        self.feed = feed
        self.caller = caller
        admitted = feed.engine.view.state.rev ?? 0
        progress = Mutex(Progress(next: next))
    }

    deinit { feed.leave(caller) }

    /// The bytes to send next, once there are any; nil when the feed ends.
    ///
    /// A reader whose credential is cut is sent nothing more: the cut itself wakes it.
    func bytes() async -> [UInt8]? {
        let engine = feed.engine
        while !Task.isCancelled, engine.fault == nil {
            guard engine.stillAdmits(caller, since: admitted) else { return nil }
            let (next, begins) = progress.withLock { progress in
                defer { progress.hasBegun = true }
                return (progress.next, !progress.hasBegun)
            }
            let opening = engine.view.state.opening
            if begins { return next == 0 ? FeedEvent.heartbeat : FeedEvent.revision(next - 1, opening) }
            let size = engine.view.state.size
            if next < size {
                guard let events = try? await feed.window.events(from: next), let last = events.last else { return nil }
                let bytes = take(events, upTo: last.rev, opening)
                if !bytes.isEmpty { return bytes }
                continue
            }
            let grown = await engine.growth(beyond: next, atMost: feed.limits.heartbeat)
            if grown <= next { return heartbeat(opening) }
        }
        return nil
    }

    /// One batch of events as bytes; moves on behind the last one taken.
    private func take(_ events: [FeedEvent], upTo last: UInt64, _ opening: LogOpening?) -> [UInt8] {
        var bytes: [UInt8] = []
        var next = last
        var passedOver = false
        for event in events {
            let part = caller.audience == .operator ? event.whole : event.reduced
            if !bytes.isEmpty, bytes.count + part.count > feed.limits.batchBytes { break }
            bytes.append(contentsOf: part)
            passedOver = part.isEmpty
            next = event.rev
        }
        progress.withLock { progress in
            progress.next = next + 1
            progress.hasPassedOver = passedOver
        }
        // Tells where the log stands, so that a reader that comes back does not begin before what it was spared.
        if passedOver, next + 1 >= feed.engine.view.state.size {
            bytes.append(contentsOf: FeedEvent.revision(next, opening))
        }
        return bytes
    }

    private func heartbeat(_ opening: LogOpening?) -> [UInt8] {
        let next = progress.withLock(\.next)
        guard caller.audience != .operator, next > 0 else { return FeedEvent.heartbeat }
        // To enforcement points even silence says something: that up to here nothing was cut.
        return FeedEvent.revision(next - 1, opening)
    }
}
