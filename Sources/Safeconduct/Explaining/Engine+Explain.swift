// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON
internal import TrustModel

/// A recorded decision, decided again from what its record and the control log hold.
public struct Replay: Sendable {
    /// What became of one policy whose scope matched.
    public struct Candidate: Sendable {
        /// The policy.
        public let policy: String
        /// `permit` or `forbid`.
        public let effect: String
        /// `satisfied`, `not_satisfied` or `failed`.
        public let state: String
        /// Why it failed, or what its text is.
        public let detail: String
    }

    /// Whether the policies give the recorded answer again. True, too, for a refusal before any policy was asked.
    public let identical: Bool
    /// The policies whose scope matched, in source order; empty when none was asked.
    public let candidates: [Candidate]
    /// The request attributes that the policies saw, as JSON; nil when their key was destroyed.
    public let attributes: [UInt8]?
}

extension Engine {
    /// Decides a recorded decision again, with the policies and the state of its revision.
    ///
    /// - Throws: ``EngineError`` when the log can't be read. What can't be replayed because its attributes were erased is
    ///   reported as not identical.
    public func replay(_ decision: StoredDecision) async throws -> Replay {
        let record = decision.record
        if let command = record.command { return try await replay(command, record) }
        guard let setID = record.policySet, let identityID = record.identity, let name = record.operation,
            Judgement.reasons.contains(record.reason)
        else { return Replay(identical: true, candidates: [], attributes: Array("{}".utf8)) }
        let state = try await state(at: record.rev)
        guard let set = state.policySets[setID]?.object, let identity = state.identities[identityID],
            let api = state.apis[record.api],
            let operation = api.object.operations.first(where: { $0.name == name })
        else { throw EngineError(.corrupt, "the log at revision \(record.rev) lacks what the decision names") }
        var attributes = JSONObject()
        if let sealed = record.attributes {
            guard let plain = try sealer.open(sealed), let value = try? JSONValue(parsing: plain),
                case .object(let object) = value
            else { return Replay(identical: false, candidates: [], attributes: nil) }
            attributes = object
        }
        let proof: Subject.Proof
        if let issuer = record.issuer {
            proof = .token(issuer: issuer, fingerprint: record.credential ?? "", expiresAt: record.at)
        } else {
            proof = .asserted(by: record.point)
        }
        let subject = Subject(
            identity: identity,
            proof: proof,
            facts: CredentialFacts(origin: .foreign(issuedAt: record.at), holder: identityID)
        )
        guard
            let world = RequestWorld(
                subject: subject,
                resource: Resource(api: api, operation: operation),
                state: state
            )
        else { throw EngineError(.corrupt, "the decision's names are no Cedar names") }
        let policies = try CompiledPolicies(set)
        let context = CallContext(
            now: record.at,
            assurance: record.assurance,
            binding: record.binding,
            proven: subject.isProven,
            issuer: world.issuer.string,
            callerScore: record.score,
            apiScore: record.apiScore,
            attributes: attributes
        )
        let judgement = Judgement(policies, world, context: context.record, met: [])
        let identical =
            judgement.determining == record.determining && judgement.failures == record.failures
            && judgement.offered == record.remedies && judgement.leads(to: record)
        return Replay(
            identical: identical,
            candidates: Self.candidates(policies, world, context.record),
            attributes: JSONValue.object(attributes).serialized()
        )
    }

    private static func candidates(
        _ policies: CompiledPolicies,
        _ world: RequestWorld,
        _ context: Cedar.Record
    ) -> [Replay.Candidate] {
        let request = AuthorizationRequest(
            principal: world.principal,
            action: world.action,
            resource: world.operation,
            context: context.setting("met", to: .set([]))
        )
        return policies.set.candidates(for: request, entities: world).map { index in
            let policy = policies.set.policies[index]
            // Alone, a satisfied permit allows, and a satisfied forbid is a determining policy.
            let answer = policies.set.authorize(request, among: [index], entities: world)
            let failure = answer.failures.first.map { "\($0.error)" }
            let state = failure != nil ? "failed" : answer.determining.isEmpty ? "not_satisfied" : "satisfied"
            return Replay.Candidate(
                policy: policy.id.string,
                effect: policy.effect.rawValue,
                state: state,
                detail: failure ?? policy.source
            )
        }
    }
}

extension Judgement {
    /// The reasons of decisions that policies were asked for.
    static let reasons: Set<String> = [
        "permitted", "forbidden", "not_permitted", "policy_failed", "limit_exceeded", "challenge_required",
        "approval_required",
    ]

    /// Whether the recorded answer is one that this verdict leads to. What a limit's bucket held is no part of it.
    func leads(to record: DecisionRecord) -> Bool {
        switch verdict {
        case .permitted: record.outcome == .allow && record.reason == "permitted"
        case .forbidden: record.outcome == .deny && record.reason == "forbidden"
        case .notPermitted: record.outcome == .deny && record.reason == "not_permitted"
        case .failed: record.outcome == .deny && record.reason == "policy_failed"
        case .remediable(let offers):
            switch offers.map(\.remedy.cost).max() {
            case 0:
                record.outcome == .limit && record.reason == "permitted"
                    || record.outcome == .deny && record.reason == "limit_exceeded"
            default:
                record.outcome == .challenge && record.reason == "challenge_required"
                    || record.outcome == .approve && record.reason == "approval_required"
            }
        }
    }
    /// The literals of the remedies it asks for.
    var offered: [String] {
        if case .remediable(let offers) = verdict { offers.map(\.remedy.description) } else { [] }
    }
}
