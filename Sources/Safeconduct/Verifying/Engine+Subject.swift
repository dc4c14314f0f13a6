// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON
internal import TrustModel
internal import TrustStore

extension Engine {
    /// What became of the token of a question before it is heard.
    enum Presentation: Sendable {
        /// There is none, or nothing to be known from it.
        case nothing
        /// A token and whose key signed it, or why it proves nothing.
        case token(Result<PresentedToken, SubjectRefusal>)
        /// The question is not answered.
        case refused(QuestionRefusal)
    }

    /// Checks the signatures of the questions' tokens, each once.
    func present(_ questions: [Question], by point: ObjectID) async -> [Presentation] {
        var presentations = Array(repeating: Presentation.nothing, count: questions.count)
        var hearing: Hearing?
        var places: [Text: Int] = [:]
        var tokens: [(text: String, holders: [Int])] = []
        for (index, question) in questions.enumerated() {
            guard case .token(let token) = question.subject else { continue }
            // Nobody is asked for keys for the sake of a question that will not be answered.
            switch hear(question, by: point, &hearing) {
            case .failure(let refusal): presentations[index] = .refused(refusal)
            case .success(let heard):
                guard heard.hearing.point.subjects.contains(.proven) else { continue }
                if let place = places[Text(token)] {
                    tokens[place].holders.append(index)
                } else {
                    places[Text(token)] = tokens.count
                    tokens.append((token, [index]))
                }
            }
        }
        guard let hearing else { return presentations }
        let verified = await verify(tokens.map(\.text), hearing.view, at: hearing.now)
        for (token, result) in zip(tokens, verified) {
            for index in token.holders { presentations[index] = .token(result) }
        }
        return presentations
    }

    /// Checks tokens side by side: of several unknown issuers no one waits for another's keys.
    private func verify(
        _ tokens: [String],
        _ view: TrustView,
        at now: Timestamp
    ) async -> [Result<PresentedToken, SubjectRefusal>] {
        var results = tokens.map { verifier.recall($0, view, at: now) }
        let own = ownIssuer
        let unknown = results.indices.filter { results[$0] == nil }
        if unknown.count == 1 {
            for index in unknown { results[index] = await verifier.verify(tokens[index], besides: own, view, at: now) }
        } else if !unknown.isEmpty {
            await withTaskGroup(of: (Int, Result<PresentedToken, SubjectRefusal>).self) { [verifier] group in
                for index in unknown {
                    group.addTask { (index, await verifier.verify(tokens[index], besides: own, view, at: now)) }
                }
                for await (index, result) in group { results[index] = result }
            }
        }
        return results.compactMap { $0 }
    }

    /// What a question is about, heard by the newest view unless one is given that counts for its asker.
    func hear(
        _ question: Question,
        by point: ObjectID,
        _ hearing: inout Hearing?
    ) -> Result<HeardQuestion, QuestionRefusal> {
        let present: Hearing
        if let known = hearing, known.credential == question.pointCredential {
            present = known
        } else {
            switch hear(point, with: question.pointCredential) {
            case .success(let new): present = new
            case .failure(let refusal): return .failure(refusal)
            }
            hearing = present
        }
        return present.find(question).map { HeardQuestion(hearing: present, resource: $0) }
    }

    /// Who calls, as far as it counts at the hearing; a one-time token is not spent by it.
    func caller(
        of question: Question,
        _ presentation: Presentation,
        _ hearing: Hearing
    ) -> Result<AdmittedSubject, SubjectRefusal> {
        func admitted() -> Result<AdmittedSubject, SubjectRefusal> {
            admission(of: question, presentation, hearing).map { admission in
                AdmittedSubject(
                    admission,
                    refusal: verifier.refusal(of: admission.subject, hearing.view, at: hearing.now)
                )
            }
        }
        return switch question.subject {
        case .none: admitted()
        case .asserted(let reference): hearing.caller(Hearing.Claim(isToken: false, text: Text(reference)), admitted)
        case .token(let token): hearing.caller(Hearing.Claim(isToken: true, text: Text(token)), admitted)
        }
    }

    /// Why a caller who was admitted does not count for this question; nil when it does.
    func refusal(of caller: AdmittedSubject, _ open: OpenQuestion) -> SubjectRefusal? {
        if let refusal = caller.refusal { return refusal }
        if let refusal = Self.refusal(of: caller.subject, reaching: open.resource) { return refusal }
        if case .refused(let refusal) = open.possession { return refusal }
        let (question, identity) = (open.question, caller.subject.identity.object.id)
        guard case .token = question.subject, let stated = question.statedIdentity,
            open.hearing.view.state.find(stated, kind: .identity) != identity
        else { return nil }
        return SubjectRefusal(
            "subject_mismatch",
            "the token does not prove the identity that was named",
            authenticate: false,
            identity: identity
        )
    }

