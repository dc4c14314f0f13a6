// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import PostgreSQL
import PostgreSQLTestServer
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

@Suite("Leases after a loss", .enabled(if: PostgreSQLServer.isInstalled))
struct LeaseRestoreTests {
    @Test func leasesAreMadeAnewFromLeaves() async throws {
        let bench = try LeaseBench()
        try bench.open()
        let keeper = bench.keeper()
        await keeper.work()
        let (kept, secret) = try await keeper.issue(LeaseBench.order(identity: 1, task: "tsk_a")).issued()
        let (gone, _) = try await keeper.issue(LeaseBench.order(identity: 2)).issued()
        await keeper.revoke(gone.id)
        await keeper.work()
        bench.clock.advance(seconds: 10)
        guard case .renewed(let renewed) = await keeper.renew(kept.id, by: kept.identity, generation: 0) else {
            Issue.record("not renewed")
            return
        }
        // The file is lost; an empty one takes its place.
        let fresh = try SQLiteStore(directory: bench.place + "/other")
        defer { fresh.close() }
        let reborn = LeaseKeeper(bench.surroundings(fresh.leases))
        reborn.serve(bench.makeBackEnd(), roles: LeaseBench.roles)
        await reborn.work()
        let again = try #require(try fresh.leases.lease(kept.id))
        #expect(again.state == .active && again.generation == 1 && again.expiresAt == renewed.expiresAt)
        #expect(again.identity == kept.identity && again.task == kept.task && again.ancestors == kept.ancestors)
        #expect(again.user == kept.user && again.rev == kept.rev && again.renewableUntil == kept.renewableUntil)
        #expect(try fresh.leases.lease(gone.id)?.state == .revoked)
        #expect(bench.loginState(secret) == nil)
        // It goes on as ever.
        bench.clock.advance(seconds: 100)
        await reborn.work()
        #expect(try bench.roles().isEmpty)
    }

    @Test func anotherHistoryAsksBeforeItDrops() async throws {
        let bench = try LeaseBench()
        try bench.open()
        let keeper = bench.keeper()
        await keeper.work()
        let (lease, secret) = try await keeper.issue(LeaseBench.order()).issued()
        let row = try #require(try bench.store.leases.lease(lease.id))
        // What this history knows of it is old: it was renewed, and by the old row it is over.
        bench.clock.advance(seconds: 30)
        guard case .renewed(let renewed) = await keeper.renew(lease.id, by: lease.identity, generation: 0) else {
            Issue.record("not renewed")
            return
        }
        let (unknown, stray) = try await keeper.issue(LeaseBench.order(identity: 2)).issued()
        let restored = try SQLiteStore(directory: bench.place + "/restored")
        defer { restored.close() }
        _ = try restored.leases.insert([row])
        try restored.leases.begin(LeaseFollowing(origin: "before", size: 0))
        bench.clock.advance(seconds: 40)
        #expect(row.expiresAt < bench.clock.now && bench.clock.now < renewed.expiresAt)
        let reborn = LeaseKeeper(bench.surroundings(restored.leases, origin: "after"))
        reborn.serve(bench.makeBackEnd(), roles: LeaseBench.roles)
        // Twice: what is found unrecorded is due in the next round.
        await reborn.work()
        await reborn.work()
        let settled = try #require(try restored.leases.lease(lease.id))
        #expect(settled.state == .active && settled.expiresAt == renewed.expiresAt)
        #expect(bench.loginState(secret) == nil)
        // What nobody recorded in this history is recorded now, and ended.
        #expect(try restored.leases.lease(unknown.id)?.state == .revoked)
        #expect(try restored.leases.lease(unknown.id)?.reason == "unrecorded")
        #expect(bench.loginState(stray) == "28P01")
        #expect(reborn.health.first?.isReconciled == true)
    }

    @Test func whatWasEndedWhileItWasMadeIsNotFinished() async throws {
        let bench = try LeaseBench()
        let back = bench.makeBackEnd()
        let id = ObjectID(kind: .lease, high: 5, low: 5)
        let lease = Lease(
            id: id,
            backEnd: LeaseBench.backEnd,
            role: "read",
            identity: ObjectID(kind: .identity, high: 0, low: 1),
            rev: 0,
            issuedAt: bench.clock.now,
            expiresAt: bench.clock.now,
            renewableUntil: bench.clock.now,
            user: back.user(of: id),
            due: nil
        )
        // Nobody else sees it before the answer.
        var seen: [ObjectID]?
        let error = #expect(throws: BackEndError.self) {
            try back.issue(lease, as: LeaseBench.roles[0]) {
                seen = try bench.roles()
                return false
            }
        }
        #expect(seen?.isEmpty == true)
        #expect(error == .withdrawn)
        #expect(try bench.roles().isEmpty)
        // The connection goes on.
        #expect(throws: Never.self) { try back.issue(lease, as: LeaseBench.roles[0]) { true } }
        #expect(try bench.roles() == [id])
        let present = try back.probe([lease])
        #expect(present == [.failure(.present)])
    }
}
