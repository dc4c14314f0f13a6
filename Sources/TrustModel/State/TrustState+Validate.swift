// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import StrictJSON

extension TrustState {
    /// Whether a command's entry may follow this state.
    ///
    /// - Parameters:
    ///   - body: The proposed change.
    ///   - now: The time it would be stamped with.
    /// - Throws: ``CommandRefusal`` that says what to mend.
    public func validate(_ body: EntryBody, at now: Timestamp) throws(CommandRefusal) {
        switch body {
        case .logOpen(let opening):
            guard follows(opening) else { throw CommandRefusal(.conflict, "", "this log is open") }
        case .confirmGeneration(let confirmed):
            guard awaits(confirmed) else {
                throw CommandRefusal(.conflict, "/generation", "this generation does not wait to be confirmed")
            }
        case .stateDigest(let stated):
            guard stated == digest else {
                throw CommandRefusal(.conflict, "/digest", "this is not the digest of the state")
            }
        case .anchorEvidence(let anchor): try validate(anchor)
        case .putNode(let object):
            for record in nodes.records.values
            where record.object.number == object.number && record.object.id != object.id {
                throw CommandRefusal(.conflict, "/number", "another node has this number")
            }
        case .putOperator(let object):
            try validate(object, operators[object.id], at: now, ownerMayBeNew: true)
            guard object.type != .team || object.roles.isEmpty else {
                throw CommandRefusal(.value, "/roles", "a team owns things and gives no commands, so it has no roles")
            }
            if !object.roles.contains(.owner) { try validateOwners(without: object.id, at: now) }
        case .putIdentity(let object): try validate(object, at: now)
        case .putApi(let object):
            try validate(object, apis[object.id], at: now)
            for (index, server) in object.servedBy.enumerated() where summary(of: server)?.isLive(at: now) != true {
                throw CommandRefusal(
                    .reference,
                    "/served_by/\(index)",
                    "this identity is unknown, retired or expired"
                )
            }
        case .putIssuer(let object): try validate(object, at: now)
        case .putEnforcementPoint(let object):
            try validate(object, enforcementPoints[object.id], at: now)
            for (index, api) in object.apis.enumerated() where summary(of: api)?.isLive(at: now) != true {
                throw CommandRefusal(.reference, "/apis/\(index)", "this API is unknown, retired or expired")
            }
        case .putBackEnd(let object):
            try validate(object, backEnds[object.id], at: now)
            guard let api = apis[object.api]?.object, summary(of: api.id)?.isLive(at: now) == true else {
                throw CommandRefusal(.reference, "/api", "this API is unknown, retired or expired")
            }
            for (index, role) in object.roles.enumerated()
            where !api.operations.contains(where: { $0.name == role.operation }) {
                throw CommandRefusal(.reference, "/roles/\(index)/operation", "the API has no operation of this name")
            }
        case .putCredential(let object): try validate(object, at: now)
        case .putTokenKey(let object): try validate(object, at: now)
        case .putTask(let task): try validate(task, at: now)
        case .endTask(let end): try validate(end, at: now)
        case .spendTask(let spend): try validate(spend, at: now)
        case .putEnrolment(let object): try validate(object, at: now)
        case .redeemEnrolment(let redemption): try validate(redemption, at: now)
        case .retire(let id):
            try validateRetirement(of: id)
            if id.kind == .operator { try validateOwners(without: id, at: now) }
        case .activatePolicies(let object):
            guard policySets[object.id] == nil else {
                throw CommandRefusal(.conflict, "/id", "this policy set was activated before")
            }
        case .putPolicies(let draft):
            guard policySets[draft.set.id] == nil else {
                throw CommandRefusal(.conflict, "/id", "this policy set was put before")
            }
        case .enforcePolicies(let move):
            let record = try policies(move)
            guard activePolicies(of: record.object.realm) != move.set else {
                throw CommandRefusal(.conflict, "", "this policy set decides already")
            }
        case .rollBackPolicies(let move):
            let record = try policies(move)
            guard let active = activePolicies(of: record.object.realm), active != move.set else {
                throw CommandRefusal(.conflict, "", "this policy set decides already")
            }
            guard hasDecided(record) else {
                throw CommandRefusal(.conflict, "", "this policy set never decided: there is nothing to go back to")
            }
        case .shadowPolicies(let move):
            let record = try policies(move)
            guard record.object.realm == .calls else {
                throw CommandRefusal(.value, "", "policies of commands are not tried in shadow")
            }
            guard activePolicies != move.set else {
                throw CommandRefusal(.conflict, "", "this policy set decides already")
            }
            guard shadowPolicies != move.set else {
                throw CommandRefusal(.conflict, "", "this policy set is in shadow already")
            }
        case .cut(let object):
            try validate(object.scope, at: now)
            guard cuts[object.id] == nil else { throw CommandRefusal(.conflict, "/id", "this cut exists") }
            // Nobody waits with a cut for two clocks to agree.
            if let since = object.suspectSince, since > now.advanced(byMilliseconds: 60_000) {
                throw CommandRefusal(.value, "/suspect_since", "nothing is suspect since a time that has not come")
            }
        case .placeHold(let object):
            try validate(object.scope, at: now)
            guard holds[object.id] == nil else { throw CommandRefusal(.conflict, "/id", "this hold exists") }
        case .liftHold(let lift):
            guard let hold = holds[lift.hold] else { throw CommandRefusal(.notFound, "", "no such hold") }
            guard !hold.retired else { throw CommandRefusal(.conflict, "", "this hold was lifted before") }
            guard cuts[lift.cut] == nil else { throw CommandRefusal(.conflict, "/cut", "this cut exists") }
        }
    }

