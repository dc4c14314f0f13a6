// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import PostgreSQL
import PostgreSQLTestServer
import Synchronization
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

/// A node that dies: from a random step on nothing that it begins is done, and nobody hears of the last thing that was.
private final class Life: Sendable {
    private let left: Mutex<Int>

    init(steps: Int) { left = Mutex(steps) }

    var isOver: Bool { left.withLock { $0 <= 0 } }

    /// Goes one step on; false when the node is dead.
    func step() -> Bool {
        left.withLock { left in
            left -= 1
            return left > 0
        }
    }

    static let death = EngineError(.unavailable, "dead")
}

private struct MortalStore: LeaseStore {
    let inner: any LeaseStore
    let life: Life

    /// It may die before what it does, and after.
    private func living<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        guard life.step() else { throw StoreError(.unavailable, "dead") }
        let result = try body()
        guard life.step() else { throw StoreError(.unavailable, "dead") }
        return result
    }

    func insert(_ leases: [Lease]) throws(StoreError) -> [Bool] {
        try living { () throws(StoreError) in try inner.insert(leases) }
    }
    func lease(_ id: ObjectID) throws(StoreError) -> Lease? {
        try living { () throws(StoreError) in try inner.lease(id) }
    }
    func leases(_ query: LeaseQuery) throws(StoreError) -> [Lease] {
        try living { () throws(StoreError) in try inner.leases(query) }
    }
    func replace(_ leases: [Lease]) throws(StoreError) -> [Bool] {
        try living { () throws(StoreError) in try inner.replace(leases) }
    }
    func isDue(of backEnd: ObjectID, at now: Timestamp) throws(StoreError) -> Bool {
        try living { () throws(StoreError) in try inner.isDue(of: backEnd, at: now) }
    }
    func claim(of backEnd: ObjectID, at now: Timestamp, until: Timestamp, limit: Int) throws(StoreError) -> [Lease] {
        try living { () throws(StoreError) in try inner.claim(of: backEnd, at: now, until: until, limit: limit) }
    }
    func end(
        _ key: LeaseKey?,
        issuedBefore rev: UInt64?,
        at now: Timestamp,
        reason: String,
        after: ObjectID?,
        limit: Int
    ) throws(StoreError) -> (ended: Int, next: ObjectID?) {
        try living { () throws(StoreError) in
            try inner.end(key, issuedBefore: rev, at: now, reason: reason, after: after, limit: limit)
        }
    }
    func counts(of backEnd: ObjectID) throws(StoreError) -> [LeaseState: Int] { try inner.counts(of: backEnd) }
    func forget(revokedBefore: Timestamp, limit: Int) throws(StoreError) -> Int {
        try living { () throws(StoreError) in try inner.forget(revokedBefore: revokedBefore, limit: limit) }
    }
    func followed() throws(StoreError) -> LeaseFollowing? {
        try living { () throws(StoreError) in try inner.followed() }
    }
    func follow(_ following: LeaseFollowing) throws(StoreError) {
        try living { () throws(StoreError) in try inner.follow(following) }
    }
    func begin(_ following: LeaseFollowing) throws(StoreError) {
        try living { () throws(StoreError) in try inner.begin(following) }
    }
}

private struct MortalBackEnd: LeaseBackEnd {
    let inner: PostgreSQLBackEnd
    let life: Life
    /// Breaks what a node has under way at the server, now and then.
    let disturb: @Sendable () -> Void

    var id: ObjectID { inner.id }
    func user(of lease: ObjectID) -> String { inner.user(of: lease) }
    func lease(of user: String) -> ObjectID? { inner.lease(of: user) }

    private func living<Result>(_ body: () throws(BackEndError) -> Result) throws(BackEndError) -> Result {
        let death = BackEndError(.backEnd, "dead", "dead")
        guard life.step() else { throw death }
        disturb()
        let result = try body()
        guard life.step() else { throw death }
        return result
    }

    func issue(_ lease: Lease, as role: BrokeredRole, mayFinish: () throws -> Bool) throws(BackEndError) -> LeaseSecret
    {
        try living { () throws(BackEndError) in
            try inner.issue(lease, as: role) {
                guard life.step() else { throw Life.death }
                disturb()
                return try mayFinish()
            }
        }
    }
    func renew(_ lease: Lease, until time: Timestamp) throws(BackEndError) {
        try living { () throws(BackEndError) in try inner.renew(lease, until: time) }
    }
    func revoke(_ leases: [Lease]) throws(BackEndError) -> [Result<LeaseProof, BackEndError>] {
        try living { () throws(BackEndError) in try inner.revoke(leases) }
    }
    func reconcile(after: String?, limit: Int) throws(BackEndError) -> [FoundCredential] {
        try living { () throws(BackEndError) in try inner.reconcile(after: after, limit: limit) }
    }
    func probe(_ leases: [Lease]) throws(BackEndError) -> [Result<LeaseProof, BackEndError>] {
        try living { () throws(BackEndError) in try inner.probe(leases) }
    }
}

