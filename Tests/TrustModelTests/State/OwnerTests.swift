// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

/// Somebody always answers for the control plane: the rules about owners, and about the links that make their keys.
struct OwnerTests {
    private let now = Sample.now

    private func person(_ number: UInt64, _ name: String, _ roles: [Role], for seconds: Int64 = 86_400) -> Operator {
        let id = Sample.id(.operator, number)
        let expiry = now.advanced(byMilliseconds: seconds * 1000)
        let custody = Custody(owner: id, purpose: "work", boundary: "prod", expiresAt: expiry)
        return Operator(id: id, name: name, type: .human, custody: custody, roles: roles)
    }

    private func state(_ operators: [Operator]) throws -> TrustState {
        var state = TrustState()
        try state.apply(.logOpen(LogOpening(origin: "test.example/control", verifyingKey: "k+1+AA", generation: 1)))
        for person in operators { try state.apply(.putOperator(person)) }
        return state
    }

    @Test func rolesAreStoredSortedAndReadStrictly() throws {
        let stored = Sample.text(person(1, "alice", [.security, .owner, .security]))
        #expect(stored.hasSuffix(#""roles":["owner","security"]}"#))
        let read: Operator = try Sample.read(stored)
        #expect(read.roles == [.owner, .security])
        #expect(throws: ShapeError.self) {
            let _: Operator = try Sample.read(stored.replacing("owner\"", with: "onwer\""))
        }
        let plain = Sample.text(person(1, "alice", []))
        #expect(!plain.contains("roles"))
        let none: Operator = try Sample.read(plain)
        #expect(none.roles == [])
    }

    @Test func aTeamHasNoRolesAndNoKey() throws {
        let team = Operator(
            id: Sample.id(.operator, 2),
            name: "team",
            type: .team,
            custody: person(1, "x", []).custody,
            roles: [.auditor]
        )
        var state = try state([person(1, "alice", [.owner])])
        #expect(state.refusal(of: .putOperator(team))?.pointer == "/roles")
        var bare = team
        bare.roles = []
        #expect(state.refusal(of: .putOperator(bare)) == nil)
        try state.apply(.putOperator(bare))
        #expect(state.refusal(of: .putEnrolment(enrolment(1, of: bare.id)))?.pointer == "/operator")
    }

    @Test func theLastOwnerStays() throws {
        let alice = person(1, "alice", [.owner])
        var bob = person(2, "bob", [.owner], for: 60)
        var state = try state([alice, bob])
        let demoted = person(1, "alice", [.auditor])
        #expect(state.refusal(of: .putOperator(demoted)) == nil)
        #expect(state.refusal(of: .retire(alice.id)) == nil)
        // Once the other has expired, this one is the last.
        let later = now.advanced(byMilliseconds: 61_000)
        #expect(state.refusal(of: .putOperator(demoted), at: later)?.code == .lastOwner)
        #expect(state.refusal(of: .retire(alice.id), at: later)?.code == .lastOwner)
        // Who is on hold could not act, so is no owner that counts; a hold on everything changes nothing about people.
        bob.custody.expiresAt = Sample.expiry
        try state.apply(.putOperator(bob))
        let all = Hold(id: Sample.id(.hold, 1), scope: Scope(.all))
        try state.apply(.placeHold(all))
        #expect(state.refusal(of: .retire(alice.id)) == nil)
        try state.apply(.placeHold(Hold(id: Sample.id(.hold, 2), scope: Scope(identity: bob.id))))
        #expect(state.refusal(of: .retire(alice.id))?.code == .lastOwner)
        // Holds and cuts are never refused.
        #expect(state.refusal(of: .placeHold(Hold(id: Sample.id(.hold, 3), scope: Scope(identity: alice.id)))) == nil)
        #expect(state.refusal(of: .cut(Cut(id: Sample.id(.cut, 1), scope: Scope(identity: alice.id)))) == nil)
        #expect(state.liveOwners(at: now).map(\.object.name) == ["alice"])
    }

    // MARK: Enrolments

    private func enrolment(_ number: UInt64, of operator: ObjectID, for seconds: Int64 = 900) -> Enrolment {
        Enrolment(
            id: Sample.id(.enrolment, number),
            operator: `operator`,
            fingerprint: Fingerprint(of: "secret \(number)"),
            expiresAt: now.advanced(byMilliseconds: seconds * 1000)
        )
    }

    private func redemption(_ number: UInt64, _ credential: UInt64, of operator: ObjectID) -> EntryBody {
        let custody = person(1, "alice", []).custody
        let key = Credential(
            id: Sample.id(.credential, credential),
            type: .key,
            holder: `operator`,
            fingerprint: Fingerprint(of: "key \(credential)"),
            custody: custody,
            jwk: JSONObject([("crv", "Ed25519"), ("kty", "OKP"), ("x", "AAAA")])
        )
        return .redeemEnrolment(EnrolmentRedemption(enrolment: Sample.id(.enrolment, number), credential: key))
    }

    @Test func aLinkCountsOnceAndTheNewestAlone() throws {
        let alice = person(1, "alice", [.owner])
        var state = try state([alice])
        try state.apply(.putEnrolment(enrolment(1, of: alice.id)))
        #expect(state.refusal(of: redemption(1, 1, of: alice.id)) == nil)
        try state.apply(.putEnrolment(enrolment(2, of: alice.id)))
        #expect(state.refusal(of: redemption(1, 1, of: alice.id))?.code == .notFound)
        #expect(state.refusal(of: redemption(9, 1, of: alice.id))?.code == .notFound)
        let digest = state.digest
        try state.apply(redemption(2, 1, of: alice.id))
        #expect(state.digest != digest)
        #expect(state.refusal(of: redemption(2, 2, of: alice.id))?.code == .notFound)
        #expect(throws: FoldError.self) { try state.apply(redemption(2, 2, of: alice.id)) }
        let key = try #require(state.credential(fingerprint: Fingerprint(of: "key 1")))
        #expect(key.object.type == .key && key.object.jwk?["x"] == "AAAA")
        let restored = try TrustState.restored(from: state.snapshot())
        #expect(restored.digest == state.digest)
        for state in [state, restored] {
            #expect(state.credentials(of: alice.id).map(\.object.id) == [key.object.id])
        }
    }

    @Test func aSnapshotKnowsWhichLinkIsPending() throws {
        let alice = person(1, "alice", [.owner])
        var state = try state([alice])
        try state.apply(.putEnrolment(enrolment(1, of: alice.id)))
        var restored = try TrustState.restored(from: state.snapshot())
        for number in [2, 3] as [UInt64] {
            try state.apply(.putEnrolment(enrolment(number, of: alice.id)))
            try restored.apply(.putEnrolment(enrolment(number, of: alice.id)))
        }
        #expect(restored.digest == state.digest)
        #expect(restored.enrolments.sorted.map(\.retired) == [true, true, false])
    }

    @Test func timeHoldsAndCutsEndLinks() throws {
        let alice = person(1, "alice", [.owner])
        var state = try state([alice])
        #expect(state.refusal(of: .putEnrolment(enrolment(1, of: alice.id, for: 901)))?.pointer == "/expires_at")
        #expect(state.refusal(of: .putEnrolment(enrolment(1, of: alice.id, for: 0)))?.pointer == "/expires_at")
        try state.apply(.putEnrolment(enrolment(1, of: alice.id)))
        let end = now.advanced(byMilliseconds: 900_000)
        #expect(state.refusal(of: redemption(1, 1, of: alice.id), at: end.advanced(byMilliseconds: -1)) == nil)
        #expect(state.refusal(of: redemption(1, 1, of: alice.id), at: end)?.code == .notFound)
        var held = state
        try held.apply(.placeHold(Hold(id: Sample.id(.hold, 1), scope: Scope(identity: alice.id))))
        #expect(held.refusal(of: redemption(1, 1, of: alice.id))?.code == .notFound)
        try state.apply(.cut(Cut(id: Sample.id(.cut, 1), scope: Scope(identity: alice.id))))
        #expect(state.refusal(of: redemption(1, 1, of: alice.id))?.code == .notFound)
        // A link made after the cut is another matter.
        try state.apply(.putEnrolment(enrolment(2, of: alice.id)))
        #expect(state.refusal(of: redemption(2, 1, of: alice.id)) == nil)
    }

    // MARK: Decisions in entries

    @Test func onceCommandsAreDecidedEveryCommandNamesItsDecision() throws {
        let alice = person(1, "alice", [.owner])
        var state = try state([alice])
        let policies = PolicySet(
            id: Sample.id(.policySet, 1),
            files: [PolicySet.File(name: "a", text: "permit (principal, action, resource);")],
            realm: .commands
        )
        let before = state.digest
        try state.apply(.activatePolicies(policies))
        #expect(state.activeCommandPolicies == policies.id && state.activePolicies == nil && state.digest != before)
        #expect(try TrustState.restored(from: state.snapshot()).activeCommandPolicies == policies.id)
        let auth = CommandAuthorization(policies: policies.id, determining: ["owner"])
        let body = EntryBody.putOperator(person(2, "bob", []))
        let good = Entry(time: now, by: alice.id, auth: auth, body: body)
        let read = try Entry(stored: good.stored())
        #expect(read.auth == auth && read.stored() == good.stored())
        let other = CommandAuthorization(policies: Sample.id(.policySet, 2), determining: [])
        #expect(throws: FoldError.self) { try state.apply(Entry(time: now, by: alice.id, body: body)) }
        #expect(throws: FoldError.self) { try state.apply(Entry(time: now, by: alice.id, auth: other, body: body)) }
        // What nodes write is not decided.
        var written = state
        try written.apply(Entry(time: now, by: Sample.id(.node, 1), body: body))
        try state.apply(read)
        #expect(state.digest == written.digest)
    }
}
