// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A ``PolicyQuery`` ready to be answered page by page: where to look is known, and each candidate is asked about.
///
/// A page is a function of the policies, the entities, the query and the entity it goes on behind; nothing is kept between
/// pages. So a query may be prepared again for each page, also after policies or entities changed: each entity that is
/// allowed all along is given exactly once.
public struct PreparedQuery: Sendable {
    /// Where candidates come from.
    enum Source: Sendable {
        case entities(EntityTypeName, EntityDirectory, CandidatePlan)
        /// Actions in order.
        case actions([EntityUID])
    }

    /// The query.
    public let query: PolicyQuery
    private let policies: PolicySet
    private let source: Source

    init(_ query: PolicyQuery, policies: PolicySet, source: Source) {
        self.query = query
        self.policies = policies
        self.source = source
    }

    /// Whether an index or the policies themselves narrow the candidates down; otherwise all entities of the type are
    /// looked at, one after the other.
    public var isSelective: Bool {
        if case .entities(_, _, .all) = source { return false }
        return true
    }

    /// Up to `limit` answers behind the entity `after`, or from the beginning.
    ///
    /// When `work` candidates have been evaluated, the page ends, however few it holds, and says where to go on: pages may
    /// be short or empty, and together they are complete.
    /// - Parameter entities: the entities the query was prepared with.
    public func page(
        after: EntityUID? = nil,
        limit: Int = 100,
        work: Int = 2048,
        entities: some EntityLookup
    ) -> QueryPage {
        let limit = max(1, limit)
        let work = max(1, work)
        switch source {
        case .actions(let actions):
            return page(of: actions, after: after, limit: limit, work: work, entities: entities)
        case .entities(let type, let directory, let plan):
            return page(of: type, directory, plan, after: after, limit: limit, work: work, entities: entities)
        }
    }

    private func page(
        of actions: [EntityUID],
        after: EntityUID?,
        limit: Int,
        work: Int,
        entities: some EntityLookup
    ) -> QueryPage {
        let left = after.map { after in actions.drop { !(after < $0) } } ?? actions[...]
        var results: [EntityUID] = []
        var examined = 0
        for action in left {
            if results.count >= limit || examined >= work {
                return QueryPage(results: results, next: left[left.startIndex + examined - 1], examined: examined)
            }
            examined += 1
            if isAllowed(action, entities) { results.append(action) }
        }
        return QueryPage(results: results, next: nil, examined: examined)
    }

    private func page(
        of type: EntityTypeName,
        _ directory: EntityDirectory,
        _ plan: CandidatePlan,
        after: EntityUID?,
        limit: Int,
        work: Int,
        entities: some EntityLookup
    ) -> QueryPage {
        let order = directory.order(of: type)
        func uid(_ place: Int) -> EntityUID { directory.store.uid(of: order.handle(at: place)) }
        // A step in the lists costs a fraction of an evaluation.
        var stream = CandidateStream(
            plan,
            type: type,
            directory: directory,
            order: order,
            steps: stepsPerCandidate * work
        )
        var place = after.map { order.place(after: $0, in: directory.store) } ?? 0
        let start = place
        var results: [EntityUID] = []
        var examined = 0
        while true {
            let next = stream.next(from: place)
            if next == CandidateStream.end { return QueryPage(results: results, next: nil, examined: examined) }
            if results.count >= limit || examined >= work || stream.steps <= 0 {
                // All before `next` are done with. Where not even one step was possible, the next one is looked at.
                if next > start { return QueryPage(results: results, next: uid(next - 1), examined: examined) }
            }
            examined += 1
            let candidate = uid(next)
            if isAllowed(candidate, entities) { results.append(candidate) }
            place = next + 1
        }
    }

    // What many lists of candidates may cost in comparison with evaluating.
    private var stepsPerCandidate: Int { 32 }

    private func isAllowed(_ candidate: EntityUID, _ entities: some EntityLookup) -> Bool {
        guard let request = query.request(for: candidate) else { return false }
        return policies.authorize(request, entities: entities).decision == .allow
    }
}

extension EntityOrder {
    /// The first place behind `uid`, which need not exist.
    fileprivate func place(after uid: EntityUID, in store: EntityStore) -> Int {
        let place = place(notBefore: uid.id, in: store)
        return place < count && store.uid(of: handle(at: place)).id == uid.id ? place + 1 : place
    }
}
