// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

@Suite struct EngineOpeningTests {
    private func error(_ body: () async throws -> Void) async -> EngineError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? EngineError
        }
    }

    @Test func theFirstEntriesOpenTheLogAndLetTheNodeJoin() async throws {
        try await World.inPlace { place in
            let world = try await World.open(place, origin: "trust.example/eu")
            let leaves = try await world.engine.reading { try $0.controlLog.leaves(0..<10) }
            let kinds = try leaves.map { try Entry(stored: try #require($0.body)).body.kind }
            #expect(kinds == ["log.open", "node.put", "policy.activate", "operator.put", "credential.put"])
            #expect(world.engine.view.state.opening?.origin == "trust.example/eu/control")
            #expect(world.engine.origin(of: .evidence(node: 1, month: 202_611)) == "trust.example/eu/evidence-1-202611")
        }
    }

    @Test func aRestartFindsTheSameStateTheSameNodeAndTheSameToken() async throws {
        try await World.inPlace { place in
            let first = try await World.open(place)
            try await first.populate()
            let (digest, size) = (first.engine.view.state.digest, first.engine.view.state.size)
            let token = try Data(contentsOf: URL(fileURLWithPath: first.tokenFile))
            let second = try await first.reopened()
            #expect(second.engine.view.state.digest == digest)
            #expect(second.engine.view.state.size == size)
            #expect(second.engine.node.id == first.engine.node.id)
            #expect(try Data(contentsOf: URL(fileURLWithPath: second.tokenFile)) == token)
        }
    }

    @Test func anotherMasterKeyOpensNothing() async throws {
        try await World.inPlace { place in
            try await World.open(place).store.inner.close()
            try FileManager.default.removeItem(atPath: place + "/master.key")
            let error = await error { _ = try await World.open(place) }
            #expect(error?.code == .configuration)
            #expect(error?.message.contains("master key") == true)
        }
    }

    @Test func aMasterKeyThatOthersMayReadIsRefused() async throws {
        try await World.inPlace { place in
            try await World.open(place).store.inner.close()
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: place + "/master.key")
            #expect(throws: EngineError.self) { try MasterKey(file: place + "/master.key") }
        }
    }

    @Test func anotherOriginThanTheLogsIsRefused() async throws {
        try await World.inPlace { place in
            try await World.open(place, origin: "trust.example").store.inner.close()
            let error = await error { _ = try await World.open(place, origin: "other.example") }
            #expect(error?.code == .configuration)
            try await World.open(place, origin: "trust.example").store.inner.close()
        }
    }

    @Test func anEngineThatMayNotBeginServesNoEmptyStore() async throws {
        try await World.inPlace { place in
            func open() async throws {
                let store = try SQLiteStore(directory: place + "/data")
                defer { store.close() }
                _ = try await Engine.open(
                    store: store,
                    master: try MasterKey(file: place + "/master.key"),
                    configuration: EngineConfiguration(mayBegin: false)
                )
            }
            let refused = await error { try await open() }
            #expect(refused?.message == "the control log has no entries")
            // Once somebody began it, it is opened.
            try await World.open(place).store.inner.close()
            try await open()
        }
    }

    @Test func twoEnginesOnOneDirectoryFollowEachOther() async throws {
        try await World.inPlace { place in
            let one = try await World.open(place)
            try await one.populate()
            let two = try await World.open(place, one.clock, one.keys)
            for number in 0..<12 {
                let world = number.isMultiple(of: 2) ? one : two
                try await world.put(.identity, "bot-\(number)", World.identity(bound: ""))
            }
            // What the other one did last is seen with the next command, and a name taken there is taken.
            let taken = await one.engine.put(
                .identity,
                named: "bot-11",
                try JSONValue(
                    parsing: World.identity(bound: "", custody: World.custody.replacing("orders", with: "x"))
                ),
                by: one.local
            )
            try World.done(taken)
            try await two.put(.identity, "last", World.identity(bound: ""))
            try await one.put(.identity, "very-last", World.identity(bound: ""))
            #expect(one.engine.view.state.digest != two.engine.view.state.digest)
            try await two.put(.identity, "very-last", World.identity(bound: ""))
            #expect(one.engine.view.state.digest == two.engine.view.state.digest)
            #expect(one.engine.view.state.size == two.engine.view.state.size)
            #expect(one.engine.view.state.identities.count == 16)
            let third = try await two.reopened()
            #expect(third.engine.view.state.digest == one.engine.view.state.digest)
        }
    }

    @Test func localRecoveryEndsTheTokenBefore() async throws {
        try await World.inPlace { place in
            let world = try await World.open(place)
            let old = try String(contentsOfFile: world.tokenFile, encoding: .utf8).dropLast()
            guard case .success(.operator) = world.engine.caller(bearer: String(old)) else {
                Issue.record("the local operator's token does not count")
                return
            }
            try FileManager.default.removeItem(atPath: world.tokenFile)
            try await world.engine.provideLocalOperator(tokenFile: world.tokenFile)
            let new = try String(contentsOfFile: world.tokenFile, encoding: .utf8).dropLast()
            #expect(refusal(world.engine, String(old)) == .revoked)
            #expect(refusal(world.engine, String(new)) == nil)
            let mode = try FileManager.default.attributesOfItem(atPath: world.tokenFile)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test func aRetiredLocalOperatorIsFollowedByAnother() async throws {
        try await World.inPlace { place in
            let world = try await World.open(place)
            // The last owner can't go.
            #expect(refusal(await world.engine.retire(.operator, "local", by: world.local))?.code == .lastOwner)
            try await world.hire("alice", [.owner])
            try await world.enrol("alice")
            try World.done(await world.engine.retire(.operator, "local", by: world.local))
            let size = world.engine.view.state.size
            try await world.engine.provideLocalOperator(tokenFile: world.tokenFile)
            #expect(world.engine.view.state.size == size + 2)
            let token = try String(contentsOfFile: world.tokenFile, encoding: .utf8)
            guard case .success(.operator(let record, _)) = world.engine.caller(bearer: String(token.dropLast())) else {
                Issue.record("no operator was recovered")
                return
            }
            #expect(record.object.name == "local-2")
        }
    }
}

/// Why a bearer token does not count.
func refusal(_ engine: Engine, _ token: String) -> CallerRefusal? {
    if case .failure(let refusal) = engine.caller(bearer: token) { refusal } else { nil }
}