    /// Whether applying `body` would change nothing but revisions: an idempotent writer then writes nothing.
    public func isUnchanged(by body: EntryBody) -> Bool {
        switch body {
        case .putOperator(let object): same(object, operators[object.id])
        case .putIdentity(let object): same(object, identities[object.id])
        case .putApi(let object): same(object, apis[object.id])
        case .putIssuer(let object): same(object, issuers[object.id])
        case .putEnforcementPoint(let object): same(object, enforcementPoints[object.id])
        case .putBackEnd(let object): same(object, backEnds[object.id])
        case .activatePolicies(let object):
            activePolicies(of: object.realm).flatMap { policySets[$0] }.map { $0.object.digest == object.digest }
                ?? false
        default: false
        }
    }

    private func same<Object: TrustObject>(_ object: Object, _ record: Record<Object>?) -> Bool {
        guard let record, !record.retired else { return false }
        // By the bytes stored: Swift's equality would call canonically equivalent subjects or paths unchanged.
        var old = JSONWriter()
        record.object.writeStored(to: &old)
        var new = JSONWriter()
        object.writeStored(to: &new)
        return old.bytes == new.bytes
    }

    /// The set that a step is about.
    private func policies(_ move: PolicyMove) throws(CommandRefusal) -> Record<PolicySet> {
        guard let record = policySets[move.set] else {
            throw CommandRefusal(.notFound, "", "no policy set has this id")
        }
        guard !record.retired else { throw CommandRefusal(.conflict, "", "this policy set was retired") }
        return record
    }

    /// An evidence log only grows, and what it was at a size it stays.
    private func validate(_ anchor: EvidenceAnchor) throws(CommandRefusal) {
        guard let old = anchorsByOrigin[anchor.origin] else { return }
        guard anchor.size > old.size || anchor == old else {
            throw CommandRefusal(.conflict, "/size", "an anchor of size \(old.size) stands in this log")
        }
    }

    /// The rules for every named object in custody (invariant 1).
    func validate<Object: NamedObject>(
        _ object: Object,
        _ present: Record<Object>?,
        at now: Timestamp,
        ownerMayBeNew: Bool = false
    ) throws(CommandRefusal) {
        if let present {
            guard present.object.name == object.name else {
                throw CommandRefusal(.conflict, "/name", "a name is permanent; this object is '\(present.object.name)'")
            }
            guard !present.retired else {
                throw CommandRefusal(.conflict, "/name", "this object was retired; its name is not used again")
            }
        } else if names[Object.kind]?[object.name] != nil {
            throw CommandRefusal(.conflict, "/name", "this name belongs to another object, or did")
        }
        try validate(object.custody, of: object.id, at: now, ownerMayBeNew: ownerMayBeNew)
    }

