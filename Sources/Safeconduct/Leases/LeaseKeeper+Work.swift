// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import TrustModel
internal import TrustStore

extension LeaseKeeper {
    /// Works off what is due at one back end, and compares what it has with the records when it is time.
    func work(_ lane: BackEndLane) async {
        guard lane.beginWork() else { return }
        defer { lane.endWork() }
        // In this order: a back end that does not answer shows in the rows of what is due there.
        await takeAwayWhatIsDue(lane)
        await reconcileIfDue(lane)
    }

    private func takeAwayWhatIsDue(_ lane: BackEndLane) async {
        while !Task.isCancelled {
            let now = surroundings.now()
            guard lane.admits(now) else { return }
            let (store, id, times) = (surroundings.store, lane.backEnd.id, self.times)
            let claimed = try? await blocking { () -> [Lease] in
                guard try store.isDue(of: id, at: now) else { return [] }
                let until = now.advanced(byMilliseconds: times.claim)
                return try store.claim(of: id, at: now, until: until, limit: times.batch)
            }
            guard let claimed, !claimed.isEmpty else { return }
            await takeAway(claimed, lane, now)
            if claimed.count < times.batch { return }
        }
    }

    private func takeAway(_ leases: [Lease], _ lane: BackEndLane, _ now: Timestamp) async {
        let answer = await lane.run(at: now) { backEnd throws(BackEndError) in try backEnd.revoke(leases) }
        var leaves: [LeaseRecord] = []
        var rows: [Lease] = []
        leaves.reserveCapacity(leases.count)
        rows.reserveCapacity(leases.count)
        for (index, var lease) in leases.enumerated() {
            let outcome: Result<LeaseProof, BackEndError> =
                switch answer {
                case .failure(let error): .failure(error)
                case .success(let outcomes): index < outcomes.count ? outcomes[index] : .failure(.present)
                }
            switch outcome {
            case .success(let proof):
                leaves.append(leaf(.revoked(proof), lease))
                lease.state = .revoked
                lease.due = nil
                lease.lastError = nil
            case .failure(let error):
                lease.state = .failed
                lease.attempts += 1
                lease.lastError = error.code
                lease.due = surroundings.now().advanced(byMilliseconds: pause(lease.attempts))
                if LeaseRecord.isRecorded(attempt: lease.attempts) {
                    leaves.append(leaf(.failed(code: error.code), lease))
                }
            }
            rows.append(lease)
        }
        // Leaves first: what is revoked without one would be forgotten. Without them all is done once more.
        for start in stride(from: 0, to: leaves.count, by: 10_000) {
            let part = Array(leaves[start..<min(start + 10_000, leaves.count)])
            if await surroundings.record(part) != nil { return }
        }
        _ = await self.rows.submit(rows.map { RowChange(lease: $0, isNew: false) })
    }

    private func pause(_ attempts: Int64) -> Int64 {
        var generator = SystemRandomNumberGenerator()
        return BackEndCircuit.pause(attempts, longest: times.longestPause, using: &generator)
    }
}
