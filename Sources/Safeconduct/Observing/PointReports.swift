// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
public import TrustModel

/// What an enforcement point says it runs with: policies that it keeps itself or was last answered under, and the revision
/// it has heard of.
public struct PointReport: Sendable, Equatable {
    /// The digest of its policy set, 64 hexadecimal digits; nil when it does not say.
    public internal(set) var policyDigest: String?
    /// The newest revision it knows; nil when it does not say.
    public let rev: UInt64?

    /// A report; nil when it says nothing, or nothing that can be understood.
    public init?(policyDigest: String?, rev: UInt64?) {
        let digest = policyDigest.flatMap(Fingerprint.init(hex:))?.description
        guard digest != nil || rev != nil else { return nil }
        self.policyDigest = digest
        self.rev = rev
    }

    /// What a point was answered under last, as it says itself; nil when it does not, or not so that it can be understood.
    public init?(answeredUnder header: String?) {
        guard let version = header.flatMap(PolicyVersion.init), Fingerprint(hex: version.digest) != nil else {
            return nil
        }
        self.init(policyDigest: version.digest, rev: version.rev)
    }
}

/// When each enforcement point was heard of last on this node, and what it said it runs with. In memory: after a start
/// a point is unknown until it asks again.
public final class PointReports: Sendable {
    /// What is known of one point.
    public struct Seen: Sendable {
        /// When it asked last.
        public internal(set) var at: Timestamp
        /// What it said last of itself; nil when it never did.
        public internal(set) var report: PointReport?
        /// When it said that.
        public internal(set) var reportedAt: Timestamp?
        /// When it said for the first time that it runs with the policies of its last report.
        var digestSince: Timestamp?
    }

    private let table = Mutex<[ObjectID: Seen]>([:])

    /// Notes that a point asked.
    ///
    /// - Parameter point: An authenticated point: the table grows with the registry, not with strangers.
    func note(_ point: ObjectID, _ report: PointReport?, at now: Timestamp) {
        table.withLock { table in
            var seen = table[point] ?? Seen(at: now)
            seen.at = max(seen.at, now)
            if var report {
                // Who tells a revision alone says nothing of policies, and so does not say that they changed.
                report.policyDigest = report.policyDigest ?? seen.report?.policyDigest
                if seen.report?.policyDigest != report.policyDigest { seen.digestSince = now }
                seen.report = report
                seen.reportedAt = now
            }
            table[point] = seen
        }
    }

    /// What is known of a point; nil when it has not asked since this node's start.
    public func seen(_ point: ObjectID) -> Seen? { table.withLock { $0[point] } }

    var all: [ObjectID: Seen] { table.withLock { $0 } }
}

extension Engine {
    /// Notes that an enforcement point asked, and what it says it runs with.
    public func heard(of point: ObjectID, _ report: PointReport?) {
        let now = now()
        // Nobody has heard of a revision that has not come: it says nothing of the point.
        let report = report.flatMap { stated in
            guard let rev = stated.rev, rev > view.state.rev ?? 0 else { return stated }
            return PointReport(policyDigest: stated.policyDigest, rev: nil)
        }
        // Without a report a second is fine enough for "last seen".
        if report == nil, let seen = points.seen(point), now.milliseconds - seen.at.milliseconds < 1000 { return }
        points.note(point, report, at: now)
    }

    /// Since when the policies that a point says it runs with, or was answered under, have not been the active ones; nil
    /// when they are, or when it says nothing of policies.
    public func drift(of seen: PointReports.Seen) -> Timestamp? {
        guard let digest = seen.report?.policyDigest else { return nil }
        let view = self.view
        // Most points run with what decides: one comparison.
        if view.policies?.digest == digest { return nil }
        let state = view.state
        let known = state.policySets.sorted.filter {
            $0.object.realm == .calls && $0.object.digest.description == digest
        }
        // Policies that never were active here: wrong for as long as it has been saying so.
        return known.compactMap { state.replacement(of: $0) }.max() ?? seen.digestSince
    }

    /// How many live enforcement points run with other policies than the active ones.
    public var driftingPoints: Int64 {
        let state = view.state
        return points.all.reduce(0) { count, point in
            guard state.enforcementPoints[point.key]?.retired == false, drift(of: point.value) != nil else {
                return count
            }
            return count + 1
        }
    }

    /// How long the live enforcement point that lags most has been running with other policies than the active ones, in
    /// milliseconds; zero when none is known to.
    public var longestDrift: Int64 { longest { drift(of: $0) } }

    /// How long ago the live enforcement point said last what it runs with that has been silent longest, in
    /// milliseconds; of those that ever did.
    public var oldestReport: Int64 { longest { $0.reportedAt } }

    private func longest(_ since: (PointReports.Seen) -> Timestamp?) -> Int64 {
        let now = now()
        let state = view.state
        return points.all.compactMap { id, seen in
            state.enforcementPoints[id]?.retired == false
                ? since(seen).map { max(0, now.milliseconds - $0.milliseconds) } : nil
        }.max() ?? 0
    }
}