    /// What the question proves, before anything is spent.
    func admission(
        of question: Question,
        _ presentation: Presentation,
        _ hearing: Hearing
    ) -> Result<Admission, SubjectRefusal> {
        switch question.subject {
        case .none: return .failure(SubjectRefusal("token_missing", "the call carries no credential"))
        case .token:
            guard hearing.point.subjects.contains(.proven), case .token(let presented) = presentation else {
                return .failure(Self.notGranted("this enforcement point may not ask about tokens"))
            }
            return presented.flatMap { verifier.admission(of: $0, besides: ownIssuer, hearing.view, at: hearing.now) }
        case .asserted(let reference):
            guard hearing.point.subjects.contains(.asserted) else {
                return .failure(Self.notGranted("this enforcement point may not vouch for subjects"))
            }
            return verifier.admit(asserted: reference, by: hearing.point.id, hearing.view)
                .map { Admission(subject: $0, use: nil) }
        }
    }

    private static func notGranted(_ message: String) -> SubjectRefusal {
        SubjectRefusal("not_granted", message, authenticate: false)
    }

    /// The most bytes of the attributes that policies see: they are part of the record.
    static var attributeBytes: Int { 32_768 }

    static var attributesTooLong: QuestionRefusal {
        QuestionRefusal(
            "invalid_question",
            "the attributes that policies see have more than \(attributeBytes) bytes"
        )
    }

    /// Splits the request attributes into those that policies see, which are sealed into the record, and the rest, of
    /// which only a keyed digest stays.
    func attributes(
        _ attributes: JSONObject,
        of operation: TrustModel.Operation,
        typedBy type: RequestReader?,
        for identity: ObjectID,
        at now: Timestamp,
        mayWait: Bool
    ) throws(AttributeFailure) -> TakenAttributes {
        var taken = TakenAttributes()
        if attributes.isEmpty { return taken }
        do throws(QuestionRefusal) {
            taken.seen = try seen(attributes, of: operation, typedBy: type)
        } catch {
            throw .refused(error)
        }
        var withheld = JSONObject()
        for member in attributes where taken.seen[member.key] == nil { withheld[member.key] = member.value }
        if !withheld.isEmpty { taken.withheld = sealer.digest(of: JSONValue.object(withheld).serialized()) }
        guard !taken.seen.isEmpty else { return taken }
        let plain = JSONValue.object(taken.seen).serialized()
        guard plain.count <= Self.attributeBytes else { throw .refused(Self.attributesTooLong) }
        // The first of a month makes a key and waits for the disk, which has to happen on a thread that may.
        guard mayWait || sealer.isReady(for: identity, at: now) else { throw .keyMissing(identity, now) }
        do { taken.sealed = try sealer.seal(plain, for: identity, at: now) } catch {
            throw .refused(Self.attributesUnrecorded)
        }
        return taken
    }

    /// The request attributes that policies see: those that the operation names and the policies' schema knows.
    ///
    /// - Throws: ``QuestionRefusal`` when Cedar can't hold one: dropped in silence it could be what a policy forbids by.
    func seen(
        _ attributes: JSONObject,
        of operation: TrustModel.Operation,
        typedBy type: RequestReader?
    ) throws(QuestionRefusal) -> JSONObject {
        var seen = JSONObject()
        for member in attributes where operation.attributes.contains(member.key) {
            // What the policies' schema does not know no policy can read.
            guard type.map({ $0[Text(member.key)] != nil }) ?? true else { continue }
            guard CallContext.holds(member.value) else {
                throw QuestionRefusal(
                    "invalid_question",
                    "the attribute '\(member.key)' has a number that is neither 64 bits nor a decimal of four digits"
                )
            }
            seen[member.key] = member.value
        }
        return seen
    }

    /// What becomes of a question's attributes.
    struct TakenAttributes {
        /// Those that policies see.
        var seen = JSONObject()
        /// The same as they are recorded; nil when there are none.
        var sealed: SealedText?
        /// A keyed digest of all others; nil when there are none.
        var withheld: String?
    }

    /// Why a question's attributes can't be taken.
    enum AttributeFailure: Error {
        /// The question is not answered.
        case refused(QuestionRefusal)
        /// There is no key for the identity and month at hand; making it takes a moment.
        case keyMissing(ObjectID, Timestamp)
    }

    /// Without them a policy that forbids by an attribute would fail, and be skipped.
    static var attributesUnrecorded: QuestionRefusal {
        QuestionRefusal("evidence_unavailable", "the request's attributes could not be recorded")
    }
}
