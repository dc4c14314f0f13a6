// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import Synchronization
import TrustModel

/// The control log as it grows, for all who follow it (server-sent events, HTML section 9.2).
final class Feed: Sendable {
    let engine: Engine
    let limits: FeedLimits
    let window: FeedWindow
    private let readers = Mutex<[String: Int]>([:])
    private let present: Gauge

    init(_ engine: Engine, _ limits: FeedLimits, _ metrics: MetricRegistry) {
        self.engine = engine
        self.limits = limits
        window = FeedWindow(engine, limits)
        present = metrics.gauge("safeconduct_feed_readers", "Connections that follow the control log.")
    }

    /// A reader from what a request says on.
    ///
    /// - Parameter call: `Last-Event-ID`, or `since_rev`, is the revision read last; without either the feed begins with
    ///   what comes next.
    func reader(_ call: HTTPCall) async throws(Problem) -> FeedReader {
        let next: UInt64
        if let seen = try Self.seen(call) {
            guard seen >= 0 else { return try enter(call.caller, next: 0) }
            let seen = UInt64(seen)
            // It may come from another node, a moment ahead of this one.
            let size = await engine.growth(beyond: seen, atMost: ServerCore.revisionWait)
            guard size > seen else { throw await ahead(seen) }
            next = seen + 1
        } else {
            next = engine.view.state.size
        }
        return try enter(call.caller, next: next)
    }

    /// Why nothing follows a revision that this node does not have: it lags behind, or no log of this origin has it.
    private func ahead(_ seen: UInt64) async -> Problem {
        let state = engine.view.state
        let stands = "this node stands at revision \(state.rev ?? 0)"
        guard (try? await engine.reading { $0.isFresh() }) == true else {
            return Problem(.revisionUnreached, stands, headers: [("Retry-After", "1")])
        }
        // A reader that waited would miss what a restored log holds in place of the entries it was told of.
        return Problem(
            .revisionUnknown,
            "there is no revision \(seen); \(stands)",
            members: [
                ("rev", .integer(Int64(clamping: state.rev ?? 0))), ("generation", .integer(state.generation)),
                ("origin", .string(state.opening?.origin ?? "")),
            ]
        )
    }

    private static func seen(_ call: HTTPCall) throws(Problem) -> Int64? {
        let headers = call.headers["Last-Event-ID"]
        let query = try call.queryValue("since_rev")
        // Both count, lest a mistake in the one that is passed over goes unnoticed.
        let revs = try (headers + (query.map { [$0] } ?? [])).map { text throws(Problem) in
            guard headers.count <= 1, let rev = Int64(text), rev >= -1, text.utf8.first != UInt8(ascii: "+") else {
                throw Problem(.invalidRequest, "Last-Event-ID and since_rev are the revision that was read last")
            }
            return rev
        }
        return revs.first
    }

    private func enter(_ caller: Caller, next: UInt64) throws(Problem) -> FeedReader {
        guard enter(caller) else {
            throw Problem(.overloaded, "too many readers follow the log", headers: [("Retry-After", "5")])
        }
        return FeedReader(self, caller, next: next)
    }

    private func enter(_ caller: Caller) -> Bool {
        readers.withLock { readers in
            guard present.value < Int64(limits.readers), readers[caller.id, default: 0] < limits.readersEach else {
                return false
            }
            readers[caller.id, default: 0] += 1
            present.add(1)
            return true
        }
    }

    /// A reader is gone.
    func leave(_ caller: Caller) {
        readers.withLock { readers in
            let count = readers[caller.id, default: 1] - 1
            readers[caller.id] = count > 0 ? count : nil
            present.add(-1)
        }
    }
}
