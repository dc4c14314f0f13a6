// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel

/// Which leases are asked for.
public struct LeaseQuery: Sendable {
    /// Only those that are found by this key.
    public var key: LeaseKey?
    /// Only those of this state.
    public var state: LeaseState?
    /// Only those after this one, in the order of ids, which is that of their making.
    public var after: ObjectID?
    /// How many at most.
    public var limit: Int

    /// A query of the given members.
    public init(key: LeaseKey? = nil, state: LeaseState? = nil, after: ObjectID? = nil, limit: Int = 100) {
        self.key = key
        self.state = state
        self.after = after
        self.limit = limit
    }
}
