// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import StrictJSON

extension TrustState {
    /// How many revisions lie between two digests of the state in the log.
    public static let digestInterval: UInt64 = 1024

    /// Whether the next entry must be a digest of the state.
    public var digestIsDue: Bool { size > 0 && size.isMultiple(of: Self.digestInterval) }

    /// Folds the next entry: the state becomes that of the entry's revision.
    ///
    /// - Throws: ``FoldError`` when the entry is none that this state can follow; the state is then unchanged.
    public mutating func apply(_ entry: Entry) throws(FoldError) {
        guard entry.time >= time else { throw FoldError(.invalid, "entry \(size) is older than the one before it") }
        let rev = size
        try checkAuthorization(of: entry)
        if let key = entry.key, commandKeys.use(of: key.id, at: entry.time) != nil {
            throw FoldError(.invalid, "entry \(rev) carries out a command again")
        }
        switch entry.body {
        case .logOpen(let opening):
            guard follows(opening) else { throw FoldError(.invalid, "entry \(rev) opens a log that is open") }
            setOpening(opening)
        case .putNode(let object): put(object, \.nodes, rev, entry.time)
        case .putOperator(let object):
            try checkNamed(object, operators, rev)
            putNamed(object, \.operators, rev, entry.time)
        case .putIdentity(let object):
            try checkNamed(object, identities, rev)
            endSubjectsDropped(by: object)
            if let old = identities[object.id] { unbindSubjects(of: old.object) }
            putNamed(object, \.identities, rev, entry.time)
            bindSubjects(of: object)
        case .putApi(let object):
            try checkNamed(object, apis, rev)
            putNamed(object, \.apis, rev, entry.time)
        case .putIssuer(let object):
            try checkNamed(object, issuers, rev)
            guard issuersByURL[object.url] ?? object.id == object.id else {
                throw FoldError(.invalid, "entry \(rev) takes a URL that belongs to another issuer")
            }
            endTokensTakenAway(by: object)
            let old = issuers[object.id]?.object
            putNamed(object, \.issuers, rev, entry.time)
            if let old, !sameBytes(old.url, object.url) {
                // No command does this any more; logs from when one did are folded all the same.
                issuersByURL[old.url] = nil
                endTokens(of: old, by: old.id, at: entry.time)
                bindAllSubjects()
            }
            issuersByURL[object.url] = object.id
        case .putEnforcementPoint(let object):
            try checkNamed(object, enforcementPoints, rev)
            putNamed(object, \.enforcementPoints, rev, entry.time)
        case .putBackEnd(let object):
            try checkNamed(object, backEnds, rev)
            putNamed(object, \.backEnds, rev, entry.time)
        case .putCredential(let object):
            guard credentials[object.id] == nil, credentialsByFingerprint[object.fingerprint] == nil else {
                throw FoldError(.invalid, "entry \(rev) registers a credential again")
            }
            put(object, \.credentials, rev, entry.time)
            index(object)
        case .putTokenKey(let object):
            guard tokenKeys[object.id] == nil else { throw FoldError(.invalid, "entry \(rev) repeats a token key") }
            put(object, \.tokenKeys, rev, entry.time)
        case .putTask(let task): try fold(task, rev, entry.time)
        case .endTask(let end): try fold(end, by: entry.by, rev, entry.time)
        case .spendTask(let spend): try fold(spend, rev, entry.time)
        case .putEnrolment(let object):
            guard enrolments[object.id] == nil, enrolmentsByFingerprint[object.fingerprint] == nil else {
                throw FoldError(.invalid, "entry \(rev) repeats an enrolment")
            }
            if let pending = pendingEnrolments[object.operator].flatMap({ enrolments[$0] }) {
                retire(pending, \.enrolments, rev, entry.time)
            }
            put(object, \.enrolments, rev, entry.time)
            enrolmentsByFingerprint[object.fingerprint] = object.id
            pendingEnrolments[object.operator] = object.id
        case .redeemEnrolment(let redemption):
            let key = redemption.credential
            guard let enrolment = enrolments[redemption.enrolment], !enrolment.retired,
                enrolment.object.operator == key.holder, credentials[key.id] == nil,
                credentialsByFingerprint[key.fingerprint] == nil
            else { throw FoldError(.invalid, "entry \(rev) uses an enrolment again, or registers a key again") }
            retire(enrolment, \.enrolments, rev, entry.time)
            pendingEnrolments[key.holder] = nil
            put(key, \.credentials, rev, entry.time)
            index(key)
        case .retire(let id): try retire(id, rev, entry.time)
        case .activatePolicies(let object):
            guard policySets[object.id] == nil else {
                throw FoldError(.invalid, "entry \(rev) activates a policy set again")
            }
            put(object, \.policySets, rev, entry.time)
            setActivePolicies(object.id, of: object.realm)
        case .putPolicies(let draft): try fold(draft, rev, entry.time)
        case .enforcePolicies(let move): try fold(move, takingBack: false, rev, entry.time)
        case .rollBackPolicies(let move): try fold(move, takingBack: true, rev, entry.time)
        case .shadowPolicies(let move): try foldShadow(move, rev, entry.time)
        case .cut(let object):
            // A second cut under one id would replace the first in the register and so in every snapshot.
            guard cuts[object.id] == nil else { throw FoldError(.invalid, "entry \(rev) repeats a cut") }
            put(object, \.cuts, rev, entry.time)
            revocations.cut(object.scope, by: object.id, rev: rev, time: entry.time)
            endRetired(in: object.scope, by: object.id, at: entry.time)
            endTask(in: object.scope, by: entry.by, rev, entry.time)
        case .placeHold(let object):
            guard holds[object.id] == nil else { throw FoldError(.invalid, "entry \(rev) repeats a hold") }
            put(object, \.holds, rev, entry.time)
            revocations.place(object.id, on: object.scope)
            reserveSubjects(object.scope)
        case .liftHold(let lift):
            guard let hold = holds[lift.hold], !hold.retired, cuts[lift.cut] == nil else {
                throw FoldError(.invalid, "entry \(rev) lifts a hold that is not in force, or repeats a cut")
            }
            retire(hold, \.holds, rev, entry.time)
            revocations.lift(lift.hold, from: hold.object.scope)
            put(Cut(id: lift.cut, scope: hold.object.scope, sealed: lift.sealed), \.cuts, rev, entry.time)
            revocations.cut(hold.object.scope, by: lift.cut, rev: rev, time: entry.time)
            endRetired(in: hold.object.scope, by: lift.cut, at: entry.time)
            releaseSubjects(hold.object.scope)
        case .stateDigest(let stated):
            guard stated == digest || stated == digestWithoutEndings else {
                throw FoldError(.digest, "the state folded here is not the one entry \(rev) was written from")
            }
        case .anchorEvidence(let anchor):
            setAnchor(anchor)
        case .confirmGeneration(let confirmed):
            guard awaits(confirmed) else {
                throw FoldError(.invalid, "entry \(rev) confirms a generation that does not wait for it")
            }
            setConfirmed(confirmed)
        }
        note(entry.key, rev, entry.time)
        forgetTasks(at: entry.time)
        size = rev + 1
        time = entry.time
    }

