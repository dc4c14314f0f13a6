// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization
public import TrustModel
public import TrustStore

extension LeaseKeeper {
    /// Ends one lease; its credential is taken away at once, or as soon as its back end answers.
    ///
    /// - Returns: Whether there is such a lease.
    @discardableResult
    public func revoke(_ id: ObjectID, reason: String = "asked") async -> Bool {
        let (store, now) = (surroundings.store, surroundings.now())
        let known = try? await blocking {
            // Whoever is faster may have renewed it: then it is read again.
            for _ in 0..<16 {
                guard var lease = try store.lease(id) else { return false }
                let before = lease.state
                lease.end(at: now, reason: reason)
                if lease.state == before { return true }
                if try store.replace([lease]) == [true] { return true }
            }
            return true
        }
        wake()
        return known ?? false
    }

    /// Ends every lease that a scope covers: those of a task, an identity, a credential and what came from it, and so on.
    ///
    /// - Returns: How many were ended.
    @discardableResult
    public func revoke(_ scope: Scope, issuedBefore rev: UInt64? = nil, reason: String = "asked") async throws -> Int {
        try await revoke(scope.kind == .all ? nil : LeaseKey(scope), issuedBefore: rev, reason: reason)
    }

    /// Ends every lease that a key finds, or all.
    @discardableResult
    public func revoke(_ key: LeaseKey?, issuedBefore rev: UInt64? = nil, reason: String = "asked") async throws -> Int
    {
        let (store, now) = (surroundings.store, surroundings.now())
        let count = try await blocking { try Self.end(key, rev, now, reason, store) }
        if count > 0 { wake() }
        return count
    }

    private static func end(
        _ key: LeaseKey?,
        _ rev: UInt64?,
        _ now: Timestamp,
        _ reason: String,
        _ store: any LeaseStore
    ) throws(StoreError) -> Int {
        var (count, after): (Int, ObjectID?) = (0, nil)
        repeat {
            // Other writers have their turn between two parts.
            let part = try store.end(key, issuedBefore: rev, at: now, reason: reason, after: after, limit: 5000)
            count += part.ended
            after = part.next
        } while after != nil
        return count
    }

    /// Ends what was cut or retired since the control log was last looked at. A hold ends nothing; that nothing is issued
    /// or renewed while it lasts is seen to there.
    func follow() async throws {
        let surroundings = self.surroundings
        let state = surroundings.state()
        let now = surroundings.now()
        try await blocking {
            guard let known = try surroundings.store.followed(), known.origin == surroundings.origin else {
                // What is to be followed from the beginning is followed with the next round.
                return try Self.begin(surroundings)
            }
            var next = known.size
            while next < state.size {
                let end = min(state.size, next + 1024)
                for (offset, entry) in try surroundings.entries(next..<end).enumerated() {
                    try Self.follow(entry.body, at: next + UInt64(offset), state, now, surroundings.store)
                }
                next = end
                try surroundings.store.follow(LeaseFollowing(origin: surroundings.origin, size: next))
            }
        }
        hasBegun.withLock { $0 = true }
    }

    private static func follow(
        _ body: EntryBody,
        at rev: UInt64,
        _ state: TrustState,
        _ now: Timestamp,
        _ store: any LeaseStore
    ) throws {
        let (scope, reason): (Scope, String)
        switch body {
        case .cut(let cut): (scope, reason) = (cut.scope, "cut")
        case .liftHold(let lift):
            guard let hold = state.holds[lift.hold] else { return }
            (scope, reason) = (hold.object.scope, "cut")
        case .retire(let id):
            if id.kind == .backEnd {
                _ = try end(LeaseKey(backEnd: id), rev, now, "retired", store)
                return
            }
            (scope, reason) = (Scope(identity: id), "retired")
        default: return
        }
        _ = try end(scope.kind == .all ? nil : LeaseKey(scope), rev, now, reason, store)
    }

    /// Begins to follow a log. Leases from before it are looked for at their back ends before anything is done to them:
    /// what a restored history says of them may be old. Where the rows are lost, they are made anew from the evidence.
    private static func begin(_ surroundings: LeaseSurroundings) throws {
        let store = surroundings.store
        var size: UInt64 = 0
        if try store.followed() == nil {
            var rebuild = LeaseRebuild()
            try surroundings.leaves { try rebuild.add($0) }
            let leases = rebuild.result
            for start in stride(from: 0, to: leases.count, by: 4096) {
                _ = try store.insert(Array(leases[start..<min(start + 4096, leases.count)]))
            }
        }
        // Where there are leases, from the first entry on: what was cut long ago ends those that nobody ended then.
        if try store.leases(LeaseQuery(limit: 1)).isEmpty { size = surroundings.state().size }
        try store.begin(LeaseFollowing(origin: surroundings.origin, size: size))
    }
}
