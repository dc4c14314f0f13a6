// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

struct RevocationTests {
    private let holder = Sample.id(.identity, 2)
    private let credential = Sample.id(.credential, 6)

    private func registered(_ rev: UInt64, ancestors: [ObjectID] = []) -> CredentialFacts {
        CredentialFacts(origin: .registered(id: credential, rev: rev), holder: holder, ancestors: ancestors)
    }

    private func foreign(_ issuedAt: Timestamp, domain: String? = nil) -> CredentialFacts {
        CredentialFacts(
            origin: .foreign(issuedAt: issuedAt),
            holder: holder,
            issuer: Sample.id(.issuer, 4),
            trustDomain: domain
        )
    }

    /// A state with `size` entries, none of which cuts or holds anything.
    private func state(size: UInt64) throws -> TrustState {
        var state = TrustState()
        for _ in 0..<size { try state.apply(.stateDigest(state.digest)) }
        return state
    }

    private func cut(_ number: UInt64, _ scope: Scope) -> EntryBody {
        .cut(Cut(id: Sample.id(.cut, number), scope: scope))
    }

    private func hold(_ number: UInt64, _ scope: Scope) -> EntryBody {
        .placeHold(Hold(id: Sample.id(.hold, number), scope: scope))
    }

    @Test func registeredCountByRevisionWhateverClocksSay() throws {
        var state = try state(size: 5)
        // The cut is stamped an hour later than anything that follows could be by its issue's own clock.
        try state.apply(cut(1, Scope(identity: holder)), after: 3_600_000)
        #expect(state.revocations.standing(of: registered(0)) == .cut(Sample.id(.cut, 1)))
        #expect(state.revocations.standing(of: registered(4)) == .cut(Sample.id(.cut, 1)))
        #expect(state.revocations.standing(of: registered(6)) == .good)
        #expect(state.revocations.standing(of: registered(7)) == .good)
    }

    @Test func foreignCountByTimeAndSkew() throws {
        var state = try state(size: 1)
        try state.apply(cut(1, Scope(.issuer, Sample.id(.issuer, 4).description)))
        let time = state.time
        #expect(state.revocations.standing(of: foreign(time)) == .cut(Sample.id(.cut, 1)))
        let edge = time.advanced(byMilliseconds: RevocationTable.skew)
        #expect(state.revocations.standing(of: foreign(edge)) == .cut(Sample.id(.cut, 1)))
        #expect(state.revocations.standing(of: foreign(edge.advanced(byMilliseconds: 1))) == .good)
        #expect(state.revocations.standing(of: foreign(Timestamp(milliseconds: .min))) == .cut(Sample.id(.cut, 1)))
        #expect(state.revocations.standing(of: foreign(Timestamp(milliseconds: .max))) == .good)
    }

    @Test func everyScopeCoversWhatItNamesAndNothingElse() throws {
        let parent = Sample.id(.credential, 1)
        let facts = CredentialFacts(
            origin: .registered(id: credential, rev: 0),
            holder: holder,
            ancestors: [parent],
            issuer: Sample.id(.issuer, 4),
            trustDomain: "d",
            key: "k",
            memberships: [
                Scope(.task, "t"), Scope(.delegationRoot, "r"), Scope(.participant, "p"), Scope(.agreementVersion, "v"),
                Scope(.workload, "spiffe://d/w"),
            ]
        )
        let covering: [Scope] =
            [
                Scope(.all), Scope(identity: holder), Scope(.credential, "\(credential)"),
                Scope(.credential, "\(parent)"),
                Scope(.issuer, "\(Sample.id(.issuer, 4))"), Scope(.trustDomain, "d"), Scope(.key, "k"),
            ] + facts.memberships
        #expect(Set(covering.map(\.kind)) == Set(Scope.Kind.allCases))
        let foreign: [Scope] = [
            Scope(identity: Sample.id(.identity, 3)), Scope(.credential, "\(holder)"),
            Scope(.issuer, "\(Sample.id(.issuer, 5))"),
            Scope(.trustDomain, "k"), Scope(.key, "d"), Scope(.task, "r"), Scope(.delegationRoot, "t"),
            Scope(.participant, "v"), Scope(.agreementVersion, "p"),
        ]
        for scope in covering + foreign {
            var cut = try state(size: 2)
            try cut.apply(self.cut(1, scope))
            var held = try state(size: 2)
            try held.apply(hold(1, scope))
            let covers = covering.contains(scope)
            #expect(cut.revocations.standing(of: facts) == (covers ? .cut(Sample.id(.cut, 1)) : .good), "\(scope)")
            #expect(held.revocations.standing(of: facts) == (covers ? .held(Sample.id(.hold, 1)) : .good), "\(scope)")
        }
    }

    @Test func liftingLeavesACut() throws {
        var state = try state(size: 3)
        let scope = Scope(identity: holder)
        try state.apply(hold(1, scope))
        #expect(state.revocations.standing(of: registered(2)) == .held(Sample.id(.hold, 1)))
        // Registered during the hold: held now, and dead after it.
        try state.apply(.stateDigest(state.digest))
        try state.apply(.liftHold(HoldLift(hold: Sample.id(.hold, 1), cut: Sample.id(.cut, 9))))
        for rev in 0...4 as ClosedRange<UInt64> {
            #expect(state.revocations.standing(of: registered(rev)) == .cut(Sample.id(.cut, 9)))
        }
        #expect(state.revocations.standing(of: registered(6)) == .good)
        #expect(state.holds[Sample.id(.hold, 1)]?.retired == true)
        #expect(state.cuts[Sample.id(.cut, 9)]?.object.scope == scope)
        #expect(throws: FoldError.self) {
            try state.apply(.liftHold(HoldLift(hold: Sample.id(.hold, 1), cut: Sample.id(.cut, 10))))
        }
    }

    @Test func holdsOnOneScopeAreIndependent() throws {
        var state = try state(size: 1)
        let scope = Scope(identity: holder)
        try state.apply(hold(2, scope))
        try state.apply(hold(1, scope))
        #expect(state.revocations.hold(on: holder) == Sample.id(.hold, 1))
        try state.apply(.liftHold(HoldLift(hold: Sample.id(.hold, 1), cut: Sample.id(.cut, 1))))
        #expect(state.revocations.standing(of: registered(state.size)) == .held(Sample.id(.hold, 2)))
        #expect(state.revocations.hold(on: holder) == Sample.id(.hold, 2))
        try state.apply(.liftHold(HoldLift(hold: Sample.id(.hold, 2), cut: Sample.id(.cut, 2))))
        #expect(state.revocations.standing(of: registered(state.size)) == .good)
        #expect(state.revocations.hold(on: holder) == nil)
    }

    @Test func holdOnACallee() throws {
        var state = try state(size: 1)
        let api = Sample.id(.api, 3)
        #expect(state.revocations.hold(on: api) == nil)
        try state.apply(hold(1, Scope(identity: api)))
        #expect(state.revocations.hold(on: api) == Sample.id(.hold, 1))
        #expect(state.revocations.hold(on: holder) == nil)
        try state.apply(hold(2, Scope(.all)))
        #expect(state.revocations.hold(on: holder) == Sample.id(.hold, 2))
    }
}
