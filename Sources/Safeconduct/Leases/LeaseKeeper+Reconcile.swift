// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import TrustModel
internal import TrustStore

extension LeaseKeeper {
    /// Compares a back end's own catalogue with the records, now and then, and first of all where leases are unknown.
    ///
    /// After a restore nothing is compared until an operator has confirmed the generation: whoever put a copy up beside
    /// the original must not take the original's credentials away.
    func reconcileIfDue(_ lane: BackEndLane) async {
        let now = surroundings.now()
        guard !surroundings.state().isUnconfirmed, lane.admits(now) else { return }
        if let last = lane.reconciledAt, now.milliseconds - last.milliseconds < times.reconciling {
            // Another node may have begun to follow another log in between.
            guard (try? await hasUnknown(lane.backEnd.id)) == true else { return }
        }
        guard let found = await catalogue(of: lane, at: now) else { return }
        do {
            try await settle(lane, found, at: now)
            try await adopt(lane, found, at: now)
            lane.reconciledAt = now
            let (store, memory) = (surroundings.store, times.memory)
            _ = try await blocking {
                try store.forget(revokedBefore: now.advanced(byMilliseconds: -memory), limit: 10_000)
            }
        } catch {
            // The next round does it again.
        }
    }

    private func hasUnknown(_ backEnd: ObjectID) async throws -> Bool {
        !(try await leases(LeaseQuery(key: LeaseKey(backEnd: backEnd), state: .unknown, limit: 1)).isEmpty)
    }

    /// Everything of ours that a back end has; nil when it could not be asked for all of it.
    private func catalogue(of lane: BackEndLane, at now: Timestamp) async -> [ObjectID: FoundCredential]? {
        var found: [ObjectID: FoundCredential] = [:]
        var after: String?
        let size = 10_000
        while true {
            let name = after
            let page = await lane.run(at: now) { backEnd throws(BackEndError) in
                try backEnd.reconcile(after: name, limit: size)
            }
            guard case .success(let credentials) = page else { return nil }
            for credential in credentials { found[credential.lease] = credential }
            guard credentials.count == size, let last = credentials.last else { return found }
            after = last.user
        }
    }

    /// Says of every unknown lease what the back end says of it.
    private func settle(_ lane: BackEndLane, _ found: [ObjectID: FoundCredential], at now: Timestamp) async throws {
        let key = LeaseKey(backEnd: lane.backEnd.id)
        while true {
            let page = try await leases(LeaseQuery(key: key, state: .unknown, limit: 4096))
            guard !page.isEmpty else { return }
            var changes: [RowChange] = []
            for var lease in page {
                guard let credential = found[lease.id] else {
                    // It was made after the catalogue was read, or it is gone: revoking it shows which.
                    lease.state = .revoking
                    lease.reason = lease.reason ?? "reconciled"
                    lease.endedAt = lease.endedAt ?? now
                    lease.due = now
                    changes.append(RowChange(lease: lease, isNew: false))
                    continue
                }
                lease.state = .active
                // A renewal that this history lost is still in the back end.
                let until = min(credential.validUntil ?? lease.expiresAt, lease.renewableUntil)
                lease.expiresAt = until
                lease.due = max(until, now)
                if lease.reason != nil || !credential.canLogIn {
                    lease.end(at: lease.endedAt ?? now, reason: lease.reason ?? "reconciled")
                } else if let refusal = refusal(of: lease), refusal == .cut {
                    lease.end(at: now, reason: "cut")
                } else if let holder = surroundings.state().summary(of: lease.identity), !holder.isLive(at: now) {
                    lease.end(at: now, reason: "retired")
                }
                changes.append(RowChange(lease: lease, isNew: false))
            }
            for outcome in await rows.submit(changes) {
                if case .failed(let error) = outcome { throw error }
            }
        }
    }

    /// Takes into the queue what a back end has and the records don't, or think gone. It is recorded like any other, and
    /// revoked.
    private func adopt(_ lane: BackEndLane, _ found: [ObjectID: FoundCredential], at now: Timestamp) async throws {
        let store = surroundings.store
        for credential in found.values.sorted(by: { $0.lease < $1.lease }) {
            // What was begun since the catalogue was asked for has a row.
            guard var lease = try await self.lease(credential.lease) else {
                let until = credential.validUntil ?? now
                // Nobody knows whose it is: its back end stands in for its holder.
                var lease = Lease(
                    id: credential.lease,
                    backEnd: lane.backEnd.id,
                    role: "unknown",
                    identity: lane.backEnd.id,
                    rev: 0,
                    issuedAt: min(now, credential.lease.time),
                    expiresAt: until,
                    renewableUntil: until,
                    user: credential.user,
                    due: now,
                    state: .active
                )
                if let error = await record(.recorded(adopted: true), lease) { throw error }
                lease.end(at: now, reason: "unrecorded")
                if case .failed(let error) = await write(lease, isNew: true) { throw error }
                continue
            }
            guard lease.state == .revoked else { continue }
            lease.state = .revoking
            lease.reason = "reappeared"
            lease.endedAt = now
            lease.due = now
            let again = lease
            _ = try await blocking { try store.replace([again]) }
        }
    }
}
