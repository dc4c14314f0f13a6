// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

/// Two engines with numbers of their own over one directory behave as one.
@Suite struct TwoNodesTests {
    private func run(_ policies: String = permitAll, _ body: (World, World) async throws -> Void) async throws {
        try await World.run(policies: policies) { one async throws in
            let two = try await one.neighbour()
            try await body(one, two)
            two.engine.follower.follow()
            one.engine.follower.follow()
            #expect(one.engine.view.state.digest == two.engine.view.state.digest)
            #expect(one.engine.view.state.size == two.engine.view.state.size)
            try await two.proveEverything()
            two.store.inner.close()
        }
    }

    @Test func theSecondJoinsWithAnIdAndAKeyOfItsOwn() async throws {
        try await run { one, two async throws in
            #expect(two.engine.node.number == 2)
            #expect(two.engine.node.id != one.engine.node.id)
            #expect(two.engine.node.verifyingKey != one.engine.node.verifyingKey)
            let again = try await two.reopened()
            #expect(again.engine.node.id == two.engine.node.id)
            #expect(again.engine.view.state.nodes.count == 2)
            again.store.inner.close()
        }
    }

    @Test func theSecondMayStartFirst() async throws {
        try await World.inPlace { place in
            let two = try await World.open(place, node: 2)
            let one = try await two.neighbour(1)
            #expect(one.engine.view.state.nodes.count == 2)
            #expect(one.engine.node.number == 1)
            one.store.inner.close()
            two.store.inner.close()
        }
    }

    @Test func aCutAtOneIsRefusedAtTheOtherWithItsNextAnswer() async throws {
        try await run { one, two async throws in
            #expect(try await two.reason() == "permitted")
            let id = try #require(one.engine.view.state.find("worker", kind: .identity))
            let hold = try await one.hold(#"{"kind":"identity","id":"\#(id)"}"#)
            // Nobody polls here: the answer's own commit reads the head, and finds the hold before it lets go.
            #expect(try await two.reason() == "identity_suspended")
            #expect(try await two.reason() == "identity_suspended")
            try await two.lift(hold)
            #expect(try await one.reason() == "identity_suspended")
            // A denial goes out as it was decided; the next one knows.
            #expect(try await one.reason() == "permitted")
        }
    }

    @Test func aPolicyOfTheOtherCountsForWhatIsBeingRecorded() async throws {
        try await run { one, two async throws in
            try await one.activate("forbid (principal, action, resource);")
            let answer = try await two.ask(.asserted("worker")).get()
            #expect(answer.reason == "forbidden")
            #expect(answer.rev == one.engine.view.state.rev)
            // What was decided before has its leaf, too, and was never answered.
            #expect(try await two.decisions().prefix(2).map(\.record.reason) == ["forbidden", "permitted"])
        }
    }

    @Test func aTokenIsSpentOnceAtBoth() async throws {
        try await run { one, two async throws in
            try await one.put(
                .issuer,
                "ci",
                #"{"url":"\#(World.issuer)","audiences":["safeconduct"],"algorithms":["ES256"],"#
                    + #""maximum_token_seconds":600,"one_time":true,\#(World.custody)}"#
            )
            two.engine.follower.follow()
            one.clock.advance(seconds: 1)
            let token = try one.token(id: "a")
            #expect(try await one.reason(token: token) == "permitted")
            #expect(try await two.reason(token: token) == "token_replayed")
            // A change of policies that makes a question be decided anew does not spend its token again.
            let other = try one.token(id: "b")
            try await one.activate("permit (principal, action, resource) when { true };")
            #expect(try await two.reason(token: other) == "permitted")
            #expect(try await one.reason(token: other) == "token_replayed")
        }
    }

    @Test func eachReadsTheOthersDecisions() async throws {
        try await run { one, two async throws in
            var expected: [ObjectID] = []
            for number in 0..<9 {
                one.clock.advance(milliseconds: 5)
                let world = number % 3 == 0 ? one : two
                let decision = try await world.ask(.asserted("worker"), attributes: #"{"amount":1}"#).get()
                expected.append(try #require(decision.id))
            }
            for world in [one, two] {
                let all = try await world.engine.decisions(DecisionQuery(), limit: 100).decisions
                #expect(all.map(\.id) == expected.reversed())
                // In pages, while more is decided.
                var paged: [ObjectID] = []
                var cursor: DecisionCursor?
                while paged.count < 4 {
                    let page = try await world.engine.decisions(DecisionQuery(), after: cursor, limit: 2)
                    paged += page.decisions.map(\.id)
                    let next: DecisionCursor = try #require(DecisionCursor(page.next?.description ?? ""))
                    cursor = next
                }
                #expect(paged == Array(expected.reversed().prefix(4)))
                for id in expected {
                    let decision = try #require(try await world.engine.decision(id))
                    #expect(try await world.engine.replay(decision).identical)
                    #expect(try await world.engine.receipt(of: decision) != nil)
                }
            }
            #expect(try one.engine.logs().count == 3)
            #expect(try one.engine.verifyingKeys().count == 3)
        }
    }

    @Test func eachAnchorsItsOwnEvidence() async throws {
        try await run { one, two async throws in
            #expect(try await one.reason() == "permitted")
            #expect(try await two.reason() == "permitted")
            await two.engine.anchorEvidence()
            #expect(two.engine.view.state.anchors.map { $0.origin.split(separator: "/").last } == ["evidence-2-202611"])
            await one.engine.anchorEvidence()
            #expect(one.engine.view.state.anchors.count == 2)
        }
    }

    @Test func anAlteredNeighboursEvidenceIsFoundAtTheStart() async throws {
        try await World.inPlace { place in
            let one = try await World.open(place)
            try await one.populate()
            try await one.activate(permitAll)
            let two = try await one.neighbour()
            #expect(try await two.reason() == "permitted")
            await two.engine.anchorEvidence()
            two.store.inner.close()
            one.store.inner.close()
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: place + "/data/evidence-2-202611.db" + suffix)
            }
            await #expect(throws: EngineError.self) { try await World.open(place) }
        }
    }

    @Test func onlyTheNodeWhoseClockJumpsStops() async throws {
        let clock = TestClock()
        try await World.run(policies: permitAll) { one async throws in
            let two = try await one.neighbour(2, clock)
            clock.jump(seconds: 6)
            #expect(try await two.reason() == "?clock_unsound")
            #expect(try await one.reason() == "permitted")
            let outcome = await two.engine.carryOut(Command(by: two.engine.node.id) { _, _ in [] })
            guard case .failed = outcome else {
                Issue.record("a command was carried out at a time that nobody knows")
                return
            }
            two.store.inner.close()
        }
    }

    @Test func snapshotsOfTwoNodesDoNotClash() async throws {
        try await World.inPlace { place in
            let one = try await World.open(place)
            let two = try await one.neighbour()
            for world in [one, two] { try await OperatorCrowd.put(3000, by: world) }
            for _ in 0..<400 where try !one.store.readSnapshot({ _ in }) {
                try await Task.sleep(for: .milliseconds(20))
            }
            one.engine.follower.follow()
            let digest = one.engine.view.state.digest
            #expect(two.engine.view.state.digest == digest)
            let again = try await one.reopened()
            #expect(again.engine.view.state.digest == digest)
            for world in [one, two, again] { world.store.inner.close() }
        }
    }
}
