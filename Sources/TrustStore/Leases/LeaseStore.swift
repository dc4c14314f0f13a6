// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel

/// The leases of brokered credentials: a work queue on the disk, shared by all nodes.
///
/// Whoever works on a lease has read a version of it and writes the next one; a write over another version is not done.
/// So a node that stood still finds that others have taken its work over, whatever clocks say.
public protocol LeaseStore: Sendable {
    /// Adds leases; durable on return. A lease that is there already stays as it is.
    ///
    /// - Returns: For each whether it was added.
    func insert(_ leases: [Lease]) throws(StoreError) -> [Bool]

    /// The lease of this id; nil when there is none, or none any more.
    func lease(_ id: ObjectID) throws(StoreError) -> Lease?

    /// The leases that a query asks for, in the order of their ids.
    func leases(_ query: LeaseQuery) throws(StoreError) -> [Lease]

    /// Writes leases over the versions that were read; durable on return. What is written has the next version.
    ///
    /// - Returns: For each whether it was written; false when somebody else changed it meanwhile.
    func replace(_ leases: [Lease]) throws(StoreError) -> [Bool]

    /// Whether there is something to do for a back end at `now`.
    func isDue(of backEnd: ObjectID, at now: Timestamp) throws(StoreError) -> Bool

    /// Takes over what there is to do for a back end, the most urgent first. Leases that are not over are ended on the
    /// way, because their time is.
    ///
    /// - Parameters:
    ///   - backEnd: Which.
    ///   - now: What is due by then.
    ///   - until: When others may take over.
    ///   - limit: How many at most.
    /// - Returns: The leases, as they are now: revoking.
    func claim(
        of backEnd: ObjectID,
        at now: Timestamp,
        until: Timestamp,
        limit: Int
    ) throws(StoreError) -> [Lease]

    /// Looks at leases that a key finds, or at all, in the order of ids, and ends those issued before a revision.
    ///
    /// - Parameters:
    ///   - key: What finds them; nil for all.
    ///   - rev: Only those issued at a smaller revision; nil for all.
    ///   - now: The time at which they end.
    ///   - reason: Why, in a code.
    ///   - after: Only those after this one.
    ///   - limit: How many are looked at.
    /// - Returns: How many it ended, and after which one to go on; nil when it has seen all.
    func end(
        _ key: LeaseKey?,
        issuedBefore rev: UInt64?,
        at now: Timestamp,
        reason: String,
        after: ObjectID?,
        limit: Int
    ) throws(StoreError) -> (ended: Int, next: ObjectID?)

    /// How many leases a back end has in each state. It counts them all.
    func counts(of backEnd: ObjectID) throws(StoreError) -> [LeaseState: Int]

    /// Forgets leases that were revoked before a moment.
    ///
    /// - Returns: How many, at most `limit`.
    func forget(revokedBefore: Timestamp, limit: Int) throws(StoreError) -> Int

    /// How far the control log was followed by those who ended leases, and which log it was; nil at first.
    func followed() throws(StoreError) -> LeaseFollowing?

    /// Remembers how far it was followed, unless it was followed further.
    func follow(_ following: LeaseFollowing) throws(StoreError)

    /// Makes every lease that is not revoked unknown, and begins to follow another log.
    func begin(_ following: LeaseFollowing) throws(StoreError)
}

/// How far a control log was followed.
public struct LeaseFollowing: Sendable, Equatable {
    /// The origin of the log.
    public let origin: String
    /// How many of its entries were looked at.
    public let size: UInt64

    /// So many entries of the log of that origin.
    public init(origin: String, size: UInt64) {
        self.origin = origin
        self.size = size
    }
}
