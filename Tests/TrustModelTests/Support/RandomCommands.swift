// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import TrustModel

/// Random changes of a state: most could be accepted, many must not be. Names, subjects and labels come from small pools,
/// so that collisions are the rule.
///
/// Uses the public API only.
struct RandomCommands {
    var random: SeededGenerator
    /// The time of the next command; it moves on by up to an hour with each.
    var now = Timestamp(seconds: 1_795_246_800)
    private var made: UInt64 = 0

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// The next proposal to change `state`.
    mutating func next(for state: TrustState) throws -> Entry {
        now = max(now, state.time).advanced(byMilliseconds: Int64.random(in: 0...3_600_000, using: &random))
        let body = state.size == 0 ? opening() : try body(for: state)
        return Entry(time: now, by: anyOperator(of: state), key: key(state), body: body)
    }

    /// A key in a third of all cases, from a pool so small that keys come again once they are forgotten.
    private mutating func key(_ state: TrustState) -> CommandKey? {
        guard random.chance(33) else { return nil }
        let key = CommandKey(
            id: Fingerprint(of: "key \(Int.random(in: 0..<40, using: &random))"),
            request: Fingerprint(of: "\(made)"),
            entries: Int.random(in: 1...3, using: &random)
        )
        return state.commandKeys.use(of: key.id, at: now) == nil ? key : nil
    }

