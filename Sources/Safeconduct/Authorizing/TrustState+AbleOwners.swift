// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel

// Who is an owner by name and holds no key that counts owns nothing: whether somebody can still answer for the control
// plane is asked of keys.
extension TrustState {
    /// How long somebody has to be able to answer for the control plane after a command that takes owners away: time to
    /// notice, and to enrol another key.
    static let shortestOwnershipMilliseconds: Int64 = 86_400_000

    /// Until when an operator can give commands with what it holds; nil when it can't now.
    public func canAct(_ operator: ObjectID, at now: Timestamp) -> Timestamp? {
        guard let expiry = operators[`operator`]?.object.custody.expiresAt else { return nil }
        return credentials(of: `operator`).compactMap { credential in
            guard case .success = caller(credential, at: now) else { return nil }
            return min(credential.object.custody.expiresAt, expiry)
        }.max()
    }

    /// How many owners can give a command at `now`, and until when the last of them can, by the keys of today; nil when
    /// nobody can.
    public func ableOwners(at now: Timestamp) -> (count: Int, until: Timestamp?) {
        let moments = liveOwners(at: now).compactMap { canAct($0.object.id, at: now) }
        return (moments.count, moments.max())
    }
}