    private func validate(
        _ custody: Custody,
        of id: ObjectID,
        at now: Timestamp,
        ownerMayBeNew: Bool
    ) throws(CommandRefusal) {
        let ownsItself = ownerMayBeNew && custody.owner == id
        if !ownsItself, summary(of: custody.owner)?.isLive(at: now) != true {
            throw CommandRefusal(.reference, "/owner", "the owner is unknown, retired or expired")
        }
        guard custody.expiresAt > now else {
            throw CommandRefusal(.value, "/expires_at", "the expiry lies in the past")
        }
        guard custody.expiresAt <= now.advanced(byMilliseconds: Custody.longestMilliseconds) else {
            throw CommandRefusal(.value, "/expires_at", "nothing is admitted for more than 400 days; renew it then")
        }
    }

    private func validate(_ object: Credential, at now: Timestamp) throws(CommandRefusal) {
        guard [.identity, .operator, .enforcementPoint].contains(object.holder.kind),
            let holder = summary(of: object.holder), holder.isLive(at: now), let custody = holder.custody
        else {
            throw CommandRefusal(.reference, "/holder", "no credential before admission: the holder is unknown or gone")
        }
        guard credentials[object.id] == nil, credential(fingerprint: object.fingerprint) == nil else {
            throw CommandRefusal(.conflict, "/fingerprint", "this credential is registered already")
        }
        try validate(object.custody, of: object.id, at: now, ownerMayBeNew: false)
        guard object.custody.expiresAt <= custody.expiresAt else {
            throw CommandRefusal(.value, "/expires_at", "a credential does not outlive its holder")
        }
        guard object.ancestors.count <= Credential.ancestorLimit else {
            throw CommandRefusal(.value, "/ancestors", "a chain has at most \(Credential.ancestorLimit) ancestors")
        }
        guard object.holder.kind == .identity else { return }
        let live = credentials(of: object.holder).count { $0.object.custody.expiresAt > now && isStanding($0) }
        guard live < Credential.liveLimit else {
            throw CommandRefusal(
                .conflict,
                "/holder",
                "an identity has at most \(Credential.liveLimit) credentials at a time; cut one first"
            )
        }
    }

    /// Whether no cut has ended a credential.
    private func isStanding(_ record: Record<Credential>) -> Bool {
        if case .cut = revocations.standing(of: CredentialFacts(record)) { false } else { true }
    }

    private func validate(_ object: TokenKey, at now: Timestamp) throws(CommandRefusal) {
        guard tokenKeys[object.id] == nil,
            !tokenKeys.records.values.contains(where: { $0.object.fingerprint == object.fingerprint })
        else { throw CommandRefusal(.conflict, "/fingerprint", "this key is registered already") }
        guard now <= object.signsFrom, object.signsFrom < object.signsUntil, object.signsUntil < object.acceptedUntil,
            object.acceptedUntil <= now.advanced(byMilliseconds: Custody.longestMilliseconds)
        else {
            throw CommandRefusal(
                .value,
                "/signs_from",
                "a key signs from now or later, stops before its tokens end, and lasts 400 days at most"
            )
        }
    }

    private func validate(_ object: Enrolment, at now: Timestamp) throws(CommandRefusal) {
        guard let record = operators[object.operator], !record.retired, record.object.custody.expiresAt > now else {
            throw CommandRefusal(.reference, "/operator", "the operator is unknown, retired or expired")
        }
        guard record.object.type != .team else {
            throw CommandRefusal(.value, "/operator", "a team owns things and gives no commands, so it has no key")
        }
        guard enrolments[object.id] == nil, enrolment(fingerprint: object.fingerprint) == nil else {
            throw CommandRefusal(.conflict, "/fingerprint", "this enrolment exists")
        }
        guard object.expiresAt > now,
            object.expiresAt <= now.advanced(byMilliseconds: Enrolment.longestMilliseconds)
        else { throw CommandRefusal(.value, "/expires_at", "an enrolment lasts 15 minutes at most") }
    }

