// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

/// What is refused at the head, one rule after the other; every one of these entries is well-formed.
struct CommandTests {
    private let now = Sample.now

    private func json(_ text: String, _ changes: [String: JSONValue?]) throws -> JSONValue {
        var object = try #require(try JSONValue(parsing: text).objectValue)
        for (member, value) in changes { object[member] = value }
        return .object(object)
    }

    private func text(_ id: ObjectID) -> JSONValue { .string(id.description) }

    private func expect(
        _ refusal: CommandRefusal?,
        _ code: CommandRefusal.Code,
        _ pointer: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(refusal?.code == code, sourceLocation: sourceLocation)
        #expect(refusal?.pointer == pointer, sourceLocation: sourceLocation)
        #expect(refusal?.message.isEmpty == false, sourceLocation: sourceLocation)
    }

    /// The refusal of each named object with these changes.
    private func refusals(_ state: TrustState, _ changes: [String: JSONValue?]) throws -> [CommandRefusal?] {
        [
            state.refusal(of: .putOperator(try Operator(stored: try json(Sample.operator, changes)))),
            state.refusal(of: .putIdentity(try Identity(stored: try json(Sample.identity(), changes)))),
            state.refusal(of: .putApi(try Api(stored: try json(Sample.api(), changes)))),
            state.refusal(of: .putIssuer(try Issuer(stored: try json(Sample.issuer, changes)))),
            state.refusal(
                of: .putEnforcementPoint(try EnforcementPoint(stored: try json(Sample.enforcementPoint, changes)))
            ),
        ]
    }

    @Test func samplesAreAllowed() throws {
        var state = TrustState()
        for entry in try Sample.entries() {
            #expect(state.refusal(of: entry.body) == nil)
            try state.apply(entry)
        }
        #expect(try refusals(state, [:]).allSatisfy { $0 == nil })
    }

    @Test func custody() throws {
        let state = try Sample.state()
        for refusal in try refusals(state, ["owner": text(Sample.id(.operator, 99))]) {
            expect(refusal, .reference, "/owner")
        }
        for expiry in [now, now.advanced(byMilliseconds: -1)] {
            for refusal in try refusals(state, ["expires_at": .string("\(expiry)")]) {
                expect(refusal, .value, "/expires_at")
            }
        }
        let longest = now.advanced(byMilliseconds: Custody.longestMilliseconds)
        #expect(try refusals(state, ["expires_at": .string("\(longest)")]).allSatisfy { $0 == nil })
        let longer = longest.advanced(byMilliseconds: 1)
        for refusal in try refusals(state, ["expires_at": .string("\(longer)")]) {
            expect(refusal, .value, "/expires_at")
        }
        let far = ["expires_at": JSONValue.string("9999-12-31T23:59:59Z")]
        for refusal in try refusals(state, far) { expect(refusal, .value, "/expires_at") }
    }

