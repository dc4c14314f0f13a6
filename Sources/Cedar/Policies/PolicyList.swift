// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Policies in source order, each at a place that stays its own.
///
/// A policy that is removed leaves its place empty and one that is replaced keeps it, so that a number noted beside a
/// policy stays right. In a set that was made in one go the places are 0, 1, 2 and so on. Copies share their pages.
public struct PolicyList: Sendable {
    private var places = PagedArray<Policy?>()
    /// How many policies there are.
    public private(set) var count = 0
    /// The place of the first policy.
    public private(set) var startIndex = 0

    init() {}

    /// The policy at `place`, nil when there is none.
    public func policy(at place: Int) -> Policy? {
        place >= 0 && place < places.count ? places[place] : nil
    }

    /// The body of the policy at a place that has one.
    @inline(__always)
    func body(at place: Int) -> PolicyBody {
        guard let body = places.read(place, { $0?.body }) else { preconditionFailure("there is no policy here") }
        return body
    }

    /// Adds a policy behind all others; its place.
    mutating func append(_ policy: Policy) -> Int {
        places.append(policy)
        count += 1
        return places.count - 1
    }

    mutating func replace(_ place: Int, by policy: Policy) {
        places[place] = policy
    }

    mutating func remove(_ place: Int) {
        places[place] = nil
        count -= 1
        while startIndex < places.count, places[startIndex] == nil { startIndex += 1 }
    }
}

extension PolicyList: BidirectionalCollection {
    /// The place behind the last one.
    public var endIndex: Int { places.count }

    /// The policy at a place that has one.
    public subscript(place: Int) -> Policy {
        guard let policy = places[place] else { preconditionFailure("there is no policy at place \(place)") }
        return policy
    }

    /// The place of the next policy.
    public func index(after place: Int) -> Int {
        var next = place + 1
        while next < places.count, places[next] == nil { next += 1 }
        return next
    }

    /// The place of the policy before.
    public func index(before place: Int) -> Int {
        var previous = place - 1
        while places[previous] == nil { previous -= 1 }
        return previous
    }
}
