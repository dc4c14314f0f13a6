// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

@Suite struct RemedyTests {
    @Test(arguments: [
        "limit:1/second", "limit:1000000000/day", "challenge:dpop", "challenge:human", "approve:security",
        "approve:a-1", "limit:5000bytes/hour", "limit:100000000000bytes/day", "limit:20rows/minute",
        "limit:250amount/day", "limit:250amount(total.net)/day", "limit:1amount(a/b)/second", "limit:features=read",
        "limit:features=read,list,a-b.c",
    ])
    func known(_ literal: String) { #expect(Remedy(literal)?.description == literal) }

    @Test(arguments: [
        "", ":", "limit", "limit:", "limit:1", "limit:1/", "limit:/day", "limit:0/day", "limit:-1/day",
        "limit:1000000001/day", "limit:1/day/x", "limit:1/week", "limit:99999999999999999999/day", "challenge:",
        "challenge:retina", "challenge:DPoP", "approve:", "approve:A", "approve:a b", "approve:ä", " limit:1/day",
        "limit:+5/day", "limit:05/day", "limit:5 bytes/day", "limit:5kilobytes/day", "limit:bytes/day",
        "limit:100000000001bytes/day", "limit:5amount()/day", "limit:5amount(amount)/day", "limit:5amount(A)/day",
        "limit:5amount(a/day", "limit:features", "limit:features=", "limit:features=a,", "limit:features=a,a",
        "limit:features=A", "limit:features=a b", "permit:1/day", "approve:" + String(repeating: "a", count: 64),
    ])
    func unknown(_ literal: String) { #expect(Remedy(literal) == nil) }

    private func permit(_ id: String, _ remedies: String...) -> String {
        let condition = remedies.map { #"context.met.contains("\#($0)")"# }.joined(separator: " && ")
        return
            #"@id("\#(id)") @remedy("\#(remedies.joined(separator: " "))") permit (principal, action, resource) when { \#(condition) };"#
    }

    private func forbid(_ id: String, unless remedy: String) -> String {
        #"@id("\#(id)") @remedy("\#(remedy)") forbid (principal, action, resource) unless { context.met.contains("\#(remedy)") };"#
    }

    private func offered(_ policies: String..., attributes: String = "{}") async throws -> (Decision, [String]) {
        var result: Decision?
        try await World.run(policies: policies.joined(separator: "\n")) { world async throws in
            let answer = try await world.ask(.asserted("worker"), attributes: attributes)
            result = try answer.get()
            let record = try await world.record(answer)
            let listed = record["remedies"]?.arrayValue?.compactMap(\.stringValue)
            #expect(listed == result?.remedies.map(\.description))
        }
        let decision = try #require(result)
        return (decision, decision.remedies.map(\.description))
    }

    @Test func whatAForbidAsksFor() async throws {
        let (decision, remedies) = try await offered(permitAll, forbid("f", unless: "challenge:fresh"))
        #expect(decision.outcome == .challenge && decision.reason == "challenge_required")
        #expect(decision.policies == ["f"])
        #expect(remedies == ["challenge:fresh"])
    }

    @Test func whatAPermitAsksFor() async throws {
        let (decision, remedies) = try await offered(permit("p", "approve:security"))
        #expect(decision.outcome == .approve && decision.reason == "approval_required")
        #expect(remedies == ["approve:security"])
    }

    @Test func theCheapestOfSeveralWaysIsAskedFor() async throws {
        let ways = [permit("a", "approve:security"), permit("c", "challenge:mtls"), permit("d", "challenge:dpop")]
        let (decision, remedies) = try await offered(ways[0], ways[1], ways[2])
        // Of equal cost the one that stands first.
        #expect(remedies == ["challenge:mtls"])
        #expect(decision.outcome == .challenge)
        #expect(try await offered(ways[0], ways[1], permit("l", "limit:3/minute")).0.outcome == .limit)
    }

    @Test func aSetIsIrreducibleAndOrderedByCost() async throws {
        let both = permit("both", "approve:security", "challenge:dpop")
        let one = permit("one", "approve:finance")
        let forbids = forbid("f", unless: "limit:5/hour") + forbid("g", unless: "challenge:fresh")
        let (decision, remedies) = try await offered(one, forbids, both)
        #expect(remedies == ["limit:5/hour", "challenge:fresh", "approve:finance"])
        #expect(decision.outcome == .challenge)
        #expect(decision.policies == ["f", "g"])
        // Of two approvals the one that stands first is kept, and with it what its policy wants besides.
        let other = try await offered(both, forbids, one)
        #expect(other.1 == ["limit:5/hour", "challenge:dpop", "challenge:fresh", "approve:security"])
    }

    @Test func whatNoRemedyHelpsIsForbidden() async throws {
        let (decision, remedies) = try await offered(
            permit("p", "challenge:dpop"),
            "@id(\"never\") forbid (principal, action, resource);"
        )
        #expect(decision.outcome == .deny && decision.reason == "forbidden" && remedies.isEmpty)
        #expect(decision.policies == ["never"])
        let other = try await offered(
            #"@remedy("challenge:dpop") permit (principal == Identity::"reader", action, resource) when { context.met.contains("challenge:dpop") };"#
        )
        #expect(other.0.reason == "not_permitted" && other.1.isEmpty)
    }

    @Test func atMostEightAreConsidered() async throws {
        let groups = (1...9).map { "approve:g\($0)" }
        func needingAll(_ groups: ArraySlice<String>) -> [String] {
            [permitAll] + groups.map { forbid("f-" + $0, unless: $0) }
        }
        let eight = try await offered(needingAll(groups.prefix(8)).joined(separator: "\n"))
        #expect(eight.1 == Array(groups.prefix(8)))
        let nine = try await offered(needingAll(groups[...]).joined(separator: "\n"))
        #expect(nine.1.isEmpty && nine.0.reason == "forbidden")
    }

    @Test func aPolicyThatFailedOffersNone() async throws {
        let broken =
            #"@id("broken") @remedy("challenge:dpop") permit (principal, action, resource) when { context.request.nothing == 1 || context.met.contains("challenge:dpop") };"#
        let (decision, remedies) = try await offered(broken)
        #expect(decision.reason == "not_permitted" && remedies.isEmpty)
        let withAnother = try await offered(broken, permit("p", "approve:security"))
        #expect(withAnother.1 == ["approve:security"])
    }

    @Test func aPointCannotMeetRemediesByItself() async throws {
        try await World.run(policies: permit("p", "approve:security")) { world async throws in
            let attributes = #"{"met":["approve:security"],"amount":["approve:security"]}"#
            #expect(try await world.reason(attributes: attributes) == "approval_required")
        }
    }

    @Test func aLimitIsMetFromItsBucketUntilThatIsEmpty() async throws {
        try await World.run(policies: permit("p", "limit:3/minute")) { world async throws in
            for left in [2, 1, 0] as [Int64] {
                let decision = try await world.ask(.asserted("worker")).get()
                #expect(decision.outcome == .limit && decision.outcome.permits && decision.remaining == left)
                #expect(try await world.record(.success(decision))["met"] == ["limit:3/minute"])
            }
            let empty = try await world.ask(.asserted("worker")).get()
            #expect(empty.outcome == .deny && empty.reason == "limit_exceeded" && empty.remaining == nil)
            #expect(empty.retryAfter == 20_000)
            #expect(try await world.record(.success(empty))["met"] == [])
            // Everybody has a bucket of their own.
            #expect(try await world.ask(.asserted("reader")).get().outcome == .limit)
            world.clock.advance(milliseconds: 19_999)
            #expect(try await world.ask(.asserted("worker")).get().retryAfter == 1)
            world.clock.advance(milliseconds: 1)
            #expect(try await world.ask(.asserted("worker")).get().remaining == 0)
            #expect(try await world.ask(.asserted("worker")).get().reason == "limit_exceeded")
        }
    }

    /// What each policy counts is its own, whichever stands first and whatever its limit is written like.
    @Test func aLimitOfAllCallsCountsThoseOfOtherPoliciesWithTheSameLimit() async throws {
        func only(_ id: String, _ operation: String) -> String {
            permit(id, "limit:3/hour").replacing("resource)", with: "resource == Operation::\"orders/\(operation)\")")
        }
        let shows = only("shows", "show")
        let creates = only("creates", "create")
        let all = forbid("all", unless: "limit:3/hour")
        for policies in [[shows, creates, all], [all, creates, shows]] {
            try await World.run(policies: policies.joined(separator: "\n")) { world async throws in
                func ask(_ operation: String, action: String) async throws -> Decision {
                    try await world.ask(.asserted("worker"), operation, action: action).get()
                }
                let first = try await ask("show", action: "read")
                #expect(first.outcome == .limit && first.remedies.map(\.description) == ["limit:3/hour"])
                #expect(first.quotas.map(\.remaining) == [2, 2])
                let limits = try await world.record(.success(first))["limits"]?.arrayValue ?? []
                #expect(Set(limits.compactMap { $0["policy"]?.stringValue }) == ["all", "shows"])
                #expect(limits.allSatisfy { $0["remedy"] == "limit:3/hour" })
                #expect(try await ask("create", action: "write").remaining == 1)
                #expect(try await ask("show", action: "read").remaining == 0)
                #expect(try await ask("create", action: "write").reason == "limit_exceeded")
                #expect(try await ask("show", action: "read").reason == "limit_exceeded")
            }
        }
    }

    /// A permit that another one stands in for counts nothing.
    @Test func onlyThePoliciesThatHaveASayCount() async throws {
        let policies =
            permit("other", "limit:3/hour").replacing("principal,", with: "principal == Identity::\"reader\",")
            + permitAll + forbid("all", unless: "limit:3/hour")
        try await World.run(policies: policies) { world async throws in
            let decision = try await world.ask(.asserted("worker")).get()
            let limits = try await world.record(.success(decision))["limits"]?.arrayValue
            #expect(limits?.compactMap { $0["policy"]?.stringValue } == ["all"])
        }
    }

    @Test func ofTwoLimitsNoneIsSpentWhenOneIsEmpty() async throws {
        let policies = permitAll + forbid("h", unless: "limit:3/hour") + forbid("s", unless: "limit:1/second")
        try await World.run(policies: policies) { world async throws in
            #expect(try await world.ask(.asserted("worker")).get().remaining == 0)
            for _ in 0..<5 { #expect(try await world.ask(.asserted("worker")).get().retryAfter == 1000) }
            world.clock.advance(seconds: 1)
            #expect(try await world.ask(.asserted("worker")).get().outcome == .limit)
            world.clock.advance(seconds: 1)
            #expect(try await world.ask(.asserted("worker")).get().outcome == .limit)
            world.clock.advance(seconds: 1)
            let empty = try await world.ask(.asserted("worker")).get()
            #expect(empty.reason == "limit_exceeded" && (empty.retryAfter ?? 0) > 1_000_000)
        }
    }
}
