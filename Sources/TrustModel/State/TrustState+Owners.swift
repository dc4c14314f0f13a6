// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections

extension TrustState {
    /// Whether an operator has the role `owner` and may give commands at `now`.
    ///
    /// One on hold does not count; a hold on everything leaves operators their levers, so it changes nothing here.
    public func isLiveOwner(_ record: Record<Operator>, at now: Timestamp) -> Bool {
        guard record.object.roles.contains(.owner), !record.retired, record.object.custody.expiresAt > now else {
            return false
        }
        return !holds(on: record.object.id)
    }

    /// The owners that may give commands at `now`, in the order of their ids.
    public func liveOwners(at now: Timestamp) -> [Record<Operator>] {
        operators.sorted.filter { isLiveOwner($0, at: now) }
    }

    private func holds(on id: ObjectID) -> Bool {
        guard let hold = revocations.hold(on: id), let scope = holds[hold]?.object.scope else { return false }
        return scope.kind != .all
    }

    /// Refuses the removal of the last live owner (DESIGN invariant 10). Holds and cuts are never refused: they are what
    /// stops an owner whose key was stolen, and who has the machine can recover.
    func validateOwners(without id: ObjectID, at now: Timestamp) throws(CommandRefusal) {
        guard let record = operators[id], isLiveOwner(record, at: now) else { return }
        let others = operators.records.values.contains { $0.object.id != id && isLiveOwner($0, at: now) }
        guard others else {
            throw CommandRefusal(
                .lastOwner,
                "/roles",
                "'\(record.object.name)' is the last live owner; give another operator the role first"
            )
        }
    }
}
