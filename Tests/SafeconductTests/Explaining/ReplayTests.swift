// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

@Suite struct ReplayTests {
    @Test func aWalkPageByPageMeetsEveryDecisionOnce() async throws {
        try await World.run(policies: permitAll) { world async throws in
            for number in 0..<23 {
                if number % 5 == 0 { try await world.activate("@id(\"p\(number)\") \(permitAll)") }
                _ = try await world.ask(.asserted("worker"), number % 3 == 0 ? "nothing-there" : "show")
            }
            var (decisions, identical, unasked, pages) = (0, 0, 0, 0)
            var next: (log: LogName, index: UInt64)?
            repeat {
                let stretch = try await world.engine.replay(from: next, leaves: 5)
                decisions += stretch.decisions
                identical += stretch.identical
                unasked += stretch.unasked
                pages += 1
                next = stretch.next
            } while next != nil
            #expect(decisions == 23 && identical == 23 && unasked == 8 && pages == 5)
        }
    }

    @Test func aStartBeyondEverythingIsTheEnd() async throws {
        try await World.run(policies: permitAll) { world async throws in
            _ = try await world.ask(.asserted("worker"))
            for index in [UInt64(2), 1 << 40, .max] {
                let name = try #require(try world.engine.logs().last)
                let stretch = try await world.engine.replay(from: (name, index), leaves: 5)
                #expect(stretch.decisions == 0 && stretch.next == nil)
            }
        }
    }

    /// A record that says something else than its policies would is found.
    @Test func whatIsNotIdenticalIsSeen() async throws {
        try await World.run(policies: "@id(\"all\") @alert(\"x\") \(permitAll)") { world async throws in
            let decision = try await world.ask(.asserted("worker")).get()
            let stored = try await world.stored(decision)
            let changes: [(inout DecisionRecord) -> Void] = [
                { $0.outcome = .deny }, { $0.reason = "forbidden" }, { $0.determining = ["other"] },
                { $0.failures = ["all"] }, { $0.remedies = ["limit:1/day"] }, { $0.facts.alerts = [] },
                {
                    $0.facts.shadow = DecisionFacts.Shadow(
                        outcome: .deny,
                        reason: "forbidden",
                        determining: [],
                        failures: [],
                        remedies: []
                    )
                },
            ]
            for change in changes {
                var record = stored.record
                change(&record)
                let forged = StoredDecision(
                    id: stored.id,
                    log: stored.log,
                    index: stored.index,
                    leaf: stored.leaf,
                    record: record
                )
                #expect(try await world.engine.replay(forged).identical == false)
            }
            #expect(try await world.engine.replay(stored).identical)
        }
    }
}
