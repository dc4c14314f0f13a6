// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import StrictJSON

/// What the log says of a policy set besides its content. Of sets that were activated as they were put, as all were
/// before there were drafts, nothing is said: they began to decide at the revision that made them.
struct PolicyLife: Sendable, Equatable {
    /// Whether all that an activation asks for held when it was put.
    var isValidated = false
    /// The revision since which it decided when it did last; nil while it never has.
    var activated: UInt64?
    /// When that was.
    var activatedAt: Timestamp?
    /// Whether it was taken back when it decided last.
    var isRolledBack = false
}

extension TrustState {
    /// Where a policy set stands in its life.
    public func stage(of record: Record<PolicySet>) -> PolicyStage {
        let id = record.object.id
        if record.retired { return .retired }
        if activePolicies(of: record.object.realm) == id { return .active }
        if shadowPolicies == id { return .shadow }
        let life = life(of: record)
        if life.isRolledBack { return .rolledBack }
        if life.activated != nil { return .replaced }
        return life.isValidated ? .validated : .draft
    }

    /// The set that a roll-back of what decides leads to: of those that decided before and were not taken back since,
    /// the one that did last. Nil when there is none.
    public func policiesBefore(of realm: PolicySet.Realm) -> Record<PolicySet>? {
        guard let active = activePolicies(of: realm) else { return nil }
        var found: (record: Record<PolicySet>, activated: UInt64)?
        for record in policySets.records.values
        where record.object.realm == realm && record.object.id != active && !record.retired {
            let life = life(of: record)
            guard let activated = life.activated, !life.isRolledBack, activated > found?.activated ?? 0 else {
                continue
            }
            found = (record, activated)
        }
        return found?.record
    }

    /// The set that decided before a revision, as far as it was not activated again since; nil when none did.
    public func policies(of realm: PolicySet.Realm, decidingBefore rev: UInt64) -> Record<PolicySet>? {
        policySets.records.values.filter { $0.object.realm == realm && life(of: $0).activated ?? .max < rev }
            .max { life(of: $0).activated ?? 0 < life(of: $1).activated ?? 0 }
    }

    /// When the set that decided after `record` began to; nil when it decides, or never did.
    public func replacement(of record: Record<PolicySet>) -> Timestamp? {
        guard let activated = life(of: record).activated, activePolicies(of: record.object.realm) != record.object.id
        else { return nil }
        return policySets.records.values.filter { $0.object.realm == record.object.realm }
            .map { life(of: $0) }.filter { $0.activated ?? 0 > activated }
            .min { $0.activated ?? 0 < $1.activated ?? 0 }?.activatedAt
    }

    /// Whether a policy set ever decided.
    public func hasDecided(_ record: Record<PolicySet>) -> Bool { life(of: record).activated != nil }

    func life(of record: Record<PolicySet>) -> PolicyLife {
        policyLives[record.object.id]
            ?? PolicyLife(isValidated: true, activated: record.created, activatedAt: record.changedAt)
    }

    mutating func setLife(_ new: PolicyLife, of id: ObjectID) {
        if let old = policyLives.updateValue(new, forKey: id) { digest.remove(Self.bytes(id, old)) }
        digest.add(Self.bytes(id, new))
    }

