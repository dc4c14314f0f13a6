// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TrustModel
import TrustStore

extension StoreContract {
    private static var start: Timestamp { Timestamp(seconds: 1_795_246_800) }
    private static var backEnd: ObjectID { ObjectID(kind: .backEnd, high: 1, low: 1) }

    private func after(_ seconds: Int64) -> Timestamp { Self.start.advanced(byMilliseconds: seconds * 1000) }

    /// A lease that is due after so many seconds; its holder and task are of few.
    private func lease(_ number: UInt64, due: Int64 = 60, rev: UInt64 = 10, state: LeaseState = .active) -> Lease {
        Lease(
            id: ObjectID(kind: .lease, high: number, low: number),
            backEnd: Self.backEnd,
            role: "read",
            identity: ObjectID(kind: .identity, high: 0, low: number % 3),
            task: number % 2 == 0 ? "tsk_even" : nil,
            ancestors: [ObjectID(kind: .credential, high: 0, low: number % 5)],
            memberships: [Scope(.trustDomain, "shop"), Scope(.workload, "spiffe://shop/\(number)")],
            rev: rev,
            issuedAt: Self.start,
            expiresAt: after(due),
            renewableUntil: after(due * 2),
            user: "user-\(number)",
            due: after(due),
            state: state
        )
    }

    func keepsLeases() throws {
        let leases = try open().leases
        let three = (1...3).map { lease($0) }
        try require(try leases.insert(three) == [true, true, true], "new leases were not added")
        try require(try leases.insert([three[0], lease(4)]) == [false, true], "a lease was added twice")
        let again = try open().leases
        try require(try again.lease(three[1].id) == three[1], "a lease came back otherwise than it was written")
        try require(try again.lease(ObjectID(kind: .lease, high: 9, low: 9)) == nil, "a lease came out of nothing")
        try require(try again.leases(LeaseQuery()).map(\.id) == (1...4).map { lease($0).id }, "the order is wrong")
        let page = try again.leases(LeaseQuery(after: three[0].id, limit: 2))
        try require(page.map(\.id) == three.dropFirst().map(\.id), "a page begins or ends elsewhere")
        let task = LeaseKey(Scope(.task, "tsk_even"))
        try require(try again.leases(LeaseQuery(key: task)).count == 2, "a task does not find its leases")
        let active = LeaseQuery(key: LeaseKey(backEnd: Self.backEnd), state: .active)
        try require(try again.leases(active).count == 4, "a back end does not find its leases")
        try require(try again.counts(of: Self.backEnd) == [.active: 4], "the count is wrong")
    }

    func writesLeasesOverWhatWasRead() throws {
        let (one, other) = (try open().leases, try open().leases)
        _ = try one.insert([lease(1)])
        var mine = try present(try one.lease(lease(1).id), "a lease is missing")
        var theirs = mine
        mine.generation = 1
        theirs.lastError = "unreachable"
        try require(try one.replace([mine]) == [true], "the first write was refused")
        try require(try other.replace([theirs]) == [false], "a write went over a version that nobody read")
        let kept = try present(try other.lease(mine.id), "a lease is missing")
        try require(kept.generation == 1 && kept.lastError == nil && kept.version == 1, "the second write left a trace")
        // Of many who write over the same version one wins.
        let wins = Mutex(0)
        try inParallel(6) { part in
            var changed = kept
            changed.attempts = Int64(part)
            if try (part % 2 == 0 ? one : other).replace([changed]) == [true] { wins.withLock { $0 += 1 } }
        }
        try require(wins.withLock { $0 } == 1, "not exactly one write won")
    }

    func claimsDueLeasesOnce() throws {
        let stores = try (0..<3).map { _ in try open().leases }
        let count: UInt64 = 60
        _ = try stores[0].insert((1...count).map { lease($0, due: Int64($0)) })
        try require(!(try stores[1].isDue(of: Self.backEnd, at: Self.start)), "something is due too early")
        try require(try stores[1].isDue(of: Self.backEnd, at: after(1)), "nothing is due")
        let claimed = Mutex<[ObjectID]>([])
        try inParallel(6) { part in
            for _ in 0..<10 {
                let some = try stores[part % 3].claim(of: Self.backEnd, at: after(40), until: after(100), limit: 3)
                claimed.withLock { $0 += some.map(\.id) }
                for lease in some {
                    try require(lease.state == .revoking && lease.reason == "expired", "a claim did not end a lease")
                    try require(lease.endedAt == lease.expiresAt, "a lease ended at another time than its own")
                }
            }
        }
        let ids = claimed.withLock { $0 }
        try require(Set(ids).count == ids.count && ids.count == 40, "\(ids.count) claims of 40 due leases")
        // What its claimer left undone is there for others, with the version of the claim.
        let lapsed = try stores[2].claim(of: Self.backEnd, at: after(100), until: after(200), limit: 100)
        try require(lapsed.count == 60, "\(lapsed.count) leases were taken over")
        try require(try stores[0].replace(lapsed) == lapsed.map { _ in true }, "a claim can't be worked on")
        let elsewhere = try stores[0].claim(
            of: ObjectID(kind: .backEnd, high: 2, low: 2),
            at: after(500),
            until: after(600),
            limit: 9
        )
        try require(elsewhere.isEmpty, "another back end's leases were claimed")
    }

