// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

/// Limits of bytes, rows, amounts and features, through whole decisions.
@Suite struct LimitMeasureTests {
    private func permit(_ remedies: String..., more: String = "") -> String {
        let asks = remedies.map { "context.met.contains(\"\($0)\")" }.joined(separator: " && ")
        return "@id(\"p\") @remedy(\"\(remedies.joined(separator: " "))\") \(more) "
            + "permit (principal, action, resource) when { \(asks) };"
    }

    @Test func anAmountIsTakenFromTheAttribute() async throws {
        try await World.run(policies: permit("limit:100amount/day")) { world async throws in
            func ask(_ attributes: String) async throws -> Decision {
                try await world.ask(.asserted("worker"), attributes: attributes).get()
            }
            let first = try await ask(#"{"amount":60}"#)
            #expect(first.outcome == .limit && first.remaining == 40)
            #expect(first.quotas.map(\.limit.name) == ["100amount/day"])
            let large = try await ask(#"{"amount":40.0001}"#)
            #expect(large.reason == "limit_exceeded" && large.retryAfter != nil && large.remaining == nil)
            #expect(try await ask(#"{"amount":39.9999}"#).remaining == 0)
            let never = try await ask(#"{"amount":101}"#)
            #expect(never.reason == "limit_exceeded" && never.retryAfter == nil)
            for bad in [#"{}"#, #"{"amount":-1}"#, #"{"amount":"5"}"#, #"{"amount":null}"#, #"{"other":5}"#] {
                let decision = try await ask(bad)
                #expect(decision.outcome == .deny && decision.reason == "limit_unmeasured", "\(bad)")
            }
            for (bad, why) in [
                (#"{"amount":-0.0001}"#, "which has to be a number and not negative"),
                (#"{"amount":-1}"#, "which has to be a number and not negative"),
                (#"{"amount":"5"}"#, "which has to be a number and not negative"),
                (#"{"amount":[5]}"#, "which has to be a number and not negative"),
                (#"{"amount":null}"#, "which this call does not have"), ("{}", "which this call does not have"),
            ] {
                #expect(try await ask(bad).message == "a limit counts the attribute 'amount', \(why)", "\(bad)")
            }
            #expect(try await ask(#"{"amount":9223372036854775807}"#).reason == "limit_exceeded")
        }
    }

    @Test func anAmountThatPoliciesDoNotSeeIsSaidToBeThat() async throws {
        try await World.run(policies: permit("limit:100amount(tip)/day")) { world async throws in
            let decision = try await world.ask(.asserted("worker"), attributes: #"{"tip":5}"#).get()
            #expect(decision.reason == "limit_unmeasured")
            #expect(decision.message.hasSuffix("'tip', which policies do not see: the operation does not name it"))
        }
    }

    /// A text that the schema calls a number is one, and what it does not name is not seen.
    @Test func anAmountIsWhatTheSchemaSays() async throws {
        try await World.run { world async throws in
            func activate(_ schema: String) async throws {
                let set = PolicySet(
                    id: MadeUp.id(.policySet),
                    files: [
                        PolicySet.File(name: "a.cedar", text: permit("limit:100amount/day")),
                        PolicySet.File(name: "a.cedarschema", text: "type RequestAttributes = { \(schema) };"),
                    ]
                )
                try World.done(
                    await world.engine.carryOut(
                        Command(by: world.local, collection: "policies") { _, now in
                            var generator = SystemRandomNumberGenerator()
                            let id = ObjectID(kind: .policySet, at: now, using: &generator)
                            return [.activatePolicies(PolicySet(id: id, files: set.files))]
                        }
                    )
                )
            }
            func ask(_ attributes: String) async throws -> Decision {
                try await world.ask(.asserted("worker"), attributes: attributes).get()
            }
            try await activate("amount?: decimal")
            let typed = try await ask(#"{"amount":"60.5"}"#)
            #expect(typed.outcome == .limit && typed.remaining == 39, "\(typed)")
            #expect(try await ask(#"{"amount":"60.5"}"#).reason == "limit_exceeded")
            try await activate("amount?: String")
            let text = try await ask(#"{"amount":"5"}"#)
            #expect(text.reason == "limit_unmeasured" && text.message.hasSuffix("a number and not negative"))
            try await activate("other?: Long")
            let unseen = try await ask(#"{"amount":5}"#)
            #expect(unseen.reason == "limit_unmeasured", "\(unseen)")
            #expect(unseen.message.hasSuffix("which policies do not see: their schema does not name it"), "\(unseen)")
        }
    }

    @Test func bytesAndRowsAreDebitedWhenTheOutcomeIsKnown() async throws {
        let policies = permit("limit:1000bytes/minute", "limit:50rows/minute")
        try await World.run(policies: policies) { world async throws in
            func ask() async throws -> Decision { try await world.ask(.asserted("worker")).get() }
            let first = try await ask()
            #expect(first.outcome == .limit && first.quotas.map(\.remaining) == [999, 49])
            #expect(try await world.tell(#require(first.id), #"{"bytes":400}"#) == "succeeded")
            let second = try await ask()
            #expect(second.quotas.map(\.remaining) == [599, 48])
            #expect(try await world.tell(#require(second.id), #"{"bytes":5000,"rows":10}"#) == "succeeded")
            // Told again it is not debited again.
            #expect(try await world.tell(#require(second.id), #"{"bytes":5000,"rows":10}"#) == "repeated")
            let empty = try await ask()
            #expect(empty.reason == "limit_exceeded" && empty.quotas.map(\.remaining) == [0, 39])
            // 400 + 4999 + 1 are gone: the bucket has to come back from 4400 below nothing.
            #expect((260_000...265_000).contains(empty.retryAfter ?? 0))
            world.clock.advance(milliseconds: empty.retryAfter ?? 0)
            #expect(try await ask().outcome == .limit)
            // The second unit that flowed in meanwhile is there, and what a denied call moved was nobody's quota.
            _ = try await world.tell(#require(empty.id), #"{"bytes":5000,"rows":5000}"#)
            world.clock.advance(milliseconds: 1000)
            #expect(try await ask().outcome == .limit)
        }
    }

    @Test func whatACallMovedIsDebitedFromTheBucketOfEachPolicy() async throws {
        let literal = "limit:1000bytes/minute"
        let policies =
            permit(literal)
            + "@id(\"all\") @remedy(\"\(literal)\") forbid (principal, action, resource) "
            + "unless { context.met.contains(\"\(literal)\") };"
        try await World.run(policies: policies) { world async throws in
            func ask() async throws -> Decision { try await world.ask(.asserted("worker")).get() }
            let first = try await ask()
            #expect(first.quotas.map(\.remaining) == [999, 999])
            #expect(try await world.tell(#require(first.id), #"{"bytes":400}"#) == "succeeded")
            #expect(try await ask().quotas.map(\.remaining) == [599, 599])
        }
    }

    @Test func aFeatureSetIsToldToThePoint() async throws {
        let policies =
            permit("limit:features=read,list,export", "limit:5/minute")
            + "@remedy(\"limit:features=list,read\") forbid (principal, action, resource) "
            + "unless { context.met.contains(\"limit:features=list,read\") };"
        try await World.run(policies: policies) { world async throws in
            let decision = try await world.ask(.asserted("worker")).get()
            #expect(decision.outcome == .limit && decision.features == ["read", "list"])
            #expect(decision.remaining == 4)
            #expect(try await world.record(.success(decision))["met"]?.arrayValue?.count == 3)
        }
        try await World.run(policies: permit("limit:features=read")) { world async throws in
            let decision = try await world.ask(.asserted("worker")).get()
            #expect(decision.outcome == .limit && decision.features == ["read"] && decision.remaining == nil)
        }
    }
}
