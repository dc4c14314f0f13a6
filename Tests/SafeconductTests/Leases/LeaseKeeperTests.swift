// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import PostgreSQL
import PostgreSQLTestServer
import StrictJSON
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

/// Skipped, and said to be, where no server is installed: scripts/setup installs it.
@Suite("Leases of a real PostgreSQL", .enabled(if: PostgreSQLServer.isInstalled))
struct LeaseKeeperTests {
    @Test func aLeaseLivesAndEnds() async throws {
        let bench = try LeaseBench()
        let keeper = bench.keeper()
        let (lease, secret) = try await keeper.issue(LeaseBench.order("write")).issued()
        #expect("\(secret)".contains(secret.password) == false)
        #expect(try bench.store.leases.lease(lease.id) == lease)

        // It does what its roles may, and no more.
        let session = try bench.logIn(secret)
        #expect(try session.query("SELECT count(*) FROM stock").single == "0")
        #expect(throws: PostgreSQLError.self) { try session.query("CREATE ROLE another") }
        // What it leaves behind in either database does not hold it.
        try session.script("CREATE TABLE mine (n int)")
        try bench.logIn(secret, database: "other").script("CREATE TABLE mine (n int)")
        // Nobody could read its password from there.
        let kept = try bench.server.connect().query(
            "SELECT rolpassword FROM pg_authid WHERE rolname = $1",
            [secret.user]
        )
        #expect(kept.single?.hasPrefix("SCRAM-SHA-256$1:") == true)

        // Its time goes by: the session is ended, the role is gone, its things are another's.
        try await bench.settle(keeper, seconds: 61)
        #expect(try bench.store.leases.lease(lease.id)?.state == .revoked)
        #expect(throws: PostgreSQLError.self) { try session.query("SELECT 1") }
        #expect(bench.loginState(secret) == "28P01")
        #expect(try bench.roles().isEmpty)
        let owner = try bench.server.connect(database: "other").query(
            "SELECT tableowner FROM pg_tables WHERE tablename = 'mine'"
        )
        #expect(owner.single == "admin")

        let steps = try bench.leaves.steps()
        guard steps.count == 3, case .recorded(let recorded) = steps[0], case .active = steps[1],
            case .revoked(_, let reason, let ended, let proof) = steps[2]
        else {
            Issue.record("other steps than expected: \(steps)")
            return
        }
        #expect(recorded.id == lease.id && recorded.user == secret.user)
        #expect(reason == "expired" && ended == lease.expiresAt)
        #expect(proof == LeaseProof(refusedLogin: "28P01"))
    }

