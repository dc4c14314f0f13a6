// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import StrictJSON

/// The whole state of the control plane at one revision: a pure fold over the control log.
///
/// It never reads a clock, a random number or a hash order: two nodes that fold the same entries hold the same state and
/// the same ``digest``.
public struct TrustState: Sendable {
    /// How many entries were folded; the revision of the next one.
    public internal(set) var size: UInt64 = 0
    /// The time of the newest entry.
    public internal(set) var time = Timestamp(milliseconds: 0)
    /// The fingerprint of everything below; `size` and `time` are those of the log itself.
    public internal(set) var digest = StateDigest()
    /// The share of ended tokens in it.
    var endingsDigest = StateDigest()
    /// The newest opening of the log.
    public internal(set) var opening: LogOpening?
    /// The newest generation that counts as whole.
    public internal(set) var confirmedGeneration: Int64 = 1

    /// Operators.
    public internal(set) var operators = Register<Operator>()
    /// Non-human identities.
    public internal(set) var identities = Register<Identity>()
    /// APIs.
    public internal(set) var apis = Register<Api>()
    /// Issuers.
    public internal(set) var issuers = Register<Issuer>()
    /// Enforcement points.
    public internal(set) var enforcementPoints = Register<EnforcementPoint>()
    /// The systems that give out credentials of their own.
    public internal(set) var backEnds = Register<BackEnd>()
    /// Credentials issued or registered here.
    public internal(set) var credentials = Register<Credential>()
    /// Policy sets that are or were active.
    public internal(set) var policySets = Register<PolicySet>()
    /// Cuts.
    public internal(set) var cuts = Register<Cut>()
    /// Holds; a lifted one is retired.
    public internal(set) var holds = Register<Hold>()
    /// Nodes.
    public internal(set) var nodes = Register<Node>()
    /// Enrolments; one that was used or followed by another is retired.
    public internal(set) var enrolments = Register<Enrolment>()
    /// The keys that sign or signed tokens.
    public internal(set) var tokenKeys = Register<TokenKey>()
    /// The tasks on which something may hang; an ended one is retired.
    public internal(set) var tasks = Register<DeclaredTask>()
    /// The policy set that decides about calls; nil before the first activation, when everything is denied.
    public internal(set) var activePolicies: ObjectID?
    /// The policy set that decides about commands; nil only in logs from before commands were decided.
    public internal(set) var activeCommandPolicies: ObjectID?
    /// The policy set that is evaluated and recorded beside the one that decides about calls; nil when none is.
    public internal(set) var shadowPolicies: ObjectID?
    /// The newest checkpoint of each evidence log, by origin.
    public var anchors: [EvidenceAnchor] { anchorsByOrigin.sorted { $0.key < $1.key }.map(\.value) }

    /// The cuts and holds in force.
    public internal(set) var revocations = RevocationTable()

    /// The keys of recent commands.
    public internal(set) var commandKeys = CommandKeyTable()

    /// What is said of policy sets that were not activated as they were put.
    var policyLives: TreeDictionary<ObjectID, PolicyLife> = [:]
    var anchorsByOrigin: TreeDictionary<String, EvidenceAnchor> = [:]
    var names: [ObjectKind: NameIndex] = [:]
    var credentialsByFingerprint: TreeDictionary<Fingerprint, ObjectID> = [:]
    /// The credentials of each operator and identity, in the order in which they were registered: they are few.
    var credentialsByHolder: TreeDictionary<ObjectID, [ObjectID]> = [:]
    var enrolmentsByFingerprint: TreeDictionary<Fingerprint, ObjectID> = [:]
    /// The one enrolment of each operator that is neither used nor followed by another.
    var pendingEnrolments: TreeDictionary<ObjectID, ObjectID> = [:]
    var bindings: TreeDictionary<ForeignSubject, [SubjectBinding]> = [:]
    var issuersByURL: TreeDictionary<String, ObjectID> = [:]
    var taskIndex = TaskIndex()

    /// The state before the first entry.
    public init() {}

    /// The revision of the newest entry; nil before the first.
    public var rev: UInt64? { size == 0 ? nil : size - 1 }

    /// The id of the `kind` that `reference` names, be it an id or a name; nil when there is none.
    public func find(_ reference: String, kind: ObjectKind) -> ObjectID? {
        if let id = ObjectID(reference) { return id.kind == kind && exists(id) ? id : nil }
        return names[kind]?[reference]
    }

