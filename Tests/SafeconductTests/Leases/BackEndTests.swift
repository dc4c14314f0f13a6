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

@Suite("Registered back ends", .enabled(if: PostgreSQLServer.isInstalled))
struct BackEndTests {
    private static func text(_ server: PostgreSQLServer, operation: String = "show") -> String {
        #"{"type":"postgresql","api":"orders","connection":{"host":"\#(server.socket)","databases":["postgres"],"user":"admin"},"#
            + #""roles":[{"operation":"\#(operation)","in_roles":["readers"],"ttl_seconds":60}],\#(World.custody)}"#
    }

    /// From the registration to a role in the server and its end by a cut, with real logs and real evidence.
    @Test func anEngineBrokersWhatIsRegistered() async throws {
        let server = try PostgreSQLServer()
        try server.connect().script("CREATE ROLE readers")
        try await World.inPlace { place in
            let world = try await World.open(place, TestClock(at: LeaseBench.start))
            try await world.populate()
            let engine = world.engine
            try await world.put(.backEnd, "stock", Self.text(server))
            let id = try #require(engine.view.state.find("stock", kind: .backEnd))
            let worker = try #require(engine.view.state.find("worker", kind: .identity))
            let order = LeaseOrder(backEnd: id, role: "show", identity: worker)

            // Nothing without its password, which is in no entry and no leaf.
            try await engine.serveBackEnds()
            #expect(await engine.leases.issue(order).code == "unknown_role")
            await #expect(throws: EngineError.self) { try await engine.setSecret(ofBackEnd: "stock", []) }
            await #expect(throws: EngineError.self) { try await engine.setSecret(ofBackEnd: "none", [1]) }
            try await engine.setSecret(ofBackEnd: "stock", Array("wrong".utf8))
            guard case .failed(let error) = await engine.leases.issue(order) else {
                Issue.record("issued with the wrong password")
                return
            }
            #expect(!"\(error)".contains("wrong"))
            try await engine.setSecret(ofBackEnd: "stock", Array(PostgreSQLServer.password.utf8))
            let (lease, secret) = try await engine.leases.issue(order).issued()
            let settings = server.settings(user: secret.user, password: secret.password)
            #expect(throws: Never.self) { try PostgreSQLConnection(settings) }

            try await world.cut(#"{"kind":"identity","id":"worker"}"#)
            await engine.leases.work()
            #expect(try await engine.leases.lease(lease.id)?.state == .revoked)
            #expect(throws: PostgreSQLError.self) { try PostgreSQLConnection(settings) }
            let steps = try await engine.reading { engine in
                var steps: [String] = []
                for name in try engine.logs() where name != .control {
                    guard let log = try engine.log(name) else { continue }
                    for leaf in try log.leaves(0..<log.head().size) {
                        guard let body = leaf.body, LeaseRecord.isLease(body) else { continue }
                        #expect(!String(decoding: body, as: UTF8.self).contains(secret.password))
                        #expect(EvidenceLeaf(stored: body)?.kind == LeaseRecord.kind)
                        if try LeaseStep(stored: body).lease == lease.id {
                            steps.append(String(decoding: body, as: UTF8.self))
                        }
                    }
                }
                return steps
            }
            #expect(steps.count == 3 && steps.last?.contains(#""role":"absent""#) == true)

            // A retired one gives out nothing more and takes back what it gave.
            let (last, _) = try await engine.leases.issue(LeaseOrder(backEnd: id, role: "show", identity: world.local))
                .issued()
            try World.done(await engine.retire(.backEnd, "stock", by: world.local))
            try await engine.serveBackEnds()
            await engine.leases.work()
            #expect(try await engine.leases.lease(last.id)?.state == .revoked)
            #expect(await engine.leases.issue(order).code == "unknown_role")
            world.store.inner.close()
        }
    }

    @Test func rolesAreOperationsThatThereAre() async throws {
        let server = try PostgreSQLServer()
        try await World.run { world async throws in
            let value = try JSONValue(parsing: Self.text(server, operation: "fly"))
            guard case .refused(let refusal) = await world.engine.put(.backEnd, named: "stock", value, by: world.local)
            else {
                Issue.record("registered")
                return
            }
            #expect(refusal.pointer == "/roles/0/operation")
        }
    }
}
