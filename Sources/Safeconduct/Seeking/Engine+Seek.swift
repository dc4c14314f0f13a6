// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
public import TrustModel
internal import TrustStore

extension Engine {
    /// The most questions that one page asks of the policies. Beyond, it ends where it is and says where to go on.
    static var questionsOfPage: Int { 2000 }

    /// So long one page asks: questions cost what the policies make them cost.
    private static var timeOfPage: Duration { .seconds(1) }

    /// So many questions are asked before others on the same thread get their turn.
    private static var soughtInOneGo: Int { 64 }

    /// Finds a page of everything for which ``decide(_:for:)`` would answer `allow` by the same view, and records that it
    /// was sought; durable when this returns. What a decision would spend (limits) or ask for (challenges, approvals) is
    /// no `allow` and is not found; nothing is spent.
    ///
    /// What the point may not ask about, and names that nobody has, find nothing.
    /// - Parameter point: The authenticated enforcement point that asks; it has to be allowed to vouch for subjects.
    public func seek(
        _ query: AccessQuery,
        for point: TrustModel.Record<EnforcementPoint>
    ) async -> Result<AccessPage, QuestionRefusal> {
        await freshen()
        let hearing: Hearing
        switch hear(point.object.id, with: query.pointCredential) {
        case .success(let heard): hearing = heard
        case .failure(let refusal): return .failure(refusal)
        }
        guard hearing.point.subjects.contains(.asserted) else {
            return .failure(Self.mayNotVouch)
        }
        var search: Search
        do throws(QuestionRefusal) { search = try Search(query, hearing) } catch { return .failure(error) }
        let end = ContinuousClock.now + Self.timeOfPage
        var isFull = false
        for candidate in search.candidates() {
            // The last one looked at ends the page; the one after it begins the next.
            guard search.results.count < query.limit, search.record.examined < Self.questionsOfPage else {
                isFull = true
                break
            }
            if search.record.examined % Self.soughtInOneGo == Self.soughtInOneGo - 1 {
                await Task.yield()
                // Never before the page's first question, so that the next page gets further.
                guard ContinuousClock.now < end else {
                    isFull = true
                    break
                }
            }
            search.record.examined += 1
            search.last = candidate.position
            do throws(QuestionRefusal) {
                if try isAllowed(search.question(of: candidate), hearing) { search.results.append(candidate.result) }
            } catch {
                return .failure(error)
            }
        }
        return await record(search, isLast: !isFull && !search.hasMore)
    }

    /// What a point is told that searches without the right to vouch for whom it finds.
    public static var mayNotVouch: QuestionRefusal {
        QuestionRefusal(notGrantedCode, "this enforcement point may not vouch for subjects")
    }

    /// Whether the question would be answered `allow`: what ``weigh(_:mayWait:)`` comes to, without a leaf.
    private func isAllowed(_ question: Question, _ hearing: Hearing) throws(QuestionRefusal) -> Bool {
        guard case .success(let found) = hearing.find(question), let operation = found.operation,
            case .success(let admitted) = caller(of: question, .nothing, hearing), admitted.refusal == nil,
            !(found.isElevated && hearing.view.state.isUnconfirmed), let call = hearing.call(admitted, found)
        else { return false }
        let seen = try seen(question.attributes, of: operation, typedBy: call.policies.schema.request)
        guard seen.isEmpty || JSONValue.object(seen).serialized().count <= Self.attributeBytes else {
            throw Self.attributesTooLong
        }
        return call.judge(seen).enforced.answer.outcome == .allow
    }

    private func record(_ search: Search, isLast: Bool) async -> Result<AccessPage, QuestionRefusal> {
        var record = search.record
        record.found = search.results.count
        record.isLast = isLast
        if !search.query.attributes.isEmpty {
            record.withheld = sealer.digest(of: JSONValue.object(search.query.attributes).serialized())
        }
        guard case .written(let index) = await records.submit(EvidenceWriter.Item(at: record.at, body: record.stored()))
        else {
            return .failure(QuestionRefusal("evidence_unavailable", "the search could not be recorded"))
        }
        var addresses = DecisionAddresses(node: node.number)
        return .success(
            AccessPage(
                results: search.results,
                next: isLast ? nil : search.last,
                rev: record.rev,
                policyVersion: search.policyDigest.map { PolicyVersion(digest: $0, rev: record.rev) },
                leaf: (addresses.log(record.at), index)
            )
        )
    }
}
