// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel

/// One page of a search while it is being filled.
struct Search {
    /// What is asked of the policies; its question is made when its turn comes, for most pages end long before.
    struct Candidate {
        /// What is found when the answer is yes.
        let result: String
        /// Where the next page goes on when this is the last one, and what names the candidate in a question.
        let position: String
    }

    let query: AccessQuery
    private let hearing: Hearing
    /// The digest of the policies that are asked; nil when none are active.
    var policyDigest: String? { hearing.view.policies?.digest }
    var record: SearchRecord
    var results: [String] = []
    /// The position of the candidate looked at last.
    var last: String?
    /// Whether there are more identities than those looked through.
    private(set) var hasMore = false
    // What is called, as `api/operation`, and the attributes with those that its path holds.
    private var operation = ""
    private var attributes: JSONObject

    /// - Throws: ``QuestionRefusal`` when the position is none where a page could have ended.
    init(_ query: AccessQuery, _ hearing: Hearing) throws(QuestionRefusal) {
        if query.sought == .subjects, let after = query.after, ObjectID(after)?.kind != .identity {
            throw QuestionRefusal("invalid_question", "no page of this search ends there")
        }
        self.query = query
        self.hearing = hearing
        attributes = query.attributes
        let view = hearing.view
        record = SearchRecord(
            at: hearing.now,
            rev: view.state.rev ?? 0,
            point: hearing.point.id,
            sought: query.sought,
            policySet: view.policies?.id
        )
        record.isFirst = query.after == nil
        if query.sought != .subjects { record.identity = view.state.find(query.subject, kind: .identity) }
        if query.sought != .actions { record.action = query.action }
        // What was not granted is not told of, and not recorded either: the name may be anything.
        let asked = Question(subject: .none, resource: query.resource)
        if query.sought != .resources, case .success(let found) = hearing.find(asked) {
            record.api = found.api.object.id
            record.operation = found.operation?.name
            operation = "\(found.api.object.name)/\(found.operation?.name ?? "")"
            attributes = found.attributes(attributes)
        }
    }

    /// The question whether this is one of those sought.
    func question(of candidate: Candidate) -> Question {
        let name = candidate.position
        return Question(
            subject: .asserted(query.sought == .subjects ? name : query.subject),
            resource: .operation(query.sought == .resources ? name : operation),
            action: query.sought == .actions ? name : query.action,
            attributes: attributes
        )
    }

    /// What is looked at, in order, from where the page before ended.
    mutating func candidates() -> [Candidate] {
        switch query.sought {
        case .subjects: subjects()
        case .resources: resources()
        case .actions: actions()
        }
    }

    // In the order of their making: an identity that is made meanwhile comes last and is not missed.
    private mutating func subjects() -> [Candidate] {
        guard record.operation != nil else { return [] }
        let after = query.after.flatMap(ObjectID.init)
        let page = hearing.view.state.identities.page(after: after, limit: Engine.questionsOfPage + 1)
        hasMore = page.count > Engine.questionsOfPage
        return page.prefix(Engine.questionsOfPage).map { identity in
            Candidate(result: identity.object.name, position: identity.object.id.description)
        }
    }

    // In the order of the names' bytes.
    private func resources() -> [Candidate] {
        guard record.identity != nil else { return [] }
        var names: [String] = []
        for id in hearing.point.apis {
            guard let api = hearing.view.state.apis[id]?.object else { continue }
            names += api.operations.map { "\(api.name)/\($0.name)" }
        }
        return following(names)
    }

    private func actions() -> [Candidate] {
        guard record.identity != nil, record.operation != nil else { return [] }
        return following(["call"] + TrustModel.Operation.Action.allCases.map(\.rawValue))
    }

    private func following(_ names: [String]) -> [Candidate] {
        names.filter { name in query.after.map { $0.utf8.lexicographicallyPrecedes(name.utf8) } ?? true }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { Candidate(result: $0, position: $0) }
    }
}
