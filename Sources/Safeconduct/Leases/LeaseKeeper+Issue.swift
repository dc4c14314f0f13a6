// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization
internal import TrustModel
internal import TrustStore

extension LeaseKeeper {
    /// Makes a credential for somebody who may have it.
    ///
    /// In this order, each step durable before the next one: the row, the leaf `recorded`, the credential, the row again,
    /// the leaf `active`. Whoever stops in between leaves a row that is taken up and revoked.
    public func issue(_ order: LeaseOrder) async -> LeaseAnswer {
        guard let lane = lane(order.backEnd), let role = lane.role(order.role) else { return .refused(.unknownRole) }
        guard order.ancestors.count <= Lease.ancestorLimit, order.memberships.count <= Lease.membershipLimit else {
            return .refused(.tooMuch)
        }
        // Else the first look at the log would take what is issued now for something of before.
        if !hasBegun.withLock({ $0 }) {
            do { try await follow() } catch {
                return .failed(EngineError(.unavailable, "the leases can't be read"))
            }
        }
        let state = surroundings.state()
        let now = surroundings.now()
        guard lane.admits(now) else {
            return .failed(EngineError(.unavailable, "the back end does not answer (\(lane.health.lastError ?? "?"))"))
        }
        var generator = SystemRandomNumberGenerator()
        let id = ObjectID(kind: .lease, at: now, using: &generator)
        let last = min(
            order.notAfter ?? Timestamp(milliseconds: .max),
            now.advanced(byMilliseconds: role.maximumSeconds * 1000)
        )
        let seconds = min(max(1, order.seconds ?? role.seconds), role.seconds)
        let expiry = min(last, now.advanced(byMilliseconds: seconds * 1000))
        guard expiry > now else { return .refused(.over) }
        var lease = Lease(
            id: id,
            backEnd: order.backEnd,
            role: order.role,
            identity: order.identity,
            task: order.task,
            ancestors: order.ancestors,
            memberships: order.memberships,
            rev: state.rev ?? 0,
            issuedAt: now,
            expiresAt: expiry,
            renewableUntil: last,
            user: lane.backEnd.user(of: id),
            due: now.advanced(byMilliseconds: times.making + times.grace)
        )
        if let refusal = refusal(of: lease) { return .refused(refusal) }
        if case .failed(let error) = await write(lease, isNew: true) { return .failed(error) }
        if let error = await record(.recorded(adopted: false), lease) {
            await giveUp(lease)
            return .failed(error)
        }
        let (recorded, store, surroundings, times) = (lease, self.surroundings.store, self.surroundings, self.times)
        let made = await lane.run(at: now) { backEnd throws(BackEndError) in
            try backEnd.issue(recorded, as: role) {
                // Others take it up when its time to be made is over, and the back end ends what stands still for longer
                // than a moment: so a yes that was true here is true when it is used.
                let latest = recorded.issuedAt.advanced(byMilliseconds: times.making)
                guard surroundings.now() < latest else { return false }
                guard case .good = surroundings.state().revocations.standing(of: recorded.facts) else { return false }
                return try store.lease(recorded.id)?.version == recorded.version
            }
        }
        switch made {
        case .failure(let error):
            await giveUp(lease)
            return .failed(EngineError(.unavailable, "the back end made no credential (\(error.code))"))
        case .success(let secret):
            lease.state = .active
            lease.due = lease.expiresAt
            switch await write(lease) {
            case .written: lease.version += 1
            case .overtaken, .failed:
                // It was ended while its credential was being made, which therefore goes at once.
                await giveUp(lease)
                return .refused(.over)
            }
            if let error = await record(.active, lease) {
                await revoke(lease.id, reason: "unrecorded")
                return .failed(error)
            }
            // A cut that came in between has not seen it.
            if let refusal = refusal(of: lease) {
                await revoke(lease.id, reason: refusal.code)
                return .refused(refusal)
            }
            return .issued(lease, secret)
        }
    }

    /// Why a lease may not begin or go on now, as far as cuts and holds say; nil when it may.
    func refusal(of lease: Lease) -> LeaseRefusal? {
        let state = surroundings.state()
        switch state.revocations.standing(of: lease.facts) {
        case .cut: return .cut
        case .held: return .held
        case .good: return state.revocations.hold(on: lease.backEnd) == nil ? nil : .held
        }
    }

    /// Ends a lease whose credential was not finished, or was not wanted any more: what its maker knows of is taken up at
    /// once, and not when the time to make it is over.
    private func giveUp(_ lease: Lease) async {
        let (store, now) = (surroundings.store, surroundings.now())
        _ = try? await blocking {
            guard var present = try store.lease(lease.id), present.state != .revoked else { return }
            present.end(at: now, reason: "unfinished")
            // The server may be finishing what it was told last, even if nobody hears of it.
            present.due = now.advanced(byMilliseconds: lease.state == .active ? 0 : self.times.grace)
            _ = try store.replace([present])
        }
        wake()
    }
}