    /// Once commands are decided, what an operator or an identity changed without a decision is no valid entry.
    private func checkAuthorization(of entry: Entry) throws(FoldError) {
        if let auth = entry.auth, auth.policies != activeCommandPolicies {
            throw FoldError(.invalid, "entry \(size) was let in by policies that were not active before it")
        }
        guard entry.auth == nil, [.operator, .identity].contains(entry.by.kind), activeCommandPolicies != nil else {
            return
        }
        switch entry.body {
        // The one is written along with a command, the other is let in by its secret.
        case .stateDigest, .redeemEnrolment: return
        // Whoever has a token may end it.
        case .cut(let cut) where entry.by.kind == .identity && cut.scope.kind == .credential: return
        default: throw FoldError(.invalid, "entry \(size) names no decision that let it in")
        }
    }

    /// Puts a record in its register and keeps the digest true.
    mutating func replace<Object: TrustObject>(
        _ record: Record<Object>,
        _ register: WritableKeyPath<TrustState, Register<Object>>
    ) {
        if let old = self[keyPath: register].set(record) { digest.remove(old.bytes()) }
        digest.add(record.bytes())
    }

    private mutating func put<Object: TrustObject>(
        _ object: Object,
        _ register: WritableKeyPath<TrustState, Register<Object>>,
        _ rev: UInt64,
        _ time: Timestamp
    ) {
        let created = self[keyPath: register][object.id]?.created ?? rev
        let record = Record(object: object, created: created, rev: rev, changedAt: time)
        replace(record, register)
    }

    /// Refuses before anything is changed what no validated entry does.
    private func checkNamed<Object: NamedObject>(
        _ object: Object,
        _ register: Register<Object>,
        _ rev: UInt64
    ) throws(FoldError) {
        guard names[Object.kind]?[object.name] ?? object.id == object.id else {
            throw FoldError(.invalid, "entry \(rev) takes a name that belongs to another object")
        }
        guard let present = register[object.id] else { return }
        guard !present.retired, present.object.name == object.name else {
            throw FoldError(.invalid, "entry \(rev) renames an object or brings back a retired one")
        }
    }

    private mutating func putNamed<Object: NamedObject>(
        _ object: Object,
        _ register: WritableKeyPath<TrustState, Register<Object>>,
        _ rev: UInt64,
        _ time: Timestamp
    ) {
        names[Object.kind, default: NameIndex()].set(object.name, object.id)
        put(object, register, rev, time)
    }

    private mutating func retire<Object: TrustObject>(
        _ record: Record<Object>,
        _ register: WritableKeyPath<TrustState, Register<Object>>,
        _ rev: UInt64,
        _ time: Timestamp
    ) {
        let retired = Record(
            object: record.object,
            created: record.created,
            rev: rev,
            changedAt: time,
            retired: true
        )
        replace(retired, register)
    }

    private mutating func retire(_ id: ObjectID, _ rev: UInt64, _ time: Timestamp) throws(FoldError) {
        switch id.kind {
        case .operator: if let record = operators[id] { return retire(record, \.operators, rev, time) }
        case .identity:
            if let record = identities[id] {
                retire(record, \.identities, rev, time)
                endSubjects(of: record.object, at: time)
                // Who is on hold keeps its subjects until the hold is lifted: nobody else is proven by them before.
                if revocations.holds(on: id).isEmpty { unbindSubjects(of: record.object) }
                return
            }
        case .api: if let record = apis[id] { return retire(record, \.apis, rev, time) }
        case .issuer:
            if let record = issuers[id] {
                issuersByURL[record.object.url] = nil
                endTokens(of: record.object, by: id, at: time)
                return retire(record, \.issuers, rev, time)
            }
        case .enforcementPoint:
            if let record = enforcementPoints[id] { return retire(record, \.enforcementPoints, rev, time) }
        case .backEnd:
            if let record = backEnds[id] { return retire(record, \.backEnds, rev, time) }
        case .policySet: return try retirePolicies(id, rev, time)
        case .credential, .cut, .hold, .node, .decision, .enrolment, .tokenKey, .task, .lease: break
        }
        throw FoldError(.invalid, "entry \(rev) retires what does not exist")
    }
}
