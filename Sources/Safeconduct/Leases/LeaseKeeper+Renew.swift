// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
public import TrustModel
internal import TrustStore

extension LeaseKeeper {
    /// Lets a lease last longer.
    ///
    /// - Parameters:
    ///   - id: Which.
    ///   - identity: Who asks: its holder, or nobody.
    ///   - generation: Which generation of it the holder knows; nil where a holder's protocol has none. A smaller one than
    ///     the lease has shows that two hold it: it is revoked.
    ///   - seconds: By how much; nil for what is usual.
    ///   - notAfter: The moment from which it must not last.
    public func renew(
        _ id: ObjectID,
        by identity: ObjectID,
        generation: Int64?,
        seconds: Int64? = nil,
        notAfter: Timestamp? = nil
    ) async -> LeaseAnswer {
        var lease: Lease
        do {
            guard let found = try await self.lease(id), found.identity == identity else { return .refused(.unknown) }
            lease = found
        } catch {
            return .failed(EngineError(.unavailable, "the leases can't be read"))
        }
        let now = surroundings.now()
        guard lease.state == .active, lease.expiresAt > now else { return .refused(.over) }
        if let generation, generation != lease.generation {
            guard generation < lease.generation else { return .refused(.wrongGeneration) }
            await revoke(id, reason: "cloned")
            return .refused(.cloned)
        }
        if let refusal = refusal(of: lease) { return .refused(refusal) }
        guard let lane = lane(lease.backEnd), let role = lane.role(lease.role) else { return .refused(.unknownRole) }
        let last = min(lease.renewableUntil, notAfter ?? lease.renewableUntil)
        let longest = min(max(1, seconds ?? role.seconds), role.seconds) * 1000
        let expiry = min(last, now.advanced(byMilliseconds: longest))
        guard expiry > lease.expiresAt else { return .refused(.atMaximum) }
        guard lane.admits(now) else { return .failed(EngineError(.unavailable, "the back end does not answer")) }
        // The back end first: if nothing comes of the rest, the row still says the end by which it is taken away.
        let present = lease
        if case .failure(let error) = await lane.run(
            at: now,
            { backEnd throws(BackEndError) in try backEnd.renew(present, until: expiry) }
        ) {
            return .failed(EngineError(.unavailable, "the back end did not renew the credential (\(error.code))"))
        }
        lease.expiresAt = expiry
        lease.due = expiry
        lease.generation += 1
        switch await write(lease) {
        case .failed(let error): return .failed(error)
        case .overtaken: return .refused(.over)
        case .written: lease.version += 1
        }
        if let error = await record(.renewed, lease) { return .failed(error) }
        return .renewed(lease)
    }
}
