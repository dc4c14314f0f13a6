// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import TrustStore

/// Makes leases anew from the leaves that tell of them. What is not known to be gone comes out as unknown: the back end's
/// own catalogue says what became of it.
struct LeaseRebuild {
    private var leases: [ObjectID: Lease] = [:]
    private var order: [ObjectID] = []
    /// Steps of leases whose first leaf was not seen yet: nodes write logs of their own, which are read one after another.
    private var early: [ObjectID: [LeaseStep]] = [:]

    /// Takes a leaf in; other leaves are left aside.
    mutating func add(_ body: [UInt8]) throws(EngineError) {
        guard LeaseRecord.isLease(body) else { return }
        add(try LeaseStep(stored: body))
    }

    private mutating func add(_ step: LeaseStep) {
        guard case .recorded(let lease) = step else {
            guard leases[step.lease] != nil else {
                early[step.lease, default: []].append(step)
                return
            }
            apply(step)
            return
        }
        guard leases[lease.id] == nil else { return }
        leases[lease.id] = lease
        order.append(lease.id)
        for later in early.removeValue(forKey: lease.id) ?? [] { apply(later) }
    }

    private mutating func apply(_ step: LeaseStep) {
        guard var lease = leases[step.lease], lease.state != .revoked else { return }
        switch step {
        case .recorded, .active: break
        case .renewed(_, let expiry, let generation):
            guard generation > lease.generation else { return }
            lease.expiresAt = expiry
            lease.generation = generation
        case .failed(_, let code, let attempt):
            lease.attempts = max(lease.attempts, attempt)
            lease.lastError = code
        case .revoked(_, let reason, let ended, _):
            lease.state = .revoked
            lease.reason = reason
            lease.endedAt = ended
        }
        leases[lease.id] = lease
    }

    /// The leases, in the order of their first leaves.
    var result: [Lease] { order.compactMap { leases[$0] } }
}
