// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

@Suite struct SealedTextTests {
    @Test func noFileHoldsFreeTextTokensOrAttributesInClear() async throws {
        try await World.run(policies: permitAll) { world async throws in
            try await world.put(
                .operator,
                "second",
                #"{"kind":"human",\#(World.custody),"display_name":"Wilhelmine Zaunkönig","contact":"wz@secret.example"}"#
            )
            let hold = try await world.hold(#"{"kind":"trust_domain","id":"other"}"#, reason: "leaked on pastebin-7")
            _ = await world.engine.lift(hold.description, reason: "pastebin-8 was a joke", by: world.local)
            let set = World.policySet(("n.cedar", permitAll + "\n"), note: "because of audit-77")
            try World.done(await world.engine.activatePolicies(set, by: world.local))
            let (_, bearer) = await world.engine.issueBearer(to: "edge", kind: .enforcementPoint, by: world.local)
            let token = try world.token()
            let attributes = #"{"reason":"seen-by-policies-9","colour":"seen-by-nobody-9"}"#
            #expect(try await world.reason(token: token, attributes: attributes) == "permitted")
            let local = try String(contentsOfFile: world.tokenFile, encoding: .utf8).dropLast()
            let master = try Data(contentsOf: URL(fileURLWithPath: world.place + "/master.key"))

            let secrets: [Data] =
                [
                    "Zaunkönig", "wz@secret.example", "pastebin-7", "pastebin-8", "audit-77", "seen-by-policies-9",
                    "seen-by-nobody-9", String(local), try #require(bearer).secret, token,
                    String(try #require(token.split(separator: ".").last)),
                ].map { Data($0.utf8) } + [master]
            for file in try FileManager.default.contentsOfDirectory(atPath: world.data) {
                let data = try Data(contentsOf: URL(fileURLWithPath: world.data + "/" + file))
                for secret in secrets {
                    #expect(data.range(of: secret) == nil, "\(file): \(String(decoding: secret, as: UTF8.self))")
                }
            }
        }
    }

    @Test func operatorsReadWhatWasSealedUntilItsKeyIsDestroyed() async throws {
        try await World.run(policies: permitAll) { world async throws in
            try await world.put(
                .identity,
                "ada",
                #"{"kind":"agent",\#(World.custody),"description":"of Ms. Lovelace"}"#
            )
            let state = world.engine.view.state
            let id = try #require(state.find("ada", kind: .identity))
            let record = try #require(state.identities[id])
            func shown() -> String {
                var writer = JSONWriter()
                world.engine.render(record, to: &writer)
                return String(decoding: writer.bytes, as: UTF8.self)
            }
            #expect(shown().contains("of Ms. Lovelace"))
            let answer = try await world.ask(.asserted("ada"), attributes: #"{"reason":"private"}"#)
            let decisionID = try #require(try answer.get().id)
            let decision = try #require(try await world.engine.decision(decisionID))
            #expect(try await world.engine.replay(decision).identical)

            #expect(try world.engine.sealer.erase(id) == 1)
            #expect(!shown().contains("Lovelace"))
            #expect(shown().contains(#""erased":true"#))
            let replay = try await world.engine.replay(decision)
            #expect(!replay.identical)
            #expect(replay.attributes == nil)
            // The proof stands.
            #expect(try await world.engine.receipt(of: decision) != nil)
            let check = try await world.engine.reading { engine in
                try (engine.controlLog.check().faults, engine.log(decision.log)?.check().faults)
            }
            #expect(check == ([], []))
            // Erasing is final, also for the file that holds the keys; the month goes on under another key.
            let again = try world.engine.sealer.seal(Array("new".utf8), for: id, at: world.clock.now)
            #expect(try world.engine.sealer.open(again) == Array("new".utf8))
            #expect(throws: EngineError.self) { try world.engine.sealer.open(try #require(record.object.sealed)) }
            _ = try world.engine.sealer.erase(id)
            // What was erased can't be replayed, so this world is not asked to.
            try world.forget(decision)
        }
    }

    @Test func onlyItsOwnKeyOpensAText() async throws {
        try await World.run { world async throws in
            let sealer = world.engine.sealer
            let (one, two) = (ObjectID(kind: .identity, high: 1, low: 1), ObjectID(kind: .identity, high: 1, low: 2))
            let text = try sealer.seal(Array("text".utf8), for: one, at: world.clock.now)
            let other = try sealer.seal(Array("text".utf8), for: two, at: world.clock.now)
            #expect(text.box != other.box)
            #expect(throws: EngineError.self) { try sealer.open(SealedText(key: other.key, box: text.box)) }
            #expect(throws: EngineError.self) { try sealer.open(SealedText(key: text.key, box: "AAAA")) }
            #expect(try sealer.open(SealedText(key: "nhi_unknown/202611", box: text.box)) == nil)
            #expect(text.key == "\(one)/202611")
        }
    }

    @Test func erasingWhileOthersSealLeavesNoKeyBehind() async throws {
        try await World.run { world async throws in
            let sealer = world.engine.sealer
            let (id, now) = (ObjectID(kind: .identity, high: 1, low: 3), world.clock.now)
            let texts = try await withThrowingTaskGroup(of: [SealedText].self) { group in
                for _ in 0..<2 {
                    group.addTask { try (0..<30).map { _ in try sealer.seal([1], for: id, at: now) } }
                }
                for _ in 0..<5 {
                    await Task.yield()
                    _ = try sealer.erase(id)
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            _ = try sealer.erase(id)
            for text in texts { #expect((try? sealer.open(text)) == .some(nil)) }
        }
    }
}

extension World {
    /// Erases the leaf of a decision.
    func forget(_ decision: StoredDecision) throws {
        try engine.log(decision.log)?.eraseBody(of: decision.index)
    }
}