    @Test("Nothing is suspect since a time that has not come, but for what two clocks may differ")
    func suspectSince() throws {
        let state = try Sample.state()
        func refusal(_ milliseconds: Int64) -> CommandRefusal? {
            let since = now.advanced(byMilliseconds: milliseconds)
            let scope = Scope(identity: Sample.id(.identity, 2))
            return state.refusal(of: .cut(Cut(id: Sample.id(.cut, 80), scope: scope, suspectSince: since)))
        }
        for allowed: Int64 in [-86_400_000, 0, 60_000] { #expect(refusal(allowed) == nil) }
        for late: Int64 in [60_001, 86_400_000, 2_000_000_000_000] { expect(refusal(late), .value, "/suspect_since") }
    }

    @Test func ownersHaveToBeLive() throws {
        var state = try Sample.state()
        let other = Sample.id(.operator, 50)
        let later = JSONValue.string("\(now.advanced(byMilliseconds: 172_800_000))")
        let custodian = try Operator(
            stored: try json(
                Sample.operator,
                ["id": text(other), "name": "other", "owner": text(other), "expires_at": later]
            )
        )
        try state.apply(.putOperator(custodian))
        // The first one has expired by then, and owns nothing new any more; itself it may still renew.
        let identity = try Identity(
            stored: try json(Sample.identity(20, name: "late"), ["expires_at": later])
        )
        expect(state.refusal(of: .putIdentity(identity), at: Sample.expiry), .reference, "/owner")
        #expect(state.refusal(of: .putIdentity(identity), at: Sample.expiry.advanced(byMilliseconds: -1)) == nil)
        let renewed = try Operator(stored: try json(Sample.operator, ["expires_at": later]))
        #expect(state.refusal(of: .putOperator(renewed), at: Sample.expiry) == nil)
        // A new operator may own itself, and nobody else may be owned by one that does not exist.
        let orphan = try Operator(
            stored: try json(Sample.operator, ["id": text(Sample.id(.operator, 51)), "name": "orphan"])
        )
        #expect(state.refusal(of: .putOperator(orphan)) == nil)
        expect(state.refusal(of: .putOperator(orphan), at: Sample.expiry), .reference, "/owner")
        try state.apply(.retire(other))
        let owned = try Identity(stored: try json(Sample.identity(21, name: "owned"), ["owner": text(other)]))
        expect(state.refusal(of: .putIdentity(owned)), .reference, "/owner")
    }

    @Test func namesArePermanentAndNeverUsedAgain() throws {
        var state = try Sample.state()
        for refusal in try refusals(state, ["name": "renamed"]) { expect(refusal, .conflict, "/name") }
        let ids: [ObjectID] = [
            Sample.owner, Sample.id(.identity, 2), Sample.id(.api, 3), Sample.id(.issuer, 4),
            Sample.id(.enforcementPoint, 5),
        ]
        for (index, id) in ids.enumerated() {
            let fresh = text(ObjectID(kind: id.kind, high: id.high, low: 77))
            expect(try ownRefusal(state, index, ["id": fresh]), .conflict, "/name")
        }
        for id in ids.reversed() where id != Sample.owner {
            #expect(state.refusal(of: .retire(id)) == nil)
            try state.apply(.retire(id))
        }
        for (index, id) in ids.enumerated() where id != Sample.owner {
            let fresh = text(ObjectID(kind: id.kind, high: id.high, low: 77))
            expect(try ownRefusal(state, index, ["id": fresh]), .conflict, "/name")
            // Nor does the retired object come back.
            expect(try ownRefusal(state, index, [:]), .conflict, "/name")
        }
        // Names of one kind are none of another kind's business.
        let sameName = try Identity(stored: try json(Sample.identity(30), ["name": "payments"]))
        #expect(state.refusal(of: .putIdentity(sameName)) == nil)
        #expect(state.find("checkout", kind: .identity) == Sample.id(.identity, 2))
        #expect(state.find("checkout", kind: .api) == nil)
    }

    /// The refusal of the sample of the one kind: operator, identity, API, issuer, enforcement point.
    private func ownRefusal(_ state: TrustState, _ index: Int, _ changes: [String: JSONValue?]) throws
        -> CommandRefusal?
    {
        let body: EntryBody =
            switch index {
            case 0: .putOperator(try Operator(stored: try json(Sample.operator, changes)))
            case 1: .putIdentity(try Identity(stored: try json(Sample.identity(), changes)))
            case 2: .putApi(try Api(stored: try json(Sample.api(), changes)))
            case 3: .putIssuer(try Issuer(stored: try json(Sample.issuer, changes)))
            default: .putEnforcementPoint(try EnforcementPoint(stored: try json(Sample.enforcementPoint, changes)))
            }
        return state.refusal(of: body)
    }

    @Test func issuers() throws {
        var state = try Sample.state()
        let second = try Issuer(
            stored: try json(Sample.issuer, ["id": text(Sample.id(.issuer, 40)), "name": "second"])
        )
        expect(state.refusal(of: .putIssuer(second)), .conflict, "/url")
        #expect(throws: FoldError.self) { try state.apply(.putIssuer(second)) }
        #expect(state.issuer(url: "https://issuer.example")?.object.id == Sample.id(.issuer, 4))
        #expect(state.issuer(url: "https://issuer.example/") == nil)
        // No command gives an issuer another URL; in a log of old, what its issuer gave up is free again.
        let moved = try Issuer(stored: try json(Sample.issuer, ["url": "https://new.example"]))
        expect(state.refusal(of: .putIssuer(moved)), .conflict, "/url")
        try state.apply(.putIssuer(moved))
        #expect(state.issuer(url: "https://issuer.example") == nil)
        #expect(state.refusal(of: .putIssuer(second)) == nil)
        try state.apply(.putIssuer(second))
        #expect(state.issuer(url: "https://issuer.example")?.object.id == second.id)
        try state.apply(.retire(second.id))
        #expect(state.issuer(url: "https://issuer.example") == nil)
        #expect(state.issuer(url: "https://new.example") != nil)
    }

    @Test func federation() throws {
        var state = try Sample.state()
        let twin = try Sample.read(Sample.identity(20, name: "twin", federation: Sample.binding)) as Identity
        expect(state.refusal(of: .putIdentity(twin)), .conflict, "/federation/0/subject")
        let unknown = Sample.binding.replacing(
            Sample.id(.issuer, 4).description,
            with: Sample.id(.issuer, 41).description
        )
        let lost = try Sample.read(Sample.identity(20, name: "twin", federation: unknown)) as Identity
        expect(state.refusal(of: .putIdentity(lost)), .reference, "/federation/0/issuer")
        let other = Sample.binding.replacing(#""n":1"#, with: #""n":2"#)
        let sibling = try Sample.read(Sample.identity(20, name: "twin", federation: other)) as Identity
        #expect(state.refusal(of: .putIdentity(sibling)) == nil)
        try state.apply(.putIdentity(sibling))
        let subject = "repo:shop/checkout:ref"
        #expect(state.identities(issuer: Sample.id(.issuer, 4), subject: subject).count == 2)
        #expect(state.identities(issuer: Sample.id(.issuer, 5), subject: subject).isEmpty)
        try state.apply(.retire(Sample.id(.identity, 2)))
        #expect(state.identities(issuer: Sample.id(.issuer, 4), subject: subject).map(\.object.name) == ["twin"])
        try state.apply(.retire(Sample.id(.issuer, 4)))
        // What it has it may keep, so that it can be renewed; nobody gets anything new of an issuer that is gone.
        #expect(state.refusal(of: .putIdentity(sibling)) == nil)
        let third = Sample.binding.replacing(#""n":1"#, with: #""n":3"#)
        let late = try Sample.read(Sample.identity(21, name: "late", federation: third)) as Identity
        expect(state.refusal(of: .putIdentity(late)), .reference, "/federation/0/issuer")
    }

    @Test func subjectsProveABoundedNumberOfIdentities() throws {
        var state = try Sample.state()
        for number in 0...UInt64(TrustState.subjectLimit) {
            let claims = #"{"issuer":"\#(Sample.id(.issuer, 4))","subject":"s","claims":{"n":\#(number)}}"#
            let identity: Identity = try Sample.read(
                Sample.identity(100 + number, name: "n\(number)", federation: claims)
            )
            if number < UInt64(TrustState.subjectLimit) {
                try state.apply(.putIdentity(identity))
            } else {
                expect(state.refusal(of: .putIdentity(identity)), .conflict, "/federation/0/subject")
            }
        }
    }

    @Test func subjectsCompareByBytes() throws {
        var state = try Sample.state()
        func identity(_ subject: String) throws -> Identity {
            let binding = #"{"issuer":"\#(Sample.id(.issuer, 4))","subject":"\#(subject)","claims":{}}"#
            return try Sample.read(Sample.identity(federation: binding))
        }
        try state.apply(.putIdentity(try identity("caf\u{E9}")))
        let other = try identity("cafe\u{301}")
        #expect(state.isUnchanged(by: .putIdentity(try identity("caf\u{E9}"))))
        #expect(!state.isUnchanged(by: .putIdentity(other)))
        #expect(state.identities(issuer: Sample.id(.issuer, 4), subject: "cafe\u{301}").isEmpty)
        try state.apply(.putIdentity(other))
        #expect(state.identities(issuer: Sample.id(.issuer, 4), subject: "caf\u{E9}").isEmpty)
        #expect(state.identities(issuer: Sample.id(.issuer, 4), subject: "cafe\u{301}").count == 1)
    }

    @Test func enforcementPoints() throws {
        var state = try Sample.state()
        let apis = JSONValue.array([text(Sample.id(.api, 3)), text(Sample.id(.api, 33))])
        let point = try EnforcementPoint(stored: try json(Sample.enforcementPoint, ["apis": apis]))
        expect(state.refusal(of: .putEnforcementPoint(point)), .reference, "/apis/1")
        try state.apply(.retire(Sample.id(.api, 3)))
        let same: EnforcementPoint = try Sample.read(Sample.enforcementPoint)
        expect(state.refusal(of: .putEnforcementPoint(same)), .reference, "/apis/0")
    }

    @Test func credentials() throws {
        var state = try Sample.state()
        func refusal(_ changes: [String: JSONValue?], at time: Timestamp = Sample.now) throws -> CommandRefusal? {
            let fresh: [String: JSONValue?] = [
                "id": text(Sample.id(.credential, 60)), "fingerprint": .string(Fingerprint(of: "new").description),
            ]
            let changed = try json(Sample.credential, fresh.merging(changes) { $1 })
            return state.refusal(of: .putCredential(try Credential(stored: changed)), at: time)
        }
        #expect(try refusal([:]) == nil)
        // No credential before admission; what cannot call cannot hold one, however well it is registered.
        for holder in [Sample.id(.identity, 99), Sample.id(.api, 3), Sample.id(.issuer, 4), Sample.id(.credential, 6)] {
            expect(try refusal(["holder": text(holder)]), .reference, "/holder")
        }
        for holder in [Sample.id(.identity, 2), Sample.owner] { #expect(try refusal(["holder": text(holder)]) == nil) }
        expect(try refusal(["id": text(Sample.id(.credential, 6))]), .conflict, "/fingerprint")
        expect(try refusal(["fingerprint": .string(Sample.fingerprint)]), .conflict, "/fingerprint")
        expect(try refusal(["owner": text(Sample.id(.operator, 99))]), .reference, "/owner")
        expect(try refusal(["expires_at": .string("\(now)")]), .value, "/expires_at")
        let longer = Sample.expiry.advanced(byMilliseconds: 1)
        expect(try refusal(["expires_at": .string("\(longer)")]), .value, "/expires_at")
        expect(try refusal([:], at: Sample.expiry), .reference, "/holder")
        let nine = JSONValue.array((0..<9).map { text(Sample.id(.credential, $0)) })
        expect(try refusal(["ancestors": nine]), .value, "/ancestors")
        try state.apply(.retire(Sample.id(.enforcementPoint, 5)))
        expect(try refusal([:]), .reference, "/holder")
        #expect(state.credential(fingerprint: try #require(Fingerprint(hex: Sample.fingerprint))) != nil)
        #expect(state.credential(fingerprint: Fingerprint(of: "new")) == nil)
    }

    @Test func retirement() throws {
        var state = try Sample.state()
        let refusal = state.refusal(of: .retire(Sample.owner))
        expect(refusal, .conflict, "")
        #expect(refusal?.message.contains("4 live objects, 'checkout'") == true)
        expect(state.refusal(of: .retire(Sample.id(.identity, 99))), .notFound, "")
        // What has no name is not retired: credentials end by a cut, holds by being lifted.
        for kind in [ObjectKind.credential, .cut, .hold, .node, .decision] {
            for number in 6...10 as ClosedRange<UInt64> {
                expect(state.refusal(of: .retire(Sample.id(kind, number))), .notFound, "")
                #expect(throws: FoldError.self) { try state.apply(.retire(Sample.id(kind, number))) }
            }
        }
        for id in [
            Sample.id(.identity, 2), Sample.id(.api, 3), Sample.id(.issuer, 4), Sample.id(.enforcementPoint, 5),
            Sample.owner,
        ] {
            #expect(state.refusal(of: .retire(id)) == nil)
            try state.apply(.retire(id))
            expect(state.refusal(of: .retire(id)), .conflict, "")
            #expect(state.summary(of: id)?.retired == true)
            #expect(state.summary(of: id)?.isLive(at: now) == false)
        }
    }

    @Test func cutsAndHolds() throws {
        let state = try Sample.state()
        func cut(_ scope: Scope, _ number: UInt64 = 80) -> CommandRefusal? {
            state.refusal(of: .cut(Cut(id: Sample.id(.cut, number), scope: scope)))
        }
        func hold(_ scope: Scope, _ number: UInt64 = 80) -> CommandRefusal? {
            state.refusal(of: .placeHold(Hold(id: Sample.id(.hold, number), scope: scope)))
        }
        func made(_ milliseconds: Int64) -> String {
            let time = Sample.now.advanced(byMilliseconds: milliseconds)
            return ObjectID(kind: .credential, high: UInt64(time.milliseconds) << 16, low: 99).description
        }
        for refusal in [cut, hold] {
            #expect(refusal(Scope(.all), 80) == nil)
            #expect(refusal(Scope(identity: Sample.id(.api, 3)), 80) == nil)
            #expect(refusal(Scope(.trustDomain, "anything"), 80) == nil)
            // A token that is issued here is registered nowhere, and lives for a day at most.
            for age: Int64 in [-86_399_000, 0, 59_000] { #expect(refusal(Scope(.credential, made(age)), 80) == nil) }
            for unknown in [
                Scope(identity: Sample.id(.identity, 99)), Scope(.credential, made(-86_461_000)),
                Scope(.credential, made(61_000)),
                Scope(.issuer, "x"), Scope(.issuer, "\(Sample.id(.identity, 2))"),
                Scope(identity: Sample.id(.issuer, 4)),
                Scope(.credential, "\(Sample.owner)"), Scope(.task), Scope(task: Sample.id(.task, 99)),
            ] { expect(refusal(unknown, 80), .notFound, "/scope/id") }
            for wrong in [Scope(.all, "x"), Scope(.key), Scope(.key, "a b"), Scope(.participant, "\u{E9}")] {
                expect(refusal(wrong, 80), .value, "/scope/id")
            }
        }
        expect(cut(Scope(.all), 8), .conflict, "/id")
        expect(hold(Scope(.all), 9), .conflict, "/id")
    }

    @Test func lifts() throws {
        var state = try Sample.state()
        func refusal(_ hold: UInt64, _ cut: UInt64) -> CommandRefusal? {
            state.refusal(of: .liftHold(HoldLift(hold: Sample.id(.hold, hold), cut: Sample.id(.cut, cut))))
        }
        expect(refusal(99, 90), .notFound, "")
        expect(refusal(9, 8), .conflict, "/cut")
        #expect(refusal(9, 90) == nil)
        try state.apply(.liftHold(HoldLift(hold: Sample.id(.hold, 9), cut: Sample.id(.cut, 90))))
        expect(refusal(9, 91), .conflict, "")
    }

    @Test func entriesOfTheLogItself() throws {
        let state = try Sample.state()
        let opening = LogOpening(origin: "x", verifyingKey: "y", generation: 2)
        expect(state.refusal(of: .logOpen(opening)), .conflict, "")
        #expect(TrustState().refusal(of: .logOpen(opening)) == nil)
        expect(state.refusal(of: .stateDigest(StateDigest())), .conflict, "/digest")
        #expect(state.refusal(of: .stateDigest(state.digest)) == nil)
        let set: PolicySet = try Sample.read(Sample.policySet)
        expect(state.refusal(of: .activatePolicies(set)), .conflict, "/id")
        #expect(state.isUnchanged(by: .activatePolicies(PolicySet(id: Sample.id(.policySet, 70), files: set.files))))
        #expect(!state.isUnchanged(by: .activatePolicies(PolicySet(id: Sample.id(.policySet, 70), files: []))))
        let node = Node(id: Sample.id(.node, 11), number: 1, verifyingKey: "BA")
        expect(state.refusal(of: .putNode(node)), .conflict, "/number")
        #expect(state.refusal(of: .putNode(Node(id: Sample.id(.node, 10), number: 1, verifyingKey: "BA"))) == nil)
        func anchor(_ size: UInt64, _ root: String) -> CommandRefusal? {
            state.refusal(
                of: .anchorEvidence(EvidenceAnchor(origin: "test.example/evidence-1-202611", size: size, root: root))
            )
        }
        // An evidence log never shrinks and never was another one.
        expect(anchor(6, "AAAA"), .conflict, "/size")
        expect(anchor(7, "BBBB"), .conflict, "/size")
        #expect(anchor(7, "AAAA") == nil)
        #expect(anchor(8, "BBBB") == nil)
    }

    @Test func unchangedIsSeen() throws {
        var state = try Sample.state()
        #expect(state.isUnchanged(by: .putIdentity(try Sample.read(Sample.identity(federation: Sample.binding)))))
        #expect(!state.isUnchanged(by: .putIdentity(try Sample.read(Sample.identity()))))
        #expect(state.isUnchanged(by: .putApi(try Sample.read(Sample.api()))))
        #expect(!state.isUnchanged(by: .putApi(try Sample.read(Sample.api(basePath: "/v2")))))
        #expect(!state.isUnchanged(by: .putIdentity(try Sample.read(Sample.identity(50, name: "new")))))
        try state.apply(.retire(Sample.id(.api, 3)))
        #expect(!state.isUnchanged(by: .putApi(try Sample.read(Sample.api()))))
    }
}