    /// The line of a snapshot that stands for a set's life, and its part of the digest.
    static func bytes(_ id: ObjectID, _ life: PolicyLife) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("kind", policyLifeKind)
        writer.member("id", id)
        writer.key("validated")
        writer.bool(life.isValidated)
        if let activated = life.activated { writer.member("activated", Int64(clamping: activated)) }
        if let time = life.activatedAt { writer.member("activated_at", time) }
        writer.key("rolled_back")
        writer.bool(life.isRolledBack)
        writer.endObject()
        return writer.bytes
    }

    /// What tells the line of a life from that of an object.
    static let policyLifeKind = "policy_life"

    /// Reads the line of a life; its kind was read.
    static func readLife(_ reader: inout ObjectReader) throws(ShapeError) -> (ObjectID, PolicyLife) {
        let id = try StoredReferences().resolve(
            try reader.string("id"),
            kind: .policySet,
            at: reader.pointer(to: "id")
        )
        let life = PolicyLife(
            isValidated: try reader.optionalBool("validated") ?? false,
            activated: try reader.optionalInteger("activated").map { UInt64(clamping: $0) },
            activatedAt: try reader.optionalTimestamp("activated_at"),
            isRolledBack: try reader.optionalBool("rolled_back") ?? false
        )
        return (id, life)
    }

    /// Takes up the life of a snapshot's line, which the digest counts already.
    mutating func load(_ id: ObjectID, _ life: PolicyLife) throws(ShapeError) {
        guard policyLives.updateValue(life, forKey: id) == nil else {
            throw ShapeError(.value, "/id", "a policy set's life stands in the snapshot twice")
        }
    }

    /// Writes the lines of all lives, in the order of the ids.
    func writeLives(_ line: ([UInt8]) throws -> Void) rethrows {
        for (id, life) in policyLives.sorted(by: { $0.key < $1.key }) { try line(Self.bytes(id, life)) }
    }
}

// Folding the steps of a policy set's life.
extension TrustState {
    /// A draft is put.
    mutating func fold(_ draft: PolicyDraft, _ rev: UInt64, _ time: Timestamp) throws(FoldError) {
        guard policySets[draft.set.id] == nil else { throw FoldError(.invalid, "entry \(rev) puts a policy set again") }
        replace(Record(object: draft.set, created: rev, rev: rev, changedAt: time), \.policySets)
        setLife(PolicyLife(isValidated: draft.isValidated), of: draft.set.id)
    }

    /// A set that is in the log begins to decide; the one before was taken back, or not.
    mutating func fold(
        _ move: PolicyMove,
        takingBack isRollback: Bool,
        _ rev: UInt64,
        _ time: Timestamp
    ) throws(FoldError) {
        guard let record = policySets[move.set], !record.retired else {
            throw FoldError(.invalid, "entry \(rev) activates a policy set that is not there")
        }
        let realm = record.object.realm
        let active = activePolicies(of: realm)
        guard active != move.set, !isRollback || (active != nil && hasDecided(record)) else {
            throw FoldError(.invalid, "entry \(rev) activates what decides, or goes back to what never did")
        }
        if isRollback, let active, let left = policySets[active] {
            var life = life(of: left)
            life.isRolledBack = true
            setLife(life, of: active)
            touch(left, rev, time)
        }
        var life = life(of: record)
        life.activated = rev
        life.activatedAt = time
        life.isRolledBack = false
        setLife(life, of: move.set)
        touch(record, rev, time)
        setActivePolicies(move.set, of: realm)
        if shadowPolicies == move.set { setShadowPolicies(nil) }
    }

    /// A set is tried beside the one that decides.
    mutating func foldShadow(_ move: PolicyMove, _ rev: UInt64, _ time: Timestamp) throws(FoldError) {
        guard let record = policySets[move.set], !record.retired, record.object.realm == .calls,
            activePolicies != move.set, shadowPolicies != move.set
        else { throw FoldError(.invalid, "entry \(rev) tries a policy set that is not there or tried already") }
        touch(record, rev, time)
        setShadowPolicies(move.set)
    }

    /// A set goes out of use.
    mutating func retirePolicies(_ id: ObjectID, _ rev: UInt64, _ time: Timestamp) throws(FoldError) {
        guard let record = policySets[id], !record.retired, activePolicies(of: record.object.realm) != id else {
            throw FoldError(.invalid, "entry \(rev) retires policies that decide or are not there")
        }
        if shadowPolicies == id { setShadowPolicies(nil) }
        replace(
            Record(object: record.object, created: record.created, rev: rev, changedAt: time, retired: true),
            \.policySets
        )
    }

    /// The record's last change is this revision's.
    private mutating func touch(_ record: Record<PolicySet>, _ rev: UInt64, _ time: Timestamp) {
        // What is told by a record that never changed has to be written down before it does.
        if policyLives[record.object.id] == nil { setLife(life(of: record), of: record.object.id) }
        replace(Record(object: record.object, created: record.created, rev: rev, changedAt: time), \.policySets)
    }
}
