// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

@Suite struct PointReportTests {
    private func digest(_ world: World) throws -> String {
        let state = world.engine.view.state
        return try #require(state.activePolicies.flatMap { state.policySets[$0] }).object.digest.description
    }

    private func shown(_ world: World) throws -> JSONValue {
        let state = world.engine.view.state
        let record = try #require(state.find("edge", kind: .enforcementPoint).flatMap { state.enforcementPoints[$0] })
        var writer = JSONWriter()
        world.engine.render(record, to: &writer)
        return try JSONValue(parsing: writer.bytes)
    }

    @Test func aReportIsAsCurrentAsItSays() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let point = try #require(world.engine.view.state.find("edge", kind: .enforcementPoint))
            #expect(try shown(world)["last_seen"] == nil)
            world.engine.heard(of: point, nil)
            #expect(try shown(world)["last_seen"] != nil && shown(world)["runs_with"] == nil)
            let first = try digest(world)
            let rev = try #require(world.engine.view.state.rev)
            world.engine.heard(of: point, PointReport(policyDigest: first, rev: rev))
            world.clock.advance(seconds: 5)
            #expect(try shown(world)["runs_with"]?["drifting_since"] == nil)
            #expect(try shown(world)["runs_with"]?["behind"] == 0)
            #expect(world.engine.longestDrift == 0 && world.engine.oldestReport == 5000)

            try await world.activate("@id(\"other\") \(permitAll)")
            world.clock.advance(seconds: 7)
            // It has said nothing new: what it said last is wrong since the activation.
            let runs = try shown(world)["runs_with"]
            #expect(runs?["drifting_since"] == .string(world.engine.view.state.time.description))
            #expect(runs?["behind"] == 1 && runs?["age_ms"] == 12_000)
            #expect(world.engine.longestDrift == 7000 && world.engine.oldestReport == 12_000)
            // A third set: it has been drifting since the second.
            try await world.activate("@id(\"third\") \(permitAll)")
            #expect(world.engine.longestDrift == 7000)
            world.engine.heard(of: point, PointReport(policyDigest: try digest(world), rev: nil))
            #expect(world.engine.longestDrift == 0 && world.engine.oldestReport == 0)
        }
    }

    @Test func policiesThatNeverWereActiveAreWrongSinceTheyWereSaid() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let point = try #require(world.engine.view.state.find("edge", kind: .enforcementPoint))
            let strange = PointReport(policyDigest: String(repeating: "ab", count: 32), rev: .max)
            world.engine.heard(of: point, strange)
            world.clock.advance(seconds: 3)
            world.engine.heard(of: point, strange)
            world.clock.advance(seconds: 1)
            #expect(world.engine.longestDrift == 4000)
            #expect(try shown(world)["runs_with"]?["behind"] == nil)
        }
    }

    /// What a point says of its revision is no news of its policies, and of a revision that has not come it says nothing.
    @Test func aRevisionAloneSaysNothingOfPolicies() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let point = try #require(world.engine.view.state.find("edge", kind: .enforcementPoint))
            let strange = String(repeating: "ab", count: 32)
            let rev = try #require(world.engine.view.state.rev)
            world.engine.heard(of: point, PointReport(policyDigest: strange, rev: rev - 1))
            world.clock.advance(seconds: 3)
            world.engine.heard(of: point, PointReport(policyDigest: nil, rev: rev))
            #expect(try shown(world)["runs_with"]?["policy_digest"] == .string(strange))
            #expect(world.engine.longestDrift == 3000)
            world.engine.heard(of: point, PointReport(policyDigest: nil, rev: rev + 1))
            #expect(world.engine.points.seen(point)?.report?.rev == rev)
        }
    }

    @Test(arguments: ["0", "17", "18446744073709551615"])
    func aRevisionIsWrittenInOneWay(_ text: String) {
        #expect(PolicyVersion.revision(text)?.description == text)
        let digest = String(repeating: "ab", count: 32)
        #expect(PolicyVersion("\(digest);rev=\(text)")?.description == "\(digest);rev=\(text)")
        for other in ["+" + text, "0" + text, text + " ", "-" + text, text + "0123456789012345678901"] {
            #expect(PolicyVersion.revision(other) == nil && PolicyVersion("\(digest);rev=\(other)") == nil)
        }
    }

    @Test(arguments: ["", "ab", String(repeating: "AB", count: 32), String(repeating: "zz", count: 32)])
    func nonsenseSaysNothing(_ digest: String) { #expect(PointReport(policyDigest: digest, rev: nil) == nil) }

    @Test func theListOfAlertsIsBounded() {
        let alerts = RecentAlerts()
        for number in 0..<(RecentAlerts.limit + 7) {
            alerts.add(
                Alert(
                    decision: ObjectID(kind: .decision, high: 0, low: UInt64(number)),
                    at: TestClock.start,
                    channels: ["x"],
                    outcome: .deny,
                    policies: [],
                    identity: nil,
                    api: ObjectID(kind: .api, high: 0, low: 0),
                    operation: nil
                )
            )
        }
        let newest = alerts.newest()
        #expect(newest.count == RecentAlerts.limit)
        #expect(newest.map(\.decision.low) == (7..<UInt64(RecentAlerts.limit + 7)).reversed())
    }

    @Test func theListOfErrorsIsBounded() {
        let errors = PolicyErrors()
        let set = ObjectID(kind: .policySet, high: 0, low: 0)
        for number in 0..<(PolicyErrors.limit + 5) {
            let failure = PolicyFailure(policy: "p\(number)", isForbid: false, code: "type")
            errors.add([failure, failure], of: set, by: set, at: TestClock.start)
        }
        #expect(errors.list.errors.count == PolicyErrors.limit && errors.list.others == 10)
        #expect(errors.list.errors.allSatisfy { $0.count == 2 })
    }
}