/// Nodes die at every step of giving out and taking back, and the server ends their sessions at any moment. No credential
/// exists that is not recorded, and none survives its lease.
@Suite("Leases when nodes die", .enabled(if: PostgreSQLServer.isInstalled))
struct LeaseFaultTests {
    /// `SAFECONDUCT_LEASE_SEEDS` says how many lives are led; 15 when it is unset.
    private static let seeds =
        ProcessInfo.processInfo.environment["SAFECONDUCT_LEASE_SEEDS"].flatMap(Int.init).map { max(1, $0) } ?? 15

    @Test func noneIsUnrecordedAndNoneSurvives() async throws {
        let bench = try LeaseBench()
        try bench.open()
        for _ in 0..<Self.seeds {
            let seed = UInt64.random(in: .min ... .max)
            var generator = SeededGenerator(seed: seed)
            do {
                try await live(bench, &generator, "seed \(seed)")
            } catch {
                Issue.record("seed \(seed): \(error)")
            }
        }
    }

    private func live(_ bench: LeaseBench, _ generator: inout SeededGenerator, _ note: String) async throws {
        let life = Life(steps: Int.random(in: 3...140, using: &generator))
        let disturbances = Mutex((0..<3).map { _ in Int.random(in: 1...40, using: &generator) })
        let admin = Mutex<[Int]>([])
        let surroundings = bench.surroundings(MortalStore(inner: bench.store.leases, life: life)) {
            [leaves = bench.leaves] in
            guard life.step() else { return Life.death }
            leaves.add($0)
            return life.step() ? nil : Life.death
        }
        let keeper = LeaseKeeper(surroundings)
        let server = bench.server
        keeper.serve(
            MortalBackEnd(inner: bench.makeBackEnd(), life: life) {
                let count = admin.withLock { admin in
                    admin.append(0)
                    return admin.count
                }
                guard disturbances.withLock({ $0.contains(count) }) else { return }
                // Everybody of ours is thrown out; whoever was at work finds the connection broken.
                _ = try? server.connect().query(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = 'admin'"
                )
            },
            roles: LeaseBench.roles
        )
        var secrets: [(Lease, LeaseSecret)] = []
        var sessions: [PostgreSQLConnection] = []
        for _ in 0..<Int.random(in: 2...12, using: &generator) where !life.isOver {
            switch Int.random(in: 0..<8, using: &generator) {
            case 0...2:
                let role = generator.pick(["read", "write"])
                if case .issued(let lease, let secret) = await keeper.issue(LeaseBench.order(role)) {
                    secrets.append((lease, secret))
                    if Bool.random(using: &generator), let session = try? bench.logIn(secret) {
                        if role == "write" { _ = try? session.script("CREATE TABLE \"t\(generator.next())\" (n int)") }
                        sessions.append(session)
                    }
                }
            case 3:
                if let (lease, _) = secrets.last {
                    _ = await keeper.renew(
                        lease.id,
                        by: lease.identity,
                        generation: Int64.random(in: 0...1, using: &generator)
                    )
                }
            case 4: if let (lease, _) = secrets.last { await keeper.revoke(lease.id) }
            case 5: _ = try? await keeper.revoke(Scope(identity: LeaseBench.order().identity))
            case 6: bench.clock.advance(seconds: Int64.random(in: 1...40, using: &generator))
            default: await keeper.work()
            }
            let there = try bench.roles()
            let recorded = try bench.leaves.recorded()
            #expect(there.allSatisfy(recorded.contains), "an unrecorded credential exists: \(note)")
        }
        // Another node finds what is left: in the time that a claim and a making last, and the back end's pauses.
        let heir = bench.keeper()
        try await bench.settle(heir, seconds: 400)
        #expect(try bench.roles().isEmpty, "a credential survived: \(note)")
        for (_, secret) in secrets { #expect(bench.loginState(secret) == "28P01", "a login went well: \(note)") }
        for session in sessions { #expect((try? session.script("SELECT 1")) == nil, "a session survived: \(note)") }
        let alive = try bench.store.leases.leases(LeaseQuery(limit: 100_000)).filter { $0.state != .revoked }
        #expect(alive.isEmpty, "\(alive.count) leases are not revoked: \(note)")
        #expect(try bench.leaves.recorded().isSubset(of: bench.leaves.revoked()), "an end is not recorded: \(note)")
        // The table of the living says the same as the leaves alone.
        var rebuild = LeaseRebuild()
        for leaf in bench.leaves.all { try rebuild.add(leaf) }
        #expect(rebuild.result.allSatisfy { $0.state == .revoked }, "leaves alone say otherwise: \(note)")
    }

    /// Two nodes work off one queue at the same time. What one of them could not finish in time is tried again, so an end
    /// may be told twice; no lease is left out.
    @Test func twoNodesShareTheWork() async throws {
        let bench = try LeaseBench()
        let (one, two) = (bench.keeper(), bench.keeper())
        for number in 0..<12 {
            _ = try await (number % 2 == 0 ? one : two).issue(LeaseBench.order(identity: UInt64(number))).issued()
        }
        bench.clock.advance(seconds: 61)
        await withTaskGroup { group in
            for keeper in [one, two, one, two] { group.addTask { await keeper.work() } }
        }
        try await bench.settle(one)
        #expect(try bench.roles().isEmpty)
        #expect(try bench.leaves.revoked().count == 12)
    }
}