    @Test func renewalsCountAndCopiesShow() async throws {
        let bench = try LeaseBench()
        let keeper = bench.keeper()
        let (lease, secret) = try await keeper.issue(LeaseBench.order()).issued()
        bench.clock.advance(seconds: 30)
        #expect(
            await keeper.renew(lease.id, by: ObjectID(kind: .identity, high: 0, low: 9), generation: 0).code
                == "not_found"
        )
        #expect(await keeper.renew(lease.id, by: lease.identity, generation: 7).code == "wrong_generation")
        guard case .renewed(let renewed) = await keeper.renew(lease.id, by: lease.identity, generation: 0) else {
            Issue.record("not renewed")
            return
        }
        #expect(renewed.generation == 1 && renewed.expiresAt == bench.clock.now.advanced(byMilliseconds: 60_000))
        let found = try bench.makeBackEnd().reconcile(after: nil, limit: 10)
        #expect(found.first?.validUntil == renewed.expiresAt)
        // No renewal goes beyond the end of all.
        for generation in 1...20 {
            bench.clock.advance(seconds: 50)
            guard case .renewed = await keeper.renew(lease.id, by: lease.identity, generation: Int64(generation)) else {
                break
            }
        }
        #expect(try #require(try bench.store.leases.lease(lease.id)).expiresAt == lease.renewableUntil)
        // Somebody renews with what was true before: there are two of them.
        #expect(await keeper.renew(lease.id, by: lease.identity, generation: 1).code == "lease_over")
        let (other, copied) = try await keeper.issue(LeaseBench.order()).issued()
        bench.clock.advance(seconds: 5)
        guard case .renewed = await keeper.renew(other.id, by: other.identity, generation: 0) else {
            Issue.record("not renewed")
            return
        }
        #expect(await keeper.renew(other.id, by: other.identity, generation: 0).code == "stale_generation")
        try await bench.settle(keeper)
        #expect(bench.loginState(copied) == "28P01")
        #expect(bench.loginState(secret) == "28P01")
        #expect(await keeper.renew(other.id, by: other.identity, generation: 1).code == "lease_over")
    }

    @Test func cutsEndAndHoldsStop() async throws {
        let bench = try LeaseBench()
        try bench.open()
        let keeper = bench.keeper()
        await keeper.work()
        let (one, _) = try await keeper.issue(LeaseBench.order(identity: 1, task: "tsk_a")).issued()
        let (two, _) = try await keeper.issue(LeaseBench.order(identity: 2, task: "tsk_b")).issued()
        let (three, _) = try await keeper.issue(LeaseBench.order(identity: 3)).issued()
        func cut(_ scope: Scope, _ number: UInt64) throws {
            try bench.append(.cut(Cut(id: ObjectID(kind: .cut, high: 0, low: number), scope: scope)))
        }
        try cut(Scope(.task, "tsk_a"), 1)
        await keeper.work()
        #expect(Set(try bench.roles()) == [two.id, three.id])
        #expect(try bench.store.leases.lease(one.id)?.reason == "cut")
        // A hold ends nothing and lets nothing begin or go on.
        let hold = Hold(
            id: ObjectID(kind: .hold, high: 0, low: 1),
            scope: Scope(.credential, two.ancestors[0].description)
        )
        try bench.append(.placeHold(hold))
        bench.clock.advance(seconds: 5)
        await keeper.work()
        #expect(Set(try bench.roles()) == [two.id, three.id])
        #expect(await keeper.renew(two.id, by: two.identity, generation: 0).code == "held")
        #expect(await keeper.issue(LeaseBench.order(identity: 2)).code == "held")
        // Lifting it leaves a cut.
        try bench.append(.liftHold(HoldLift(hold: hold.id, cut: ObjectID(kind: .cut, high: 0, low: 2))))
        await keeper.work()
        #expect(try bench.roles() == [three.id])
        // What is issued afterwards is not covered; a cut of everything covers it.
        let (four, _) = try await keeper.issue(LeaseBench.order(identity: 2)).issued()
        await keeper.work()
        #expect(try bench.roles().contains(four.id))
        try cut(Scope(.all), 3)
        await keeper.work()
        #expect(try bench.roles().isEmpty)
    }

    @Test func revokesManyTogether() async throws {
        let bench = try LeaseBench()
        let keeper = bench.keeper()
        let back = bench.makeBackEnd()
        let now = bench.clock.now
        await keeper.work()
        let leases = (1...300).map { number in
            let id = ObjectID(kind: .lease, high: UInt64(bitPattern: now.milliseconds) << 16, low: UInt64(number))
            return Lease(
                id: id,
                backEnd: LeaseBench.backEnd,
                role: "read",
                identity: ObjectID(kind: .identity, high: 0, low: 5),
                rev: 0,
                issuedAt: now,
                expiresAt: now.advanced(byMilliseconds: 60_000),
                renewableUntil: now.advanced(byMilliseconds: 60_000),
                user: back.user(of: id),
                due: now.advanced(byMilliseconds: 60_000),
                state: .active
            )
        }
        _ = try bench.store.leases.insert(leases)
        try bench.server.connect().script(
            leases.map { "CREATE ROLE \"\($0.user)\" LOGIN IN ROLE readers, writers;" }.joined()
        )
        // One of them owns something, and one has something that nobody gives away.
        let admin = try bench.server.connect()
        try admin.script("CREATE TABLE owned (n int); ALTER TABLE owned OWNER TO \"\(leases[7].user)\"")
        try admin.script("CREATE DATABASE stuck OWNER \"\(leases[9].user)\"")
        let elsewhere = try bench.server.connect()
        try elsewhere.script("CREATE DATABASE unlisted")
        let unlisted = try bench.server.connect(database: "unlisted")
        try unlisted.script("CREATE TABLE t (n int); ALTER TABLE t OWNER TO \"\(leases[11].user)\"")

        await keeper.revoke(leases[0].id)
        #expect(try await keeper.revoke(Scope(identity: leases[0].identity), reason: "offboarded") == 299)
        await keeper.work()
        let left = try bench.store.leases.leases(LeaseQuery(limit: 1000)).filter { $0.state != .revoked }
        // Its table lies where nobody looks: it stays visible, and can't log in.
        #expect(left.map(\.id) == [leases[11].id])
        #expect(left.first?.state == .failed && left.first?.lastError == "2BP01" && left.first?.attempts == 1)
        #expect(try bench.makeBackEnd().reconcile(after: nil, limit: 10).map(\.canLogIn) == [false])
        #expect(try bench.leaves.revoked().count == 299)
        // Once what holds it is gone, the next attempt goes well.
        try unlisted.script("DROP TABLE t")
        try await bench.settle(keeper)
        #expect(try bench.leaves.revoked().count == 300)
        #expect(try bench.roles().isEmpty)
    }

    @Test func anUnreachableBackEndIsLeftAloneAndComesBack() async throws {
        let bench = try LeaseBench()
        let keeper = bench.keeper()
        let (lease, secret) = try await keeper.issue(LeaseBench.order()).issued()
        var away = bench.server.settings()
        away.host = "/tmp/nobody-is-here"
        keeper.serve(PostgreSQLBackEnd(id: LeaseBench.backEnd, connection: away), roles: LeaseBench.roles)
        bench.clock.advance(seconds: 61)
        for _ in 0..<20 {
            await keeper.work()
            bench.clock.advance(seconds: 400)
        }
        let failed = try #require(try bench.store.leases.lease(lease.id))
        #expect(failed.state == .failed && failed.lastError == "unreachable" && failed.attempts >= 16)
        #expect(keeper.health.first?.lastError == "unreachable")
        // The first attempt and each power of two.
        let told = try bench.leaves.steps().compactMap {
            if case .failed(_, _, let attempt) = $0 { attempt } else { nil }
        }
        #expect(told == [1, 2, 4, 8, 16])
        keeper.serve(bench.makeBackEnd(), roles: LeaseBench.roles)
        try await bench.settle(keeper)
        #expect(try bench.store.leases.lease(lease.id)?.state == .revoked)
        #expect(bench.loginState(secret) == "28P01")
    }

    @Test func aRowThatNamesAnotherRoleDropsNothing() async throws {
        let bench = try LeaseBench()
        try bench.server.connect().script("CREATE ROLE innocent LOGIN")
        let id = ObjectID(kind: .lease, high: 1, low: 1)
        let row = Lease(
            id: id,
            backEnd: LeaseBench.backEnd,
            role: "read",
            identity: ObjectID(kind: .identity, high: 0, low: 1),
            rev: 0,
            issuedAt: bench.clock.now,
            expiresAt: bench.clock.now,
            renewableUntil: bench.clock.now,
            user: "innocent",
            due: bench.clock.now,
            state: .active
        )
        let keeper = bench.keeper()
        await keeper.work()
        _ = try bench.store.leases.insert([row])
        await keeper.work()
        #expect(try bench.store.leases.lease(id)?.lastError == "misnamed")
        #expect(try bench.server.connect().query("SELECT 1 FROM pg_roles WHERE rolname = 'innocent'").single == "1")
        #expect(bench.makeBackEnd().lease(of: "innocent") == nil)
        // Another control plane's role on the same server is nobody's of ours.
        let other = PostgreSQLBackEnd(
            id: ObjectID(kind: .backEnd, high: 9, low: 9),
            connection: bench.server.settings()
        )
        #expect(bench.makeBackEnd().lease(of: other.user(of: id)) == nil)
        #expect(other.lease(of: other.user(of: id)) == id)
    }
}
