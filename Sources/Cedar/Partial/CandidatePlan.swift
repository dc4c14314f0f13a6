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
    /// Those that are in one of these; how many plans it is made of.
    case any([CandidatePlan], size: Int)
    /// Those that are in all of these.
    case every([CandidatePlan], size: Int)

    /// How many plans it is made of. Plans share parts, so this grows faster than the memory they take; it bounds the time
    /// to walk through them.
    var size: Int {
        switch self {
        case .all, .none, .one, .facet: 1
        case .any(_, let size), .every(_, let size): size
        }
    }

    /// The most plans that a plan for one policy is made of. Nested `if` doubles at every level.
    static let maximumSize = 4096

    /// Those that are in one of `plans`; all when that would be made of more than `maximumSize` plans.
    static func union(_ plans: [CandidatePlan], maximumSize: Int = maximumSize) -> CandidatePlan {
        var members: [CandidatePlan] = []
        var size = 1
        for plan in plans {
            switch plan {
            case .all: return .all
            case .none: continue
            case .any(let inner, _): members += inner
            default: members.append(plan)
            }
            size += plan.size
            if size > maximumSize { return .all }
        }
        guard members.count > 1 else { return members.first ?? .none }
        // What all have in common is asked for once: thousands of policies that each want another folder and the same
        // owner are a question about the owner first.
        let common = members.dropFirst().reduce(into: members[0].parts) { common, member in
            if !common.isEmpty { common.formIntersection(member.parts) }
        }
        guard !common.isEmpty else { return .any(members, size: size) }
        let rest = members.map { intersection(Array($0.parts.subtracting(common))) }
        return intersection(Array(common) + [union(rest, maximumSize: maximumSize)], maximumSize: maximumSize + size)
    }

    // What a candidate must be in.
    private var parts: Set<CandidatePlan> {
        if case .every(let plans, _) = self { return Set(plans) }
        return [self]
    }

    /// Those that are in all of `plans`, of which those are left out that would make it of more than `maximumSize` plans.
    static func intersection(_ plans: [CandidatePlan], maximumSize: Int = maximumSize) -> CandidatePlan {
        var members: [CandidatePlan] = []
        var size = 1
        for plan in plans {
            if plan == .none { return .none }
            if plan == .all || size + plan.size > maximumSize { continue }
            size += plan.size
            if case .every(let inner, _) = plan { members += inner } else { members.append(plan) }
        }
        return members.count > 1 ? .every(members, size: size) : members.first ?? .all
    }
}