    /// Whether an object of this id was ever registered.
    public func exists(_ id: ObjectID) -> Bool { summary(of: id) != nil }

    /// The credential whose secret has this fingerprint.
    public func credential(fingerprint: Fingerprint) -> Record<Credential>? {
        credentialsByFingerprint[fingerprint].flatMap { credentials[$0] }
    }

    /// All credentials that an operator or identity ever had, the oldest first.
    public func credentials(of id: ObjectID) -> [Record<Credential>] {
        (credentialsByHolder[id] ?? []).compactMap { credentials[$0] }
    }

    /// Finds a credential by its secret and by its holder from now on.
    mutating func index(_ credential: Credential) {
        credentialsByFingerprint[credential.fingerprint] = credential.id
        if credential.holder.kind != .enforcementPoint {
            credentialsByHolder[credential.holder, default: []].append(credential.id)
        }
    }

    /// The policy set that decides about what the realm names.
    public func activePolicies(of realm: PolicySet.Realm) -> ObjectID? {
        switch realm {
        case .calls: activePolicies
        case .commands: activeCommandPolicies
        }
    }

    /// The enrolment whose secret has this fingerprint.
    public func enrolment(fingerprint: Fingerprint) -> Record<Enrolment>? {
        enrolmentsByFingerprint[fingerprint].flatMap { enrolments[$0] }
    }

    /// The node of this number.
    public func node(_ number: UInt16) -> Node? {
        nodes.records.values.first { $0.object.number == number }?.object
    }

    /// The live issuer whose tokens carry exactly this `iss`.
    public func issuer(url: String) -> Record<Issuer>? {
        guard let record = issuersByURL[url].flatMap({ issuers[$0] }), sameBytes(record.object.url, url) else {
            return nil
        }
        return record
    }

    /// The name, custody and retirement of any named object; nil when `id` is unknown or of a kind without names.
    public func summary(of id: ObjectID) -> ObjectSummary? {
        switch id.kind {
        case .operator: operators[id].map(ObjectSummary.init)
        case .identity: identities[id].map(ObjectSummary.init)
        case .api: apis[id].map(ObjectSummary.init)
        case .issuer: issuers[id].map(ObjectSummary.init)
        case .enforcementPoint: enforcementPoints[id].map(ObjectSummary.init)
        case .credential:
            credentials[id].map { ObjectSummary(name: "", custody: $0.object.custody, $0.retired, $0.rev) }
        case .policySet: policySets[id].map { ObjectSummary(name: "", custody: nil, $0.retired, $0.rev) }
        case .cut: cuts[id].map { ObjectSummary(name: "", custody: nil, $0.retired, $0.rev) }
        case .hold: holds[id].map { ObjectSummary(name: "", custody: nil, $0.retired, $0.rev) }
        case .enrolment: enrolments[id].map { ObjectSummary(name: "", custody: nil, $0.retired, $0.rev) }
        case .node: nodes[id].map { ObjectSummary(name: "", custody: nil, $0.retired, $0.rev) }
        case .tokenKey: tokenKeys[id].map { ObjectSummary(name: "", custody: nil, $0.retired, $0.rev) }
        case .task: tasks[id].map { ObjectSummary(name: "", custody: nil, $0.retired, $0.rev) }
        case .backEnd: backEnds[id].map(ObjectSummary.init)
        case .decision, .lease: nil
        }
    }
}

/// What all registered objects have in common.
public struct ObjectSummary: Sendable {
    /// The name; empty for kinds without one.
    public let name: String
    /// Owner, purpose, boundary and expiry; nil for kinds without.
    public let custody: Custody?
    /// Whether it was retired.
    public let retired: Bool
    /// The revision of its last change.
    public let rev: UInt64

    init(name: String, custody: Custody?, _ retired: Bool, _ rev: UInt64) {
        self.name = name
        self.custody = custody
        self.retired = retired
        self.rev = rev
    }

    init<Object: NamedObject>(_ record: Record<Object>) {
        self.init(name: record.object.name, custody: record.object.custody, record.retired, record.rev)
    }

    /// Whether it is neither retired nor expired at `now`.
    public func isLive(at now: Timestamp) -> Bool { !retired && custody.map { $0.expiresAt > now } ?? true }
}
