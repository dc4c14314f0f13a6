// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Which entities of one type may be among the answers: a superset that is cheap to walk through in order.
indirect enum CandidatePlan: Sendable, Hashable {
    /// Every one.
    case all
    /// None.
    case none
    /// This one.
    case one(EntityUID)
    /// Those that have a key in a facet.
    case facet(EntityFacet, key: UInt32)
    /// Those that are in one of these.
    case any([CandidatePlan])
    /// Those that are in all of these.
    case every([CandidatePlan])

    /// Those that are in one of `plans`.
    static func union(_ plans: [CandidatePlan]) -> CandidatePlan {
        var members: [CandidatePlan] = []
        for plan in plans {
            switch plan {
            case .all: return .all
            case .none: break
            case .any(let inner): members += inner
            default: members.append(plan)
            }
        }
        return members.count > 1 ? .any(members) : members.first ?? .none
    }

    /// Those that are in all of `plans`.
    static func intersection(_ plans: [CandidatePlan]) -> CandidatePlan {
        var members: [CandidatePlan] = []
        for plan in plans {
            switch plan {
            case .all: break
            case .none: return .none
            case .every(let inner): members += inner
            default: members.append(plan)
            }
        }
        return members.count > 1 ? .every(members) : members.first ?? .all
    }
}
