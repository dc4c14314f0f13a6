// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

/// A policy set's life, from the draft to its retirement.
struct PolicyLifeTests {
    private var state = TrustState()

    init() throws {
        state = try Sample.state()
    }

    private func id(_ number: UInt64) -> ObjectID { Sample.id(.policySet, number) }

    private func set(_ number: UInt64, realm: PolicySet.Realm = .calls) -> PolicySet {
        PolicySet(id: id(number), files: [PolicySet.File(name: "a.cedar", text: "// \(number)")], realm: realm)
    }

    private mutating func put(_ number: UInt64, isValidated: Bool = true, realm: PolicySet.Realm = .calls) throws {
        try take(.putPolicies(PolicyDraft(set(number, realm: realm), isValidated: isValidated)))
    }

    private mutating func take(_ body: EntryBody, _ location: SourceLocation = #_sourceLocation) throws {
        #expect(state.refusal(of: body) == nil, sourceLocation: location)
        try state.apply(body)
    }

    private func stage(_ number: UInt64) throws -> PolicyStage {
        state.stage(of: try #require(state.policySets[id(number)]))
    }

    @Test mutating func aDraftDecidesNothingUntilItIsActivated() throws {
        try put(20, isValidated: false)
        try put(21)
        #expect(try stage(20) == .draft && stage(21) == .validated && stage(7) == .active)
        #expect(state.activePolicies == id(7))
        try take(.enforcePolicies(PolicyMove(set: id(21))))
        #expect(try stage(21) == .active && stage(7) == .replaced && state.activePolicies == id(21))
        let record = try #require(state.policySets[id(21)])
        #expect(record.rev == state.rev && record.created == record.rev - 1)
    }

    @Test mutating func whatIsTakenBackIsPassedOverByTheNextRollBack() throws {
        for number: UInt64 in [20, 21] {
            try put(number)
            try take(.enforcePolicies(PolicyMove(set: id(number))))
        }
        #expect(state.policiesBefore(of: .calls)?.object.id == id(20))
        try take(.rollBackPolicies(PolicyMove(set: id(20))))
        #expect(try stage(21) == .rolledBack && stage(20) == .active)
        #expect(state.policiesBefore(of: .calls)?.object.id == id(7))
        try take(.rollBackPolicies(PolicyMove(set: id(7))))
        #expect(state.policiesBefore(of: .calls) == nil && state.activePolicies == id(7))
        #expect(try stage(20) == .rolledBack)
        // It may be activated again, and then counts as any other.
        try take(.enforcePolicies(PolicyMove(set: id(21))))
        #expect(try stage(21) == .active && stage(7) == .replaced)
        #expect(state.policiesBefore(of: .calls)?.object.id == id(7))
    }

    @Test mutating func oneSetIsInShadowAtATime() throws {
        try put(20)
        try put(21)
        try take(.shadowPolicies(PolicyMove(set: id(20))))
        try take(.shadowPolicies(PolicyMove(set: id(21))))
        #expect(state.shadowPolicies == id(21))
        #expect(try stage(20) == .validated && stage(21) == .shadow)
        try take(.enforcePolicies(PolicyMove(set: id(21))))
        #expect(state.shadowPolicies == nil)
        // A set that decided before may be tried again, and retiring it ends that.
        try take(.shadowPolicies(PolicyMove(set: id(7))))
        try take(.retire(id(7)))
        #expect(try stage(7) == .retired && state.shadowPolicies == nil)
    }

    @Test mutating func whatIsRefused() throws {
        try put(20)
        try put(30, realm: .commands)
        func refused(_ body: EntryBody, _ code: CommandRefusal.Code, _ location: SourceLocation = #_sourceLocation) {
            #expect(state.refusal(of: body)?.code == code, sourceLocation: location)
            var copy = state
            #expect(throws: FoldError.self, sourceLocation: location) { try copy.apply(body) }
            #expect(copy.digest == state.digest, sourceLocation: location)
        }
        refused(.putPolicies(PolicyDraft(set(20), isValidated: true)), .conflict)
        refused(.enforcePolicies(PolicyMove(set: id(99))), .notFound)
        refused(.enforcePolicies(PolicyMove(set: id(7))), .conflict)
        refused(.rollBackPolicies(PolicyMove(set: id(7))), .conflict)
        refused(.rollBackPolicies(PolicyMove(set: id(20))), .conflict)
        refused(.shadowPolicies(PolicyMove(set: id(7))), .conflict)
        refused(.shadowPolicies(PolicyMove(set: id(30))), .value)
        refused(.retire(id(7)), .conflict)
        try take(.retire(id(20)))
        refused(.retire(id(20)), .conflict)
        refused(.enforcePolicies(PolicyMove(set: id(20))), .conflict)
        refused(.shadowPolicies(PolicyMove(set: id(20))), .conflict)
    }

    /// Whatever happened to sets, a snapshot says it, and since when each of them was replaced.
    @Test mutating func snapshotsHoldLives() throws {
        try put(20)
        try put(21, isValidated: false)
        try take(.enforcePolicies(PolicyMove(set: id(20))))
        let replaced = state.time
        try take(.shadowPolicies(PolicyMove(set: id(21))))
        try take(.rollBackPolicies(PolicyMove(set: id(7))))
        let restored = try TrustState.restored(from: state.snapshot())
        #expect(restored.digest == state.digest && restored.snapshot() == state.snapshot())
        for state in [state, restored] {
            let stages = [7, 20, 21].map { number in state.policySets[id(number)].map(state.stage) }
            #expect(stages == [.active, .rolledBack, .shadow])
            #expect(state.policySets[id(20)].flatMap(state.replacement) == state.time)
            #expect(state.policySets[id(7)].flatMap(state.replacement) == nil)
        }
        #expect(replaced <= state.time)
    }

    /// A log in which sets were only ever activated as they were put has the digest it always had.
    @Test func whatOldLogsDidHasNoRowOfItsOwn() throws {
        let lines = try Sample.state().snapshot().map { String(decoding: $0, as: UTF8.self) }
        #expect(!lines.contains { $0.contains("policy_life") || $0.contains("shadow_policies") })
    }
}
