// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
public import TrustModel

/// A policy's notice that something happened which somebody wants to know of.
public struct Alert: Sendable {
    /// The decision that it is about.
    public let decision: ObjectID
    /// When it was decided.
    public let at: Timestamp
    /// Who is told, sorted.
    public let channels: [String]
    /// What the enforcement point was told.
    public let outcome: Decision.Outcome
    /// The policies that determined that.
    public let policies: [String]
    /// Who called; nil when nobody was identified.
    public let identity: ObjectID?
    /// What was called.
    public let api: ObjectID
    /// The operation's name.
    public let operation: String?
}

/// The newest alerts of this node, in memory: the decisions themselves hold them all.
public final class RecentAlerts: Sendable {
    /// How many are kept.
    public static let limit = 1000

    private struct Ring {
        var alerts: [Alert] = []
        var next = 0
    }

    private let ring = Mutex(Ring())

    func add(_ alert: Alert) {
        ring.withLock { ring in
            if ring.alerts.count < Self.limit {
                ring.alerts.append(alert)
            } else {
                ring.alerts[ring.next] = alert
            }
            ring.next = (ring.next + 1) % Self.limit
        }
    }

    /// The alerts, the newest first.
    ///
    /// - Parameter channel: Only those of this channel; nil for all.
    public func newest(on channel: String? = nil) -> [Alert] {
        let ring = ring.withLock { $0 }
        let start = ring.alerts.count < Self.limit ? 0 : ring.next
        let ordered = (ring.alerts[start...] + ring.alerts[..<start]).reversed()
        guard let channel else { return Array(ordered) }
        return ordered.filter { $0.channels.contains(channel) }
    }
}