    /// One answer to all that is wrong with the enrolment: who tries links learns nothing from it.
    private func validate(_ redemption: EnrolmentRedemption, at now: Timestamp) throws(CommandRefusal) {
        let refusal = CommandRefusal(.notFound, "", "this link is unknown, used or out of time")
        guard let enrolment = enrolments[redemption.enrolment], !enrolment.retired,
            enrolment.object.expiresAt > now, enrolment.object.operator == redemption.credential.holder
        else { throw refusal }
        let facts = CredentialFacts(
            origin: .registered(id: enrolment.object.id, rev: enrolment.rev),
            holder: enrolment.object.operator
        )
        // A cut ends links as it ends credentials, and who is on hold gets no new key.
        guard revocations.standing(of: facts) == .good else { throw refusal }
        guard redemption.credential.type == .key else {
            throw CommandRefusal(.value, "/credential/kind", "an enrolment registers a key")
        }
        try validate(redemption.credential, at: now)
    }

    /// The longest that a token lives which is issued here, in milliseconds, and a minute for clocks.
    private static let tokenMilliseconds: Int64 = 86_400_000 + 60_000

    /// Whether something can bear the id of a credential at `now`: what is registered does for ever, and a token that is issued
    /// here, which no entry tells of, for as long as it lives. Its id says when it was made.
    private func mayExist(credential id: ObjectID, at now: Timestamp) -> Bool {
        if credentials[id] != nil { return true }
        return id.time <= now.advanced(byMilliseconds: 60_000)
            && id.time >= now.advanced(byMilliseconds: -Self.tokenMilliseconds)
    }

    private func validate(_ scope: Scope, at now: Timestamp) throws(CommandRefusal) {
        switch scope.kind {
        case .credential, .identity, .issuer, .task:
            guard let id = ObjectID(scope.value), scope.kind.covers.contains(id.kind),
                scope.kind == .credential ? mayExist(credential: id, at: now) : exists(id)
            else {
                throw CommandRefusal(.notFound, "/scope/id", "nothing that this scope covers has this id")
            }
        case .all:
            guard scope.value.isEmpty else {
                throw CommandRefusal(.value, "/scope/id", "the scope 'all' takes no id")
            }
        case .key, .delegationRoot, .participant, .agreementVersion, .workload, .trustDomain:
            guard Scope.isLabel(scope.value, of: scope.kind) else {
                throw CommandRefusal(.value, "/scope/id", "an id of 1 to 256 visible ASCII characters is expected")
            }
        }
    }

    private func validateRetirement(of id: ObjectID) throws(CommandRefusal) {
        guard id.kind.retires, let object = summary(of: id) else {
            throw CommandRefusal(.notFound, "", "nothing that can be retired has this id")
        }
        guard !object.retired else { throw CommandRefusal(.conflict, "", "this object was retired before") }
        if let set = policySets[id]?.object, activePolicies(of: set.realm) == id {
            throw CommandRefusal(.conflict, "", "this policy set decides; activate another one first")
        }
        guard id.kind == .operator else { return }
        let owned = ownedBy(id)
        guard owned.isEmpty else {
            throw CommandRefusal(
                .conflict,
                "",
                "this operator owns \(owned.count) live objects, '\(owned[0])' among them; name another owner first"
            )
        }
    }

    /// The names of live objects that `owner` answers for, itself left out.
    private func ownedBy(_ owner: ObjectID) -> [String] {
        func names<Object: NamedObject>(_ register: Register<Object>) -> [String] {
            register.records.values.filter {
                !$0.retired && $0.object.custody.owner == owner && $0.object.id != owner
            }.map(\.object.name)
        }
        return
            (names(operators) + names(identities) + names(apis) + names(issuers) + names(enforcementPoints)
            + names(backEnds)).sorted()
    }
}