    private mutating func body(for state: TrustState) throws -> EntryBody {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<16: .putOperator(try read(putOperator(state)))
        case 16..<26: .putIssuer(try read(putIssuer(state)))
        case 26..<44: .putIdentity(try read(putIdentity(state)))
        case 44..<52: .putApi(try read(putApi(state)))
        case 52..<57: .putEnforcementPoint(try read(putEnforcementPoint(state)))
        case 57..<59: .putBackEnd(try read(putBackEnd(state)))
        case 59..<67: .putCredential(try read(putCredential(state)))
        case 67..<69: .putEnrolment(enrolment(state))
        case 69..<71: .redeemEnrolment(redemption(state))
        case 71..<77: .retire(anyID(of: state))
        case 77..<80: policyStep(state)
        case 80..<85: .cut(cut(state))
        case 85..<90: .placeHold(Hold(id: reuse(state.holds.sorted.map(\.object.id), .hold), scope: scope(state)))
        case 90..<94: .liftHold(lift(state))
        case 94..<95: .stateDigest(random.chance(70) ? state.digest : StateDigest())
        case 95..<96: .anchorEvidence(anchor(state))
        case 96..<98: try taskStep(state)
        case 98..<99: random.chance(50) ? .putNode(node()) : .putTokenKey(tokenKey(state))
        default: opening()
        }
    }

    // MARK: Parts

    /// A fresh id of `kind`.
    mutating func fresh(_ kind: ObjectKind) -> ObjectID { ObjectID(kind: kind, at: now, using: &random) }

    /// One of `present` in a few cases, else a fresh id.
    private mutating func reuse(_ present: [ObjectID], _ kind: ObjectKind) -> ObjectID {
        if random.chance(5), let id = present.randomElement(using: &random) { return id }
        return fresh(kind)
    }

    private mutating func read<Object: TrustObject>(_ text: String) throws -> Object {
        try Object(stored: try JSONValue(parsing: text))
    }

    private mutating func pick(_ texts: [String]) -> String { texts[Int.random(in: texts.indices, using: &random)] }

    private mutating func anyOperator(of state: TrustState) -> ObjectID {
        let live = state.operators.sorted.filter { !$0.retired && $0.object.custody.expiresAt > now }
        if random.chance(95), let record = live.randomElement(using: &random) { return record.object.id }
        return state.operators.sorted.randomElement(using: &random)?.object.id ?? fresh(.operator)
    }

    private mutating func expiry() -> Timestamp {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: now.advanced(byMilliseconds: -Int64.random(in: 0...1000, using: &random))
        case 1: now.advanced(byMilliseconds: Custody.longestMilliseconds + Int64.random(in: 0...1, using: &random))
        case 2...7: now.advanced(byMilliseconds: Int64.random(in: 1...36_000_000, using: &random))
        default: now.advanced(byMilliseconds: Int64.random(in: 1...Custody.longestMilliseconds, using: &random))
        }
    }

    private mutating func custody(owner: ObjectID) -> String {
        #""owner":"\#(owner)","purpose":"\#(pick(["orders", "build", "a/b:c"]))","#
            + #""boundary":"\#(pick(["prod/eu", "dev"]))","expires_at":"\#(expiry())""#
    }

    /// The members `id` and `name`: of a present object mostly, sometimes with another name, else of a new one.
    private mutating func head<Object: NamedObject>(_ register: Register<Object>) -> (id: ObjectID, text: String) {
        var id = fresh(Object.kind)
        var name = "n\(Int.random(in: 0..<40, using: &random))"
        if random.chance(40), let record = register.sorted.randomElement(using: &random) {
            id = record.object.id
            if random.chance(90) { name = record.object.name }
        }
        return (id, #"{"id":"\#(id)","name":"\#(name)","#)
    }

    // MARK: Objects

    private mutating func putOperator(_ state: TrustState) -> String {
        let (id, text) = head(state.operators)
        let owner = random.chance(50) ? id : anyOperator(of: state)
        let kind = pick(["human", "human", "team", "automation"])
        // A team with roles is refused; most operators of other kinds have some.
        let roles = Role.allCases.filter { _ in random.chance(kind == "team" ? 1 : 25) }
        let list = roles.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
        return text + #""kind":"\#(kind)",\#(custody(owner: owner)),"roles":[\#(list)]}"#
    }

    private mutating func enrolment(_ state: TrustState) -> Enrolment {
        let lifetime = Int64.random(in: 0...(Enrolment.longestMilliseconds + 1), using: &random)
        return Enrolment(
            id: reuse(state.enrolments.sorted.map(\.object.id), .enrolment),
            operator: anyOperator(of: state),
            fingerprint: Fingerprint(of: "secret \(Int.random(in: 0..<200, using: &random))"),
            expiresAt: now.advanced(byMilliseconds: lifetime)
        )
    }

    /// The use of a link, mostly of one that may still count: time goes slowly while somebody has one in hand.
    private mutating func redemption(_ state: TrustState) -> EnrolmentRedemption {
        let pending = state.enrolments.sorted.filter { !$0.retired }
        let link = (random.chance(80) ? pending : state.enrolments.sorted).randomElement(using: &random)
        if let link, random.chance(70), link.object.expiresAt > state.time { now = state.time }
        let holder = random.chance(90) ? link?.object.operator ?? fresh(.operator) : anyOperator(of: state)
        let isKey = random.chance(95)
        let short = Custody(owner: holder, purpose: "x", boundary: "y", expiresAt: now.advanced(byMilliseconds: 1))
        return EnrolmentRedemption(
            enrolment: link?.object.id ?? fresh(.enrolment),
            credential: Credential(
                id: fresh(.credential),
                type: isKey ? .key : .bearer,
                holder: holder,
                fingerprint: Fingerprint(of: "key \(Int.random(in: 0..<200, using: &random))"),
                custody: state.operators[holder]?.object.custody ?? short,
                jwk: isKey ? JSONObject([("crv", "Ed25519"), ("kty", "OKP"), ("x", "AAAA")]) : nil
            )
        )
    }

    /// A key of a small pool; its times are in order mostly.
    private mutating func tokenKey(_ state: TrustState) -> TokenKey {
        var times = (0..<3).map { _ in
            now.advanced(byMilliseconds: Int64.random(in: -1000...Custody.longestMilliseconds, using: &random))
        }
        if random.chance(90) { times.sort() }
        return TokenKey(
            id: reuse(state.tokenKeys.sorted.map(\.object.id), .tokenKey),
            jwk: JSONObject([("crv", "P-256"), ("kty", "EC"), ("x", "AAAA"), ("y", "AAAA")]),
            fingerprint: Fingerprint(of: "token key \(Int.random(in: 0..<50, using: &random))"),
            signsFrom: times[0],
            signsUntil: times[1],
            acceptedUntil: times[2]
        )
    }

    private mutating func putIssuer(_ state: TrustState) -> String {
        head(state.issuers).text + custody(owner: anyOperator(of: state))
            + #","url":"https://i\#(Int.random(in: 0..<12, using: &random)).example","audiences":["a"]}"#
    }

    private mutating func putIdentity(_ state: TrustState) -> String {
        var bindings: [String] = []
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            let issuer = state.issuers.sorted.randomElement(using: &random)?.object.id ?? fresh(.issuer)
            let claims = pick(["{}", #"{"env":"a"}"#, #"{"env":"b","n":1}"#])
            bindings.append(
                #"{"issuer":"\#(issuer)","subject":"s\#(Int.random(in: 0..<6, using: &random))","claims":\#(claims)}"#
            )
        }
        return head(state.identities).text + #""kind":"\#(pick(["service", "ci", "agent"]))","#
            + custody(owner: anyOperator(of: state)) + #","labels":["\#(pick(["x", "y"]))"],"federation":["#
            + bindings.joined(separator: ",") + "]}"
    }

    private mutating func putApi(_ state: TrustState) -> String {
        head(state.apis).text + custody(owner: anyOperator(of: state))
            + #","operations":[{"name":"o","method":"\#(pick(["GET", "POST"]))","path":"/o/{id}"}]}"#
    }

    private mutating func putEnforcementPoint(_ state: TrustState) -> String {
        let api = state.apis.sorted.randomElement(using: &random)?.object.id ?? fresh(.api)
        return head(state.enforcementPoints).text + custody(owner: anyOperator(of: state))
            + #","apis":["\#(api)"],"subjects":["\#(pick(["proven", "asserted"]))"]}"#
    }

    private mutating func putBackEnd(_ state: TrustState) -> String {
        let api = state.apis.sorted.randomElement(using: &random)?.object.id ?? fresh(.api)
        return head(state.backEnds).text + custody(owner: anyOperator(of: state))
            + #","type":"postgresql","api":"\#(api)","connection":{"host":"db","databases":["d"],"user":"u"},"#
            + #""roles":[{"operation":"\#(pick(["o", "o", "p"]))","in_roles":["r"]}]}"#
    }

    private mutating func putCredential(_ state: TrustState) -> String {
        let id = reuse(state.credentials.sorted.map(\.object.id), .credential)
        let holder = anyID(of: state)
        let ancestors = (0..<Int.random(in: 0...10, using: &random)).map { _ in #""\#(fresh(.credential))""# }
        // Few different secrets, so that some are registered twice.
        let secret = Fingerprint(of: "\(UInt64.random(in: 0...400, using: &random))")
        var custody = custody(owner: anyOperator(of: state))
        if random.chance(70), let own = state.summary(of: holder)?.custody {
            custody = #""owner":"\#(own.owner)","purpose":"p","boundary":"b","expires_at":"\#(own.expiresAt)""#
        }
        return #"{"id":"\#(id)","kind":"bearer","holder":"\#(holder)","fingerprint":"\#(secret)",\#(custody),"#
            + #""ancestors":[\#(ancestors.joined(separator: ","))]}"#
    }

    /// Any id: mostly that of a registered object, of whatever kind.
    mutating func anyID(of state: TrustState) -> ObjectID {
        let id: ObjectID? =
            switch Int.random(in: 0..<12, using: &random) {
            case 0: state.operators.sorted.randomElement(using: &random)?.object.id
            case 1...4: state.identities.sorted.randomElement(using: &random)?.object.id
            case 5: state.apis.sorted.randomElement(using: &random)?.object.id
            case 6: state.issuers.sorted.randomElement(using: &random)?.object.id
            case 7, 8: state.enforcementPoints.sorted.randomElement(using: &random)?.object.id
            case 9: state.credentials.sorted.randomElement(using: &random)?.object.id
            case 10 where random.chance(30): state.backEnds.sorted.randomElement(using: &random)?.object.id
            case 10: state.holds.sorted.randomElement(using: &random)?.object.id
            default: nil
            }
        return id ?? fresh(.identity)
    }

    /// A step in the life of a policy set, of which there are few.
    private mutating func policyStep(_ state: TrustState) -> EntryBody {
        let known = state.policySets.sorted.map(\.object.id)
        let move = PolicyMove(set: known.randomElement(using: &random) ?? fresh(.policySet))
        return switch Int.random(in: 0..<8, using: &random) {
        case 0, 1: .activatePolicies(policySet(state))
        case 2, 3: .putPolicies(PolicyDraft(policySet(state), isValidated: random.chance(50)))
        case 4: .enforcePolicies(move)
        case 5: .rollBackPolicies(state.policiesBefore(of: .calls).map { PolicyMove(set: $0.object.id) } ?? move)
        case 6: .shadowPolicies(move)
        default: .retire(move.set)
        }
    }

    private mutating func policySet(_ state: TrustState) -> PolicySet {
        PolicySet(
            id: reuse(state.policySets.sorted.map(\.object.id), .policySet),
            files: [PolicySet.File(name: "a", text: "// \(UInt8.random(in: 0...9, using: &random))\n")]
        )
    }

    /// Any scope; the values of those without ids come from a pool of three.
    mutating func scope(_ state: TrustState) -> Scope {
        let kind = Scope.Kind.allCases[Int.random(in: Scope.Kind.allCases.indices, using: &random)]
        switch kind {
        case .all: return random.chance(20) ? Scope(.all) : Scope(.key, "t1")
        case .credential:
            let credential = state.credentials.sorted.randomElement(using: &random)?.object.id
            return Scope(.credential, "\(credential ?? fresh(.credential))")
        case .issuer:
            return Scope(.issuer, "\(state.issuers.sorted.randomElement(using: &random)?.object.id ?? fresh(.issuer))")
        case .identity: return Scope(identity: anyID(of: state))
        case .task: return Scope(task: anyTask(state))
        case .key, .delegationRoot, .participant, .agreementVersion, .workload, .trustDomain:
            return Scope(kind, pick(["t1", "t2", "t3"]))
        }
    }

    private mutating func cut(_ state: TrustState) -> Cut {
        Cut(
            id: reuse(state.cuts.sorted.map(\.object.id), .cut),
            scope: scope(state),
            suspectSince: random.chance(30) ? now.advanced(byMilliseconds: -5000) : nil
        )
    }

    private mutating func lift(_ state: TrustState) -> HoldLift {
        HoldLift(
            hold: state.holds.sorted.randomElement(using: &random)?.object.id ?? fresh(.hold),
            cut: reuse(state.cuts.sorted.map(\.object.id), .cut)
        )
    }

    // MARK: Tasks

    /// The id of a task, mostly of one that is known.
    private mutating func anyTask(_ state: TrustState) -> ObjectID {
        let known = random.chance(90) ? state.tasks.sorted.randomElement(using: &random)?.object.id : nil
        return known ?? fresh(.task)
    }

    /// A step in the life of a task.
    mutating func taskStep(_ state: TrustState) throws -> EntryBody {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<6: return .putTask(try read(task(state)))
        case 6..<8: return .endTask(TaskEnd(task: anyTask(state), isCompleted: random.chance(50)))
        default:
            let amounts: [TaskAmounts.Counter: Int64] = [
                .calls: Int64.random(in: 0...4, using: &random), .rows: Int64.random(in: 1...4, using: &random),
            ]
            return .spendTask(TaskSpend(task: anyTask(state), amounts: TaskAmounts(amounts)))
        }
    }

    /// A task of some identity; half of them are parts of others, and most of those fit.
    private mutating func task(_ state: TrustState) throws -> String {
        let whole = random.chance(50) ? state.tasks.sorted.randomElement(using: &random)?.object : nil
        let fits = random.chance(80)
        let holder = (fits ? whole?.identity : nil) ?? state.identities.sorted.randomElement(using: &random)?.object.id
        let known = (fits ? whole?.apis.map(\.api) : nil) ?? state.apis.sorted.map(\.object.id)
        let some = known.filter { _ in random.chance(50) }.prefix(random.chance(95) ? 3 : 20)
        let apis = (some.isEmpty && random.chance(90) ? known.prefix(1) : some).map { api in
            #"{"api":"\#(api)","operations":["\#(pick(["o", "o", "o", "o", "o", "x"]))"]}"#
        }
        var begins = now.advanced(byMilliseconds: Int64.random(in: -3_600_000...3_600_000, using: &random))
        var ends = begins.advanced(byMilliseconds: Int64.random(in: 0...90_000_000, using: &random))
        if fits, let whole { (begins, ends) = (max(begins, whole.notBefore), min(ends, whole.expiresAt)) }
        var text = #"{"id":"\#(reuse(state.tasks.sorted.map(\.object.id), .task))","#
        text += #""identity":"\#(holder ?? fresh(.identity))","purpose":"\#(pick(["report", "a/b"]))","#
        text +=
            #""apis":[\#((apis.isEmpty ? [#"{"api":"\#(fresh(.api))","operations":["o"]}"#] : apis).joined(separator: ","))],"#
        let classes = (fits ? whole?.dataClasses : nil).flatMap { $0.isEmpty ? nil : $0 } ?? ["internal", "secret"]
        if random.chance(30) || (fits && whole?.dataClasses.isEmpty == false) {
            text += #""data_classes":["\#(pick(classes))"],"#
        }
        if random.chance(60) {
            let calls = (fits ? whole?.budget[.calls] : nil) ?? 12
            text += #""budget":{"calls":\#(Int64.random(in: 0...calls, using: &random))},"#
        }
        text += #""not_before":"\#(begins)","expires_at":"\#(ends)""#
        if let whole { text += #","parent":"\#(whole.id)""# }
        if random.chance(10) { text += #","reference":"run/\#(UInt8.random(in: 0...9, using: &random))""# }
        return text + "}"
    }

    private mutating func anchor(_ state: TrustState) -> EvidenceAnchor {
        EvidenceAnchor(
            origin: "evidence-\(Int.random(in: 1...2, using: &random))",
            size: UInt64.random(in: 0...50, using: &random),
            root: pick(["AA", "BB"])
        )
    }

    private mutating func node() -> Node {
        Node(id: fresh(.node), number: UInt16.random(in: 1...4, using: &random), verifyingKey: "BA")
    }

    private func opening() -> EntryBody {
        .logOpen(LogOpening(origin: "test.example/control", verifyingKey: "k+1+AA", generation: 1))
    }

    // MARK: Questions

    /// The facts of a random credential that could be presented to `state`.
    mutating func facts(_ state: TrustState) -> CredentialFacts {
        let origin: CredentialFacts.Origin =
            if random.chance(60) {
                .registered(
                    id: state.credentials.sorted.randomElement(using: &random)?.object.id ?? fresh(.credential),
                    rev: UInt64.random(in: 0...state.size, using: &random)
                )
            } else {
                .foreign(
                    issuedAt: state.time.advanced(
                        byMilliseconds: -Int64.random(in: -120_000...36_000_000, using: &random)
                    )
                )
            }
        let ancestors = (0..<Int.random(in: 0...3, using: &random)).compactMap { _ in
            state.credentials.sorted.randomElement(using: &random)?.object.id
        }
        let kinds: [Scope.Kind] = [.delegationRoot, .participant, .agreementVersion, .workload]
        return CredentialFacts(
            origin: origin,
            holder: anyID(of: state),
            ancestors: ancestors,
            issuer: random.chance(50) ? state.issuers.sorted.randomElement(using: &random)?.object.id : nil,
            trustDomain: random.chance(30) ? pick(["t1", "t2", "t3"]) : nil,
            key: random.chance(30) ? pick(["t1", "t2", "t3"]) : nil,
            memberships: kinds.filter { _ in random.chance(20) }.map { Scope($0, pick(["t1", "t2", "t3"])) }
                + (random.chance(20) ? [Scope(task: anyTask(state))] : [])
        )
    }
}
