// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

@Suite struct DecisionSearchTests {
    private static let policies = """
        permit (principal, action, resource) when { principal == Identity::"worker" };
        """

    /// Random decisions and outcomes over two months, searched by random queries on pages of random sizes, against a
    /// list of what was done.
    @Test func searchesFindWhatAListWould() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        try await World.run(policies: Self.policies) { world async throws in
            var generator = SeededGenerator(seed: seed)
            struct Made {
                let id: ObjectID
                let identity: String
                let answer: Decision.Outcome
                var told: String?
            }
            var made: [Made] = []
            for round in 0..<90 {
                if round == 45 { world.clock.advance(seconds: 12 * 86_400) }
                world.clock.advance(milliseconds: Int64.random(in: 0...20_000, using: &generator))
                let name = Bool.random(using: &generator) ? "worker" : "reader"
                let decision = try await world.ask(.asserted(name)).get()
                let id = try #require(decision.id)
                made.append(Made(id: id, identity: name, answer: decision.outcome))
                guard let index = made.indices.suffix(5).randomElement(using: &generator), made[index].told == nil
                else { continue }
                let report = try #require(
                    [#"{"status":200}"#, #"{"status":500}"#, #"{"passed":true}"#].randomElement(using: &generator)
                )
                let word = try await world.tell(made[index].id, report)
                // The one that is told in the next month is too old for it.
                if word != "outcome_late" { made[index].told = word }
            }
            let now = world.clock.now
            func state(_ one: Made) -> OutcomeState? {
                if let told = one.told {
                    return told.hasSuffix("not enforced") ? .contradicting : told == "failed" ? .failed : .reported
                }
                guard one.answer.permits else { return nil }
                return now.milliseconds - one.id.time.milliseconds > 300_000 ? .unknown : .open
            }
            for _ in 0..<40 {
                var query = DecisionQuery()
                let identity = ["worker", "reader", nil].randomElement(using: &generator) ?? nil
                query.identity = identity.flatMap { world.engine.view.state.find($0, kind: .identity) }
                if Bool.random(using: &generator) { query.answers = [.allow] }
                if Bool.random(using: &generator) {
                    query.states = Set(OutcomeState.allCases.shuffled(using: &generator).prefix(2))
                }
                if Bool.random(using: &generator) { query.since = made.randomElement(using: &generator)?.id.time }
                if Bool.random(using: &generator) { query.until = made.randomElement(using: &generator)?.id.time }
                let expected = made.filter { one in
                    guard identity == nil || one.identity == identity else { return false }
                    guard query.answers.isEmpty || query.answers.contains(one.answer) else { return false }
                    guard query.since.map({ one.id.time >= $0 }) ?? true else { return false }
                    guard query.until.map({ one.id.time < $0 }) ?? true else { return false }
                    guard !query.states.isEmpty else { return true }
                    guard let state = state(one) else { return false }
                    let isTold = [.reported, .failed, .contradicting].contains(state)
                    return query.states.contains(state) || isTold && query.states.contains(.reported)
                }
                let limit = Int.random(in: 1...30, using: &generator)
                var found: [ObjectID] = []
                var cursor: DecisionCursor?
                repeat {
                    let page = try await world.engine.decisions(query, after: cursor, limit: limit)
                    #expect(page.decisions.count <= limit)
                    found += page.decisions.map(\.id)
                    cursor = try page.next.map { try #require(DecisionCursor("\($0)")) }
                } while cursor != nil
                #expect(found == expected.map(\.id).reversed(), "seed \(seed): \(query)")
            }
        }
    }

    @Test(arguments: [
        "", "202611.", "202611.1", "202611.1-", "202611.1-1-1", "202611.01-1", "202611.1-01", "202611.+1-1", "1.1-1",
        "202611.1-1.1-2", "202611.2-1.1-1", "202611.65536-1", "202611.1-18446744073709551616", " 202611.1-1", "x",
    ])
    func aCursorHasOneSpelling(_ text: String) { #expect(DecisionCursor(text) == nil) }

    @Test func aForgedCursorReadsNothingThatIsNotThere() async throws {
        try await World.run(policies: Self.policies) { world async throws in
            for _ in 0..<3 { _ = try await world.decided() }
            for text in ["202611.1-18446744073709551615", "999912", "202612.1-2"] {
                let cursor = try #require(DecisionCursor(text))
                #expect(try await world.engine.decisions(DecisionQuery(), after: cursor, limit: 9).decisions.count == 3)
            }
            for text in ["202610.1-5", "202611.7-4", "202611"] {
                let cursor = try #require(DecisionCursor(text))
                #expect(try await world.engine.decisions(DecisionQuery(), after: cursor, limit: 9).decisions.isEmpty)
            }
            let end = try #require(DecisionCursor("202611.1-0"))
            let page = try await world.engine.decisions(DecisionQuery(), after: end, limit: 9)
            #expect(page.decisions.isEmpty && page.next == nil)
        }
    }

    @Test func aLeafNamesServiceWorkloadAndWindow() async throws {
        try await World.run(policies: Self.policies) { world async throws in
            let spiffe = "spiffe://shop.example/ns/orders/sa/worker"
            try await world.put(
                .identity,
                "mesh",
                World.identity(bound: #"{"issuer":"ci","subject":"\#(spiffe)"}"#)
            )
            let proven = try await world.record(try await world.ask(.token(try world.token(notBefore: -30))))
            #expect(proven["service"] == ["name": "worker", "kind": "service"])
            let fingerprint = Fingerprint(of: "\(World.issuer)\nworker")
            #expect(proven["workload"] == .string("sha256:\(fingerprint)"))
            let now = world.clock.now
            #expect(proven["window"]?["not_before"] == .string(now.advanced(byMilliseconds: -30_000).description))
            #expect(proven["window"]?["expires_at"] == .string(now.advanced(byMilliseconds: 300_000).description))
            let mesh = try await world.record(try await world.ask(.token(try world.token(spiffe))))
            #expect(mesh["workload"] == .string(spiffe))
            #expect(mesh["window"]?["not_before"] == .string(now.description))
            let asserted = try await world.record(try await world.ask(.asserted("worker")))
            #expect(asserted["service"]?["name"] == "worker")
            #expect(asserted["workload"] == nil && asserted["window"] == nil)
        }
    }
}
