// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import TrustStore

/// A decision that is not recorded yet: its record, the bytes of its leaf, and what the answer has besides.
///
/// Of one request several questions may come to the very same record; they share it, and each has a leaf of its own.
struct MadeDecision: Sendable {
    /// What decisions that are equal but for their attributes share.
    private final class Shared: Sendable {
        let record: DecisionRecord
        let answer: DecisionAnswer

        init(_ record: DecisionRecord, _ extra: DecisionDraft) {
            self.record = record
            answer = DecisionAnswer(record, extra)
        }
    }

    private let shared: Shared
    let stored: [UInt8]

    init(_ record: DecisionRecord, _ extra: DecisionDraft) {
        shared = Shared(record, extra)
        stored = record.stored()
    }

    private init(_ shared: Shared, stored: [UInt8]) {
        self.shared = shared
        self.stored = stored
    }

    /// The record; of the attributes that policies do not see only ``stored`` tells.
    var record: DecisionRecord { shared.record }
    /// What the answer says.
    var answer: DecisionAnswer { shared.answer }
    /// When it was made.
    var at: Timestamp { shared.record.at }

    /// The same decision about a call with attributes that no policy sees.
    ///
    /// - Parameter digest: Their keyed digest. Here is none yet.
    func withholding(_ digest: String) -> MadeDecision {
        MadeDecision(shared, stored: DecisionRecord.withholding(digest, in: stored))
    }
}

/// What a decision says, wherever its leaf stands. Shared, for an answer is passed on through many hands.
final class DecisionAnswer: Sendable {
    let outcome: Decision.Outcome
    let reason: String
    let message: String
    let policies: [String]
    let remedies: [Remedy]
    let rev: UInt64
    let score: TrustScore
    let identity: String?
    let authenticate: Bool
    let proof: ProofChallenge?
    let neededScope: String?
    let retryAfter: Int64?
    let quotas: [Quota]
    let features: [String]?
    let alerts: [String]
    let shadow: Decision.Outcome?
    let failed: [PolicyFailure]
    let shadowSet: ShadowSetAnswer?
    let policyDigest: String?

    init(_ record: DecisionRecord, _ extra: DecisionDraft) {
        outcome = record.outcome
        reason = record.reason
        message = extra.message
        policies = record.determining
        remedies = extra.remedies
        rev = record.rev
        score = record.score
        identity = extra.identity
        authenticate = extra.authenticate
        proof = extra.proof
        neededScope = record.reason == "scope_insufficient" ? record.operation : nil
        retryAfter = extra.retryAfter
        quotas = extra.quotas
        features = extra.features
        alerts = record.facts.alerts
        shadow = record.facts.shadow?.outcome
        failed = extra.failed
        shadowSet = extra.shadowSet
        policyDigest = extra.policyDigest
    }
}

/// A decision on its way into the evidence.
struct PendingDecision {
    let open: OpenQuestion
    let made: MadeDecision
    /// Marks a refusal whose leaf is the first of its kind in its minute.
    let refusalKey: Fingerprint?
}

/// What an answer has besides its record.
struct DecisionDraft: Sendable {
    var message = ""
    var identity: String?
    var remedies: [Remedy] = []
    var authenticate = false
    var proof: ProofChallenge?
    var retryAfter: Int64?
    var quotas: [Quota] = []
    var features: [String]?
    var failed: [PolicyFailure] = []
    var shadowSet: ShadowSetAnswer?
    var policyDigest: String?
}

extension DecisionDraft {
    /// What is said to one whose identity was not verified.
    init(_ refusal: SubjectRefusal) {
        self.init(message: refusal.message, authenticate: refusal.authenticate, proof: refusal.proof)
    }
}

/// Where leaves of one node stand. A log's name is made once for a month.
struct DecisionAddresses {
    let node: UInt16
    private var last: (month: Int, log: String)?

    init(node: UInt16) { self.node = node }

    mutating func log(_ at: Timestamp) -> String {
        let month = at.month
        if let last, last.month == month { return last.log }
        let log = LogName.evidence(node: node, month: month).description
        last = (month, log)
        return log
    }
}

extension Decision {
    /// The answer that a decision is, once its leaf has this index.
    init(_ made: MadeDecision, at index: UInt64, _ addresses: inout DecisionAddresses) {
        id = .decision(at: made.at, node: addresses.node, index: index)
        log = addresses.log(made.at)
        answer = made.answer
    }

    /// A denial that is counted and has no leaf, so there is no id to ask for it by.
    init(unrecorded draft: DecisionRecord, _ refusal: SubjectRefusal) {
        id = nil
        log = nil
        var draft = draft
        draft.outcome = .deny
        draft.reason = refusal.code
        answer = DecisionAnswer(
            draft,
            DecisionDraft(refusal)
        )
    }
}
