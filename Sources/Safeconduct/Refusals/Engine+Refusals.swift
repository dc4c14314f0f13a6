// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import TrustStore

extension Engine {
    /// Denies for want of a verified identity, which no policy is asked about.
    ///
    /// A caller that proved nothing is counted and leaves no leaf. One that proved something and is refused all the same
    /// (cut, held, expired, bound to nobody) has a leaf of its own, once a minute for each credential and reason.
    func refuse(
        _ draft: DecisionRecord,
        _ refusal: SubjectRefusal,
        _ question: Question,
        _ presentation: Presentation
    ) -> WeighedQuestion {
        // Whom a point vouches for by a name that exists is as good as proven.
        if case .asserted = question.subject, refusal.identity != nil { return .made(denial(draft, refusal)) }
        guard let mark = mark(of: refusal, question, presentation) else {
            refusals.count(.point(draft.point), refusal.code, at: draft.at)
            return .answered(.success(Decision(unrecorded: draft, refusal)))
        }
        let key = Fingerprint(of: "\(draft.point)\n\(mark)\n\(refusal.code)")
        guard refusals.isFirst(key, at: draft.at) else {
            refusals.count(.point(draft.point), refusal.code, at: draft.at)
            return .answered(.success(Decision(unrecorded: draft, refusal)))
        }
        return .made(denial(draft, refusal), refusalKey: key)
    }

    private func denial(_ draft: DecisionRecord, _ refusal: SubjectRefusal) -> MadeDecision {
        var draft = draft
        draft.identity = refusal.identity ?? draft.identity
        draft.reason = refusal.code
        return MadeDecision(draft, DecisionDraft(refusal))
    }

    /// What tells a refused caller that proved something from others; nil when it proved nothing.
    private func mark(
        of refusal: SubjectRefusal,
        _ question: Question,
        _ presentation: Presentation
    ) -> String? {
        // The enforcement point overstepped, and that one did prove itself.
        if refusal.code == Self.notGrantedCode { return "point" }
        // A name that nobody has may come straight from a stranger, as a token that nobody signed does.
        guard case .token = question.subject, case .token(.success(let token)) = presentation else { return nil }
        return token.fingerprint.description
    }

    static var notGrantedCode: String { "not_granted" }

    /// Counts a call that this server refused for want of a credential that counts.
    ///
    /// - Parameters:
    ///   - route: The route's name; never the path as sent, of which there are as many as a stranger likes.
    ///   - reason: The stable code of the answer.
    public func countRefusal(route: String, reason: String) {
        refusals.count(.route(route), reason, at: now())
    }

    /// How many callers that proved nothing were refused since the start, by reason.
    public var refusalTotals: [(reason: String, count: UInt64)] { refusals.totals }

    /// Writes what was counted since the last time into one leaf; nothing when nothing was. What can't be written is
    /// kept and written with the next.
    ///
    /// Called once a minute and at the stop; does nothing while it is at work already.
    public func flushRefusals() async {
        guard refusals.beginFlush() else { return }
        defer { refusals.endFlush() }
        guard let taken = refusals.take() else { return }
        let view = self.view
        let at = clock.now(head: view.state.time)
        let history = refusalHistory
        let previous: UInt64?
        do {
            previous = try await blocking { () -> UInt64? in
                let name = LogName.evidence(node: self.node.number, month: at.month)
                return try self.log(name).flatMap { try history.newest(in: $0) }
            }
        } catch {
            return refusals.giveBack(taken)
        }
        let record = RefusalRecord(at: at, rev: view.state.rev ?? 0, taken, previous: previous)
        switch await records.submit(EvidenceWriter.Item(at: at, body: record.stored())) {
        case .failed: refusals.giveBack(taken)
        case .written, .taken: break
        }
    }
}
