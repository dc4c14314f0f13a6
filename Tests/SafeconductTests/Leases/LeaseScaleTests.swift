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

/// Many leases: what is asked of the queue and of the server at once. Figures are printed, never judged: with
/// `SAFECONDUCT_LEASES` set to how many leases the queue is to hold, and a release build, they are worth reading.
@Suite("Many leases", .enabled(if: PostgreSQLServer.isInstalled))
struct LeaseScaleTests {
    private static let asked = ProcessInfo.processInfo.environment["SAFECONDUCT_LEASES"].flatMap(Int.init)

    private static func lease(_ number: Int, due: Timestamp, _ back: PostgreSQLBackEnd, at now: Timestamp) -> Lease {
        let id = ObjectID(kind: .lease, high: UInt64(bitPattern: now.milliseconds) << 16, low: UInt64(number))
        return Lease(
            id: id,
            backEnd: back.id,
            role: "read",
            identity: ObjectID(kind: .identity, high: 0, low: UInt64(number % 1000)),
            task: "tsk_\(number % 5000)",
            ancestors: [ObjectID(kind: .credential, high: 0, low: UInt64(number % 1000))],
            rev: 1,
            issuedAt: now,
            expiresAt: due,
            renewableUntil: due,
            user: back.user(of: id),
            due: due,
            state: .active
        )
    }

    @Test func manyEndTogether() async throws {
        let bench = try LeaseBench()
        let (keeper, back) = (bench.keeper(), bench.makeBackEnd())
        let count = Self.asked == nil ? 1000 : 10_000
        let due = bench.clock.now.advanced(byMilliseconds: 1000)
        let leases = (0..<count).map { Self.lease($0, due: due, back, at: bench.clock.now) }
        await keeper.work()
        _ = try bench.store.leases.insert(leases)
        let admin = try bench.server.connect()
        for start in stride(from: 0, to: count, by: 1000) {
            try admin.script(
                "BEGIN;"
                    + leases[start..<min(start + 1000, count)].map {
                        "CREATE ROLE \"\($0.user)\" LOGIN IN ROLE readers;"
                    }
                    .joined() + "COMMIT"
            )
        }
        #expect(try bench.roles().count == count)
        await keeper.work()
        bench.clock.advance(seconds: 2)
        let began = ContinuousClock.now
        await keeper.work()
        let taken = ContinuousClock.now - began
        #expect(try bench.roles().isEmpty)
        #expect(try bench.leaves.revoked().count == count)
        let tried = try bench.leaves.steps().count { step in
            if case .revoked(_, _, _, let proof) = step { proof.refusedLogin != nil } else { false }
        }
        #expect(tried == 8)
        print("leases: \(count) ended with proof in \(taken)")
    }

    @Test(.enabled(if: LeaseScaleTests.asked != nil)) func aLargeQueueCostsNoMemory() async throws {
        let bench = try LeaseBench()
        let back = bench.makeBackEnd()
        let count = Self.asked ?? 0
        let now = bench.clock.now
        var began = ContinuousClock.now
        for start in stride(from: 0, to: count, by: 10_000) {
            let part = (start..<min(start + 10_000, count)).map { number in
                Self.lease(number, due: now.advanced(byMilliseconds: 3_600_000 + Int64(number)), back, at: now)
            }
            _ = try bench.store.leases.insert(part)
        }
        print("leases: \(count) inserted in \(ContinuousClock.now - began); resident \(Self.residentMiB()) MiB")
        try bench.store.leases.begin(LeaseFollowing(origin: "x", size: 0))
        began = .now
        let again = try SQLiteStore(directory: bench.place)
        defer { again.close() }
        _ = try again.leases.isDue(of: back.id, at: now)
        print("leases: opened again and asked in \(ContinuousClock.now - began); resident \(Self.residentMiB()) MiB")
        began = .now
        let page = try again.leases.leases(LeaseQuery(key: LeaseKey(Scope(.task, "tsk_7")), limit: 1000))
        #expect(page.count == count / 5000)
        print("leases: those of a task found in \(ContinuousClock.now - began)")
    }

    private static func residentMiB() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = status.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return (pages * 4096) >> 20
    }
}