    func endsLeasesByWhatTheyHangOn() throws {
        let leases = try open().leases
        _ = try leases.insert((1...30).map { lease($0, due: 600, rev: $0) })
        let unfinished = lease(31, due: 600, rev: 1, state: .recorded)
        _ = try leases.insert([unfinished])
        let identity = Scope(identity: ObjectID(kind: .identity, high: 0, low: 1))
        var (ended, next) = try leases.end(
            LeaseKey(identity),
            issuedBefore: 20,
            at: after(1),
            reason: "cut",
            after: nil,
            limit: 4
        )
        while let last = next {
            let more = try leases.end(
                LeaseKey(identity),
                issuedBefore: 20,
                at: after(1),
                reason: "cut",
                after: last,
                limit: 4
            )
            ended += more.ended
            next = more.next
        }
        // 1, 4, ... 19 and the unfinished one, which is the first identity's, too.
        try require(ended == 8, "\(ended) leases of 8 ended")
        try require(try leases.lease(lease(22).id)?.state == .active, "a lease ended that is newer than the cut")
        let one = try present(try leases.lease(lease(4).id), "a lease is missing")
        try require(one.state == .revoking && one.due == after(1) && one.reason == "cut", "an ended lease is not due")
        let later = try present(try leases.lease(unfinished.id), "a lease is missing")
        try require(later.state == .revoking && later.due == after(600), "an unfinished one does not keep its time")
        try require(later.endedAt == after(1), "an unfinished one does not know since when it is over")
        let all = try leases.end(nil, issuedBefore: nil, at: after(2), reason: "cut", after: nil, limit: 1000)
        try require(all.ended == 23 && all.next == nil, "\(all.ended) leases of 23 ended")
    }

    func forgetsRevokedLeases() throws {
        let leases = try open().leases
        _ = try leases.insert([lease(1), lease(2)])
        var gone = try present(try leases.lease(lease(1).id), "a lease is missing")
        gone.end(at: after(1), reason: "asked")
        gone.state = .revoked
        gone.due = nil
        try require(try leases.replace([gone]) == [true], "a lease can't be revoked")
        try require(!(try leases.isDue(of: Self.backEnd, at: after(10))), "a revoked lease is due")
        try require(try leases.leases(LeaseQuery(key: LeaseKey(backEnd: Self.backEnd))).count == 1, "it can be ended")
        try require(try leases.forget(revokedBefore: after(1), limit: 9) == 0, "it was forgotten too early")
        try require(try leases.forget(revokedBefore: after(2), limit: 9) == 1, "it was not forgotten")
        try require(try leases.lease(gone.id) == nil && (try leases.lease(lease(2).id)) != nil, "the wrong one went")
    }

    func followsOneLogAtATime() throws {
        let leases = try open().leases
        try require(try leases.followed() == nil, "a new store has followed something")
        try leases.follow(LeaseFollowing(origin: "a", size: 5))
        try leases.follow(LeaseFollowing(origin: "a", size: 3))
        try leases.follow(LeaseFollowing(origin: "b", size: 9))
        try require(try open().leases.followed() == LeaseFollowing(origin: "a", size: 5), "it went back or elsewhere")
        _ = try leases.insert([lease(1), lease(2, due: 1)])
        try leases.begin(LeaseFollowing(origin: "b", size: 2))
        try require(try leases.followed() == LeaseFollowing(origin: "b", size: 2), "it did not begin anew")
        try require(try leases.leases(LeaseQuery(state: .unknown)).count == 2, "leases are not unknown")
        let claimed = try leases.claim(of: Self.backEnd, at: after(900), until: after(990), limit: 9)
        try require(claimed.isEmpty, "an unknown lease was claimed")
    }
}
