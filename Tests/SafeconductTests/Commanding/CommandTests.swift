// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

@Suite struct CommandTests {
    @Test func theSameInputAgainWritesNothing() async throws {
        try await World.run { world async throws in
            let identity =
                #"{"kind":"agent",\#(World.custody),"labels":["b","a"],"display_name":"Ada's helper","description":"räumt auf"}"#
            #expect(try await world.put(.identity, "ada", identity).count == 1)
            let (size, digest) = (world.engine.view.state.size, world.engine.view.state.digest)
            world.clock.advance(seconds: 3600)
            #expect(try await world.put(.identity, "ada", identity).isEmpty)
            try await world.populate()
            #expect(world.engine.view.state.size == size)
            #expect(world.engine.view.state.digest == digest)
            // One letter of the free text is a change, and so is leaving it out.
            #expect(try await world.put(.identity, "ada", identity.replacing("auf", with: "Auf")).count == 1)
            let without = #"{"kind":"agent",\#(World.custody),"labels":["b","a"]}"#
            #expect(try await world.put(.identity, "ada", without).count == 1)
            #expect(try await world.put(.identity, "ada", without).isEmpty)
        }
    }

    @Test func namesAndIdsReferToTheSame() async throws {
        try await World.run { world async throws in
            let state = world.engine.view.state
            let (owner, issuer) = (world.local, try #require(state.find("ci", kind: .issuer)))
            let byID = World.identity(bound: #"{"issuer":"\#(issuer)","subject":"worker"}"#)
                .replacing(#""local""#, with: "\"\(owner)\"")
            #expect(try await world.put(.identity, "worker", byID).isEmpty)
            let api = try #require(state.find("orders", kind: .api))
            #expect(
                try await world.put(
                    .enforcementPoint,
                    "edge",
                    #"{"apis":["\#(api)"],"subjects":["asserted","proven"],\#(World.custody)}"#
                ).isEmpty
            )
            let id = try #require(state.find("reader", kind: .identity))
            try World.done(await world.engine.retire(.identity, id.description, by: world.local))
            #expect(world.engine.view.state.identities[id]?.retired == true)
        }
    }

    @Test func aSpanOfTimeIsCountedOnce() async throws {
        try await World.run { world async throws in
            func expiry() throws -> Timestamp {
                let state = world.engine.view.state
                return try #require(state.find("bot", kind: .identity).flatMap { state.identities[$0] }).object.custody
                    .expiresAt
            }
            let span = World.identity(bound: "", custody: World.custody.replacing("30d", with: "2h"))
            try await world.put(.identity, "bot", span)
            let first = try expiry()
            #expect(first == world.clock.now.advanced(byMilliseconds: 7_200_000))
            world.clock.advance(seconds: 3600)
            #expect(try await world.put(.identity, "bot", span).isEmpty)
            // Once it has run out it counts anew.
            world.clock.advance(seconds: 3601)
            #expect(try await world.put(.identity, "bot", span).count == 1)
            #expect(try expiry() == world.clock.now.advanced(byMilliseconds: 7_200_000))
        }
    }

    @Test(
        arguments: [
            ("90d", 7_776_000_000), ("12h", 43_200_000), ("30m", 1_800_000), ("45s", 45_000),
            ("3650d", 315_360_000_000),
        ] as [(String, Int64)]
    )
    func spans(_ text: String, _ milliseconds: Int64) { #expect(Span.milliseconds(text) == milliseconds) }

    @Test(arguments: ["", "d", "0d", "-1d", "+1d", "1.5h", "1w", "3651d", "99999999999999999999d", "1 d", "١d"])
    func noSpans(_ text: String) { #expect(Span.milliseconds(text) == nil) }

    static let refused: [(ObjectKind, String, String, String)] = [
        (.identity, "x", #"{"kind":"service"}"#, "/owner"),
        (
            .identity, "x", #"{"kind":"service","owner":"nobody","purpose":"p","boundary":"b","expires_in":"1d"}"#,
            "/owner"
        ),
        (.identity, "X", #"{"kind":"service",\#(World.custody)}"#, "/name"),
        (.identity, "x", #"{"kind":"robot",\#(World.custody)}"#, "/kind"),
        (.identity, "x", #"{"name":"y","kind":"service",\#(World.custody)}"#, "/name"),
        (.identity, "x", #"{"kind":"service","colour":"red",\#(World.custody)}"#, "/colour"),
        (
            .identity, "x", #"{"kind":"service","owner":"local","purpose":"p","boundary":"b","expires_in":"1y"}"#,
            "/expires_in"
        ),
        (
            .identity, "x",
            #"{"kind":"service","owner":"local","purpose":"p","boundary":"b","expires_at":"2020-01-01T00:00:00Z"}"#,
            "/expires_at"
        ),
        (
            .identity, "x", #"{"kind":"service","owner":"local","purpose":"p","boundary":"b","expires_in":"401d"}"#,
            "/expires_at"
        ),
        (.identity, "x", #"{"kind":"service",\#(World.custody),"expires_at":"2027-01-01T00:00:00Z"}"#, "/expires_in"),
        (.identity, "x", World.identity(bound: #"{"issuer":"ci","subject":"worker"}"#), "/federation/0/subject"),
        (.identity, "x", World.identity(bound: #"{"issuer":"nobody","subject":"worker"}"#), "/federation/0/issuer"),
        (.enforcementPoint, "x", #"{"apis":["nothing"],\#(World.custody)}"#, "/apis/0"),
        (.issuer, "x", #"{"url":"https://issuer.example","audiences":["a"],\#(World.custody)}"#, "/url"),
        (.credential, "x", "{}", ""),
    ]

    @Test(arguments: refused) func aRefusalLeavesNoTrace(
        _ kind: ObjectKind,
        _ name: String,
        _ json: String,
        _ pointer: String
    ) async throws {
        try await World.run { world async throws in
            let (size, digest) = (world.engine.view.state.size, world.engine.view.state.digest)
            let outcome = await world.engine.put(kind, named: name, try JSONValue(parsing: json), by: world.local)
            guard case .refused(let refusal) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(refusal.pointer == pointer, "\(refusal)")
            let head = try await world.engine.reading { try $0.controlLog.head() }
            #expect(head.size == size)
            #expect(world.engine.view.state.digest == digest)
        }
    }

    @Test func aCommandOfSeveralEntriesIsAllOrNothing() async throws {
        try await World.run { world async throws in
            let size = world.engine.view.state.size
            let worker = try #require(world.engine.view.state.find("worker", kind: .identity))
            let outcome = await world.engine.carryOut(
                Command(by: world.local) { _, _ in [.retire(worker), .retire(worker)] }
            )
            guard case .refused = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(world.engine.view.state.size == size)
            #expect(world.engine.view.state.identities[worker]?.retired == false)
        }
    }

    @Test func whoeverWasRetiredOrSuspendedGivesNoCommand() async throws {
        try await World.run { world async throws in
            try await world.put(.operator, "second", #"{"kind":"human","roles":["trust-office"],\#(World.custody)}"#)
            let second = try #require(world.engine.view.state.find("second", kind: .operator))
            func attempt() async throws -> String? {
                let json = try JSONValue(parsing: World.identity(bound: ""))
                if case .refused(let refusal) = await world.engine.put(.identity, named: "bot", json, by: second) {
                    return refusal.code.description
                }
                return nil
            }
            let hold = try await world.hold(#"{"kind":"identity","id":"\#(second)"}"#)
            #expect(try await attempt() == "operator_gone")
            try await world.lift(hold)
            #expect(try await attempt() == nil)
            try World.done(await world.engine.retire(.operator, "second", by: world.local))
            #expect(try await attempt() == "operator_gone")
        }
    }

    /// What a request came with has to count when the command's turn comes, not when the request was let in.
    @Test(arguments: ["cut", "hold"]) func aCredentialThatEndedGivesNoCommand(_ end: String) async throws {
        try await World.run { world async throws in
            let state = world.engine.view.state
            let own = try #require(state.credentials.sorted.first { $0.object.holder == world.local }).object.id
            func attempt() async throws -> String? {
                let json = try JSONValue(parsing: World.identity(bound: ""))
                let outcome = await CommandTerms.$current.withValue(CommandTerms(credential: own)) {
                    await world.engine.put(.identity, named: "bot", json, by: world.local)
                }
                if case .refused(let refusal) = outcome { return refusal.code.description }
                return nil
            }
            #expect(try await attempt() == nil)
            let scope = #"{"kind":"credential","id":"\#(own)"}"#
            if end == "hold" { _ = try await world.hold(scope) } else { try await world.cut(scope) }
            let size = world.engine.view.state.size
            #expect(try await attempt() == "operator_gone")
            #expect(world.engine.view.state.size == size)
        }
    }

    @Test func aThousandCommandsFromManyTasksAreAllThereAndGapless() async throws {
        try await World.run { world async throws in
            let before = world.engine.view.state.size
            let revs = try await withThrowingTaskGroup(of: Range<UInt64>.self) { group in
                for number in 0..<1000 {
                    group.addTask {
                        let revs = try await world.put(.identity, "bot-\(number)", World.identity(bound: ""))
                        // What is acknowledged is seen.
                        #expect(world.engine.view.state.find("bot-\(number)", kind: .identity) != nil)
                        return revs
                    }
                }
                return try await group.reduce(into: [Range<UInt64>]()) { $0.append($1) }
            }
            #expect(revs.allSatisfy { $0.count == 1 })
            let all = Set(revs.flatMap { Array($0) })
            #expect(all.count == 1000)
            let state = world.engine.view.state
            let digests = (before..<state.size).filter { !all.contains($0) }
            #expect(digests.allSatisfy { $0.isMultiple(of: TrustState.digestInterval) })
            #expect(state.size == before + 1000 + UInt64(digests.count))
            let again = try await world.reopened()
            #expect(again.engine.view.state.digest == state.digest)
        }
    }

    @Test func aHoldOnEverythingCanBeLiftedAgain() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let token = try String(contentsOfFile: world.tokenFile, encoding: .utf8)
            let (_, edge) = await world.engine.issueBearer(to: "edge", kind: .enforcementPoint, by: world.local)
            let hold = try await world.hold(#"{"kind":"all"}"#)
            #expect(refusal(world.engine, try #require(edge).secret) == .suspended)
            #expect(try await world.reason() == "?not_granted")
            // Operators keep their levers, each but not those who are suspended themselves.
            #expect(refusal(world.engine, String(token.dropLast())) == nil)
            let own = try await world.hold(#"{"kind":"identity","id":"\#(world.local)"}"#)
            #expect(refusal(world.engine, String(token.dropLast())) == .suspended)
            let node = world.engine.node.id
            try World.done(await world.engine.lift(own.description, reason: nil, by: node))
            try World.done(await world.engine.lift(hold.description, reason: nil, by: node))
            #expect(try await world.reason() == "permitted")
            #expect(refusal(world.engine, try #require(edge).secret) == .revoked)
        }
    }
}
