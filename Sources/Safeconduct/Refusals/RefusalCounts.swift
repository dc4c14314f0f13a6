// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import TrustModel

/// Who was refused, as far as that is known of somebody who has proved nothing.
enum RefusalSource: Sendable, Hashable {
    /// Callers that an authenticated enforcement point asked about.
    case point(ObjectID)
    /// Whoever called a route of this server without a credential that counts.
    case route(String)
    /// What found no room of its own.
    case others

    /// The order of a record's lines: the same counts are always the same bytes.
    var sortKey: String {
        switch self {
        case .point(let id): "0\(id)"
        case .route(let name): "1\(name)"
        case .others: "2"
        }
    }
}

/// Counts refusals of callers that proved nothing, so that strangers cannot fill the disk: a minute of them is one leaf,
/// however many they were (invariant 2).
///
/// Everything in it is bounded: what would be one line too many is counted as `others`.
final class RefusalCounts: Sendable {
    /// One line of a record.
    struct Line: Sendable, Hashable {
        let source: RefusalSource
        let reason: String
    }

    private struct Tally {
        var counts: [Line: UInt64] = [:]
        var from: Timestamp?
        /// What was refused with a leaf of its own this minute.
        var recorded: Set<Fingerprint> = []
        var minute: Int64 = 0
        var totals: [String: UInt64] = [:]
        var isFlushing = false
    }

    /// The most lines of one record.
    static let lineLimit = 1024
    /// The most refusals a minute that may have leaves of their own for being the first of their kind.
    static let recordedLimit = 20_000
    private static let totalLimit = 256
    private static let others = Line(source: .others, reason: "other")

    private let tally = Mutex(Tally())

    /// Counts one refusal.
    func count(_ source: RefusalSource, _ reason: String, at now: Timestamp) {
        tally.withLock { tally in
            if tally.from == nil { tally.from = now }
            var line = Line(source: source, reason: reason)
            // One line is kept free for the rest.
            if tally.counts[line] == nil, tally.counts.count >= Self.lineLimit - 1 { line = Self.others }
            tally.counts[line, default: 0] += 1
            let known = tally.totals[reason] != nil || tally.totals.count < Self.totalLimit
            tally.totals[known ? reason : Self.others.reason, default: 0] += 1
        }
    }

    /// Whether `key` is refused for the first time in the minute of `now`: then it gets a leaf of its own.
    func isFirst(_ key: Fingerprint, at now: Timestamp) -> Bool {
        tally.withLock { tally in
            let minute = now.milliseconds / 60_000
            if tally.minute != minute {
                tally.minute = minute
                tally.recorded = []
            }
            guard tally.recorded.count < Self.recordedLimit else { return false }
            return tally.recorded.insert(key).inserted
        }
    }

    /// Takes back ``isFirst(_:at:)``: the leaf could not be written.
    func forget(_ key: Fingerprint) {
        tally.withLock { _ = $0.recorded.remove(key) }
    }

    /// Whether the caller may write what is counted: one at a time, for each record names the one before.
    func beginFlush() -> Bool {
        tally.withLock { tally in
            defer { tally.isFlushing = true }
            return !tally.isFlushing
        }
    }

    /// Lets the next one write.
    func endFlush() { tally.withLock { $0.isFlushing = false } }

    /// What was counted since the last time, and since when; nil when nothing was. It is counted no more.
    func take() -> (from: Timestamp, counts: [Line: UInt64])? {
        tally.withLock { tally in
            guard let from = tally.from else { return nil }
            defer { (tally.from, tally.counts) = (nil, [:]) }
            return (from, tally.counts)
        }
    }

    /// Counts again what could not be written.
    func giveBack(_ taken: (from: Timestamp, counts: [Line: UInt64])) {
        tally.withLock { tally in
            tally.from = min(taken.from, tally.from ?? taken.from)
            for (line, count) in taken.counts {
                let fits = tally.counts[line] != nil || tally.counts.count < Self.lineLimit - 1
                tally.counts[fits ? line : Self.others, default: 0] += count
            }
        }
    }

    /// What is counted and not written yet.
    var pending: (from: Timestamp, counts: [Line: UInt64])? {
        tally.withLock { tally in tally.from.map { ($0, tally.counts) } }
    }

    /// How many were counted since the start, by reason.
    var totals: [(reason: String, count: UInt64)] {
        tally.withLock { $0.totals }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
