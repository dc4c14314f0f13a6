// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Synchronization
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

@Suite struct AttributeTests {
    private static let policies = """
        @id("sees") permit (principal, action, resource) when { context.request has amount };
        @id("never") permit (principal, action, resource) when { context.request has colour };
        """

    @Test func onlyNamedAttributesReachPolicies() async throws {
        try await World.run(policies: Self.policies) { world async throws in
            let named = try await world.ask(.asserted("worker"), attributes: #"{"amount":1,"colour":"red"}"#)
            #expect(try named.get().policies == ["sees"])
            #expect(try await world.reason(attributes: #"{"colour":"red"}"#) == "not_permitted")
            #expect(try await world.reason(attributes: "{}") == "not_permitted")
            // Null is absent.
            #expect(try await world.reason(attributes: #"{"amount":null}"#) == "not_permitted")

            let record = try await world.record(named)
            let text = String(decoding: record.serialized(), as: UTF8.self)
            #expect(!text.contains("colour") && !text.contains("amount"))
            #expect(record["withheld"]?.stringValue?.utf8.count == 22)
            let id = try #require(world.engine.view.state.find("worker", kind: .identity))
            #expect(record["sealed"]?["key"] == .string("\(id)/202611"))
            let decisionID = try #require(try named.get().id)
            let stored = try #require(try await world.engine.decision(decisionID))
            #expect(try await world.engine.replay(stored).attributes == Array(#"{"amount":1}"#.utf8))
        }
    }

    @Test func equalWithheldAttributesAreSeenToBeEqualAndNoMore() async throws {
        try await World.run(policies: Self.policies) { world async throws in
            func withheld(_ attributes: String) async throws -> String? {
                try await world.record(try await world.ask(.asserted("worker"), attributes: attributes))["withheld"]?
                    .stringValue
            }
            let red = try await withheld(#"{"colour":"red"}"#)
            #expect(red != nil)
            #expect(try await withheld(#"{"colour":"red","amount":1}"#) == red)
            #expect(try await withheld(#"{"colour":"blue"}"#) != red)
            #expect(try await withheld(#"{"amount":1}"#) == nil)
        }
        try await World.run(policies: Self.policies) { world async throws in
            // Keyed: another installation's digest of the same is another.
            let one = world.engine.sealer.digest(of: Array("x".utf8))
            try await World.run { other async throws in #expect(other.engine.sealer.digest(of: Array("x".utf8)) != one)
            }
        }
    }

    static let unholdable = ["1.00001", "1e2", "9223372036854775808", #"[1.00001]"#, #"{"x":[{"y":1e99}]}"#]

    @Test func aNumberThatCedarCannotHoldIsRefusedNotDropped() async throws {
        try await World.run(policies: permitAll) { world async throws in
            for value in Self.unholdable {
                #expect(try await world.reason(attributes: #"{"amount":\#(value)}"#) == "?invalid_question", "\(value)")
                // Nobody minds what no policy sees.
                #expect(try await world.reason(attributes: #"{"colour":\#(value)}"#) == "permitted", "\(value)")
            }
            #expect(try await world.reason(attributes: #"{"amount":1.0001}"#) == "permitted")
            #expect(try await world.reason(attributes: #"{"amount":[null,{"x":null}]}"#) == "permitted")
        }
    }

    @Test func whatIsRecordedIsBounded() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let most = String(repeating: "x", count: 32_768 - 14)
            #expect(try await world.reason(attributes: #"{"reason":"\#(most)"}"#) == "permitted")
            #expect(try await world.reason(attributes: #"{"reason":"\#(most)xx"}"#) == "?invalid_question")
            #expect(try await world.reason(attributes: #"{"colour":"\#(most)\#(most)"}"#) == "permitted")
        }
    }

    /// An attribute that can't be sealed must not be decided without: a policy could forbid by it.
    @Test func withoutTheSealedStoreThereIsNoAnswer() async throws {
        try await World.run(policies: permitAll) { world async throws in
            world.store.faults.secrets.withLock { $0 = true }
            #expect(try await world.reason(attributes: #"{"amount":1}"#) == "?evidence_unavailable")
            #expect(try await world.reason(attributes: #"{"colour":1}"#) == "permitted")
            world.store.faults.secrets.withLock { $0 = false }
            #expect(try await world.reason(attributes: #"{"amount":1}"#) == "permitted")
            // The key is known now: nothing waits for the store any more.
            world.store.faults.secrets.withLock { $0 = true }
            #expect(try await world.reason(attributes: #"{"amount":2}"#) == "permitted")
        }
    }
}
