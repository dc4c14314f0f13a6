// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel
internal import TrustStore

extension Engine {
    /// Checks the signature of the question's token; nil when there is none, or nothing to be known from it.
    func present(
        _ question: Question,
        by point: ObjectID
    ) async -> Result<Result<PresentedToken, SubjectRefusal>?, QuestionRefusal> {
        guard case .token(let token) = question.subject else { return .success(nil) }
        // Nobody is asked for keys for the sake of a question that will not be answered.
        switch ask(question, by: point) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let asked):
            guard asked.point.subjects.contains(.proven) else { return .success(nil) }
            return .success(await verifier.verify(token, asked.view, at: asked.now))
        }
    }

    /// Who calls, as far as it counts now; a one-time token is spent, unless this question has spent it already.
    func subject(
        of question: Question,
        _ presented: Result<PresentedToken, SubjectRefusal>?,
        _ asked: AskedQuestion,
        isSpent: Bool
    ) async -> Result<Subject, SubjectRefusal> {
        let admission: Admission
        switch self.admission(of: question, presented, asked) {
        case .success(let found): admission = found
        case .failure(let refusal): return .failure(refusal)
        }
        if !isSpent, let use = admission.use, let refusal = SubjectRefusal(await uses.spend(use)) {
            return .failure(refusal)
        }
        if let refusal = verifier.refusal(of: admission.subject, asked.view, at: asked.now) { return .failure(refusal) }
        let identity = admission.subject.identity.object
        if case .token = question.subject, let stated = question.statedIdentity,
            asked.view.state.find(stated, kind: .identity) != identity.id
        {
            return .failure(
                SubjectRefusal(
                    "subject_mismatch",
                    "the token does not prove the identity that was named",
                    authenticate: false,
                    identity: identity.id
                )
            )
        }
        return .success(admission.subject)
    }

    /// What the question proves, before anything is spent.
    func admission(
        of question: Question,
        _ presented: Result<PresentedToken, SubjectRefusal>?,
        _ asked: AskedQuestion
    ) -> Result<Admission, SubjectRefusal> {
        switch question.subject {
        case .none: return .failure(SubjectRefusal("token_missing", "the call carries no credential"))
        case .token:
            guard asked.point.subjects.contains(.proven), let presented else {
                return .failure(Self.notGranted("this enforcement point may not ask about tokens"))
            }
            return presented.flatMap { verifier.admission(of: $0, asked.view, at: asked.now) }
        case .asserted(let reference):
            guard asked.point.subjects.contains(.asserted) else {
                return .failure(Self.notGranted("this enforcement point may not vouch for subjects"))
            }
            return verifier.admit(asserted: reference, by: asked.point.id, asked.view)
                .map { Admission(subject: $0, use: nil) }
        }
    }

    private static func notGranted(_ message: String) -> SubjectRefusal {
        SubjectRefusal("not_granted", message, authenticate: false)
    }

    /// The most bytes of the attributes that policies see: they are part of the record.
    static var attributeBytes: Int { 32_768 }

    /// Splits the request attributes into those that policies see, which are sealed into the record, and the rest, of
    /// which only a keyed digest stays.
    func attributes(
        _ attributes: JSONObject,
        of operation: TrustModel.Operation,
        _ draft: inout DecisionRecord
    ) async -> Result<JSONObject, QuestionRefusal> {
        var seen = JSONObject()
        var withheld = JSONObject()
        for member in attributes {
            if operation.attributes.contains(member.key) {
                seen[member.key] = member.value
            } else {
                withheld[member.key] = member.value
            }
        }
        if !withheld.isEmpty { draft.withheld = sealer.digest(of: JSONValue.object(withheld).serialized()) }
        guard !seen.isEmpty, let identity = draft.identity else { return .success(JSONObject()) }
        for member in seen where !CallContext.holds(member.value) {
            return .failure(
                QuestionRefusal(
                    "invalid_question",
                    "the attribute '\(member.key)' has a number that is neither 64 bits nor a decimal of four digits"
                )
            )
        }
        let plain = JSONValue.object(seen).serialized()
        guard plain.count <= Self.attributeBytes else {
            return .failure(
                QuestionRefusal(
                    "invalid_question",
                    "the attributes that policies see have more than \(Self.attributeBytes) bytes"
                )
            )
        }
        do {
            let (sealer, at) = (sealer, draft.at)
            if !sealer.isReady(for: identity, at: at) {
                // The first of a month makes a key and waits for the disk, on a thread that may.
                try await blocking { try sealer.prepare(for: identity, at: at) }
            }
            draft.attributes = try sealer.seal(plain, for: identity, at: at)
        } catch {
            // Without them a policy that forbids by an attribute would fail, and be skipped.
            return .failure(
                QuestionRefusal("evidence_unavailable", "the request's attributes could not be recorded")
            )
        }
        return .success(seen)
    }
}
