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

/// A keeper of leases over a real store and a real PostgreSQL, with a clock that a test moves and leaves that it reads.
final class LeaseBench: Sendable {
    /// Made into every leaf's bytes as they would be stored.
    final class Leaves: Sendable {
        private let bodies = Mutex<[[UInt8]]>([])

        func add(_ records: [LeaseRecord]) { bodies.withLock { $0 += records.map { $0.stored() } } }
        var all: [[UInt8]] { bodies.withLock { $0 } }

        /// What they say, read back.
        func steps() throws -> [LeaseStep] { try all.map { try LeaseStep(stored: $0) } }
        func recorded() throws -> Set<ObjectID> {
            Set(try steps().compactMap { if case .recorded(let lease) = $0 { lease.id } else { nil } })
        }
        func revoked() throws -> Set<ObjectID> {
            Set(try steps().compactMap { if case .revoked(let id, _, _, _) = $0 { id } else { nil } })
        }
    }

    /// An hour ahead of the server's clock.
    static var start: Timestamp { MachineClock.readMachine().wall.advanced(byMilliseconds: 3_600_000) }
    static let backEnd = ObjectID(kind: .backEnd, high: 1 << 40, low: 77)
    static let roles = [
        BrokeredRole(operation: "read", memberOf: ["readers"], seconds: 60, maximumSeconds: 300),
        BrokeredRole(
            operation: "write",
            memberOf: ["readers", "writers"],
            seconds: 60,
            maximumSeconds: 300,
            connectionLimit: 4
        ),
    ]

    let server: PostgreSQLServer
    let place: String
    let store: SQLiteStore
    let leaves = Leaves()
    let clock: TestClock
    let state = Mutex(TrustState())
    let log = Mutex<[Entry]>([])

    init() throws {
        server = try PostgreSQLServer()
        place = NSTemporaryDirectory() + "safeconduct-leases-" + UUID().uuidString
        store = try SQLiteStore(directory: place)
        // The server has a clock of its own, and lets nobody in whose time is over by it: however slow a test is.
        clock = TestClock(at: Self.start)
        let admin = try server.connect()
        try admin.script("CREATE ROLE readers; CREATE ROLE writers; CREATE TABLE stock (n int);")
        try admin.script("GRANT SELECT ON stock TO readers; GRANT INSERT ON stock TO writers;")
        try admin.script("GRANT CREATE ON SCHEMA public TO writers")
        try admin.script("CREATE DATABASE other")
        try server.connect(database: "other").script("GRANT CREATE ON SCHEMA public TO writers")
    }

    deinit {
        store.close()
        server.stop()
        try? FileManager.default.removeItem(atPath: place)
    }

    func makeBackEnd() -> PostgreSQLBackEnd {
        PostgreSQLBackEnd(id: Self.backEnd, connection: server.settings(), databases: ["other"])
    }

    func surroundings(
        _ leases: (any LeaseStore)? = nil,
        origin: String = "a",
        record: (@Sendable ([LeaseRecord]) async -> EngineError?)? = nil
    ) -> LeaseSurroundings {
        LeaseSurroundings(
            store: leases ?? store.leases,
            record: record
                ?? { [leaves] records in
                    leaves.add(records)
                    return nil
                },
            state: { [self] in state.withLock { $0 } },
            now: { [clock] in clock.now },
            entries: { [self] range in log.withLock { Array($0[Int(range.lowerBound)..<Int(range.upperBound)]) } },
            origin: origin,
            leaves: { [leaves] body in for leaf in leaves.all { try body(leaf) } }
        )
    }

    func keeper(origin: String = "a") -> LeaseKeeper {
        let keeper = LeaseKeeper(surroundings(origin: origin))
        keeper.serve(makeBackEnd(), roles: Self.roles)
        return keeper
    }

    static func order(_ role: String = "read", identity: UInt64 = 1, task: String? = nil) -> LeaseOrder {
        LeaseOrder(
            backEnd: backEnd,
            role: role,
            identity: ObjectID(kind: .identity, high: 0, low: identity),
            task: task,
            ancestors: [ObjectID(kind: .credential, high: 0, low: identity)]
        )
    }

    /// Adds an entry to the control log, as far as the keeper sees it: the state knows its size and its cuts and holds.
    func append(_ body: EntryBody) throws {
        let entry = Entry(time: clock.now, by: ObjectID(kind: .node, high: 0, low: 1), body: body)
        try state.withLock { try $0.apply(entry) }
        log.withLock { $0.append(entry) }
    }

    func open() throws {
        try append(.logOpen(LogOpening(origin: "a/control", verifyingKey: "a/control+00000000+AA==", generation: 1)))
    }

    // MARK: What the server says

    /// Our roles there.
    func roles() throws -> [ObjectID] {
        try makeBackEnd().reconcile(after: nil, limit: 100_000).map(\.lease)
    }

    func logIn(_ secret: LeaseSecret, database: String = "postgres") throws(PostgreSQLError) -> PostgreSQLConnection {
        try PostgreSQLConnection(server.settings(user: secret.user, password: secret.password, database: database))
    }

    func loginState(_ secret: LeaseSecret) -> String? {
        do throws(PostgreSQLError) {
            _ = try logIn(secret)
            return nil
        } catch {
            return error.name
        }
    }

    /// Rounds until nothing is left to do, with time going by where something has to be waited for.
    func settle(_ keeper: LeaseKeeper, seconds: Int64 = 0, rounds: Int = 40) async throws {
        clock.advance(seconds: seconds)
        for _ in 0..<rounds {
            await keeper.work()
            let open = try store.leases.leases(LeaseQuery(limit: 100_000)).filter {
                $0.state != .revoked && !($0.state == .active && $0.expiresAt > clock.now)
            }
            if open.isEmpty { return }
            clock.advance(seconds: 30)
        }
    }
}

extension LeaseAnswer {
    /// The lease and secret of an answer that has them.
    func issued(_ location: SourceLocation = #_sourceLocation) throws -> (lease: Lease, secret: LeaseSecret) {
        guard case .issued(let lease, let secret) = self else {
            Issue.record("not issued: \(self)", sourceLocation: location)
            throw EngineError(.internal, "no lease was issued")
        }
        return (lease, secret)
    }

    /// The code of a refusal; nil for another answer.
    var code: String? {
        if case .refused(let refusal) = self { refusal.code } else { nil }
    }
}
