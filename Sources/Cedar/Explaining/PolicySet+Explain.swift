// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PolicySet {
    /// Answers a request as ``authorize(_:entities:)`` does and says why.
    ///
    /// Structures only; sentences and JSON are made when they are asked for. Work and size are bounded by `limits`,
    /// whatever the policies are: only a few of them are looked into, and for the nearest ones some thousands of scopes.
    public func explain(
        _ request: AuthorizationRequest,
        entities: some EntityLookup,
        limits: ExplanationLimits = .standard
    ) -> Explanation {
        let response = authorize(request, entities: entities)
        guard let first = policies.first else {
            return Explanation(
                request: request,
                response: response,
                policies: [],
                omittedPolicies: 0,
                nearest: [],
                change: DecisionChange(status: limits.maximumFacts > 0 ? .impossible : .notSought, facts: []),
                set: self
            )
        }
        let candidates = candidates(for: request, entities: entities)
        let evaluation = Evaluation(request, entities, body: first.body)
        var tracer = ClauseTracer(evaluation, limits)
        let explained = places(candidates, response, limits).map { place in
            tracer.explain(policies[place], at: place, unmet: [], entities)
        }
        let isMissingPermit =
            response.decision == .deny
            && !explained.contains(where: { $0.policy.effect == .permit && $0.isSatisfied })
        var nearest = isMissingPermit ? self.nearest(.permit, explained, &tracer, entities) : []
        for index in nearest.indices where nearest[index].sights.isEmpty { tracer.look(&nearest[index], entities) }
        var change = DecisionChange(status: .notSought, facts: [])
        if limits.maximumFacts > 0 {
            change = self.change(request, response, candidates, explained, nearest, tracer, entities)
        }
        return Explanation(
            request: request,
            response: response,
            policies: explained,
            omittedPolicies: candidates.count - explained.count,
            nearest: nearest,
            change: change,
            set: self
        )
    }

    // All candidates or, where there are too many, first those that had a say.
    private func places(_ candidates: [Int], _ response: AuthorizationResponse, _ limits: ExplanationLimits) -> [Int] {
        guard candidates.count > limits.maximumPolicies else { return candidates }
        var speaking: Set<Int> = []
        for place in response.places.prefix(limits.maximumPolicies) { speaking.insert(Int(place)) }
        for failure in response.failed.prefix(limits.maximumPolicies) { speaking.insert(Int(failure.policy)) }
        var places: [Int] = []
        for speaks in [true, false] {
            for place in candidates where places.count < limits.maximumPolicies {
                if speaking.contains(place) == speaks { places.append(place) }
            }
        }
        return places.sorted()
    }

    // The policies of an effect that are not satisfied, by how little is missing.
    private func nearest(
        _ effect: Effect,
        _ explained: [PolicyExplanation],
        _ tracer: inout ClauseTracer,
        _ entities: some EntityLookup
    ) -> [PolicyExplanation] {
        let limit = tracer.limits.maximumNearest
        // Places in a row, so that what is sorted is small.
        var ranks: [(distance: Int, unmet: Int, index: Int)] = []
        for index in explained.indices where explained[index].policy.effect == effect && !explained[index].isSatisfied {
            ranks.append((0, explained[index].unmetClauses, index))
        }
        var outside: [PolicyExplanation] = []
        // What misses a part of the scope ranks behind all that do not.
        if ranks.count < limit {
            var near = NearMisses(effect, kept: limit - ranks.count)
            near.look(in: self, tracer.evaluation, entities)
            for miss in near.misses {
                let explanation = tracer.trace(policies[miss.place], at: miss.place, unmet: miss.unmet, entities)
                ranks.append((miss.distance, explanation.unmetClauses, explained.count + outside.count))
                outside.append(explanation)
            }
        }
        ranks.sort { $0 < $1 }
        return ranks.prefix(limit).map { rank in
            rank.index < explained.count ? explained[rank.index] : outside[rank.index - explained.count]
        }
    }

    private func change(
        _ request: AuthorizationRequest,
        _ response: AuthorizationResponse,
        _ candidates: [Int],
        _ explained: [PolicyExplanation],
        _ nearest: [PolicyExplanation],
        _ tracer: ClauseTracer,
        _ entities: some EntityLookup
    ) -> DecisionChange {
        var tracer = tracer
        let effect: Effect = response.decision == .allow ? .permit : .forbid
        let satisfied = explained.filter { $0.policy.effect == effect && $0.isSatisfied }
        let opponents =
            response.decision == .allow ? self.nearest(.forbid, explained, &tracer, entities) : nearest
        var search = ChangeSearch(tracer, ChangeQuestion(self, request, candidates, response.decision))
        // Whatever stands for the decision must fall; that can only be seen when all of it was looked into.
        var defeat: [ChangeWay] = satisfied.count == response.places.count ? [ChangeWay()] : []
        for explanation in satisfied where !defeat.isEmpty {
            defeat = search.both(defeat, search.waysToDefeat(explanation, entities))
        }
        if response.decision == .allow || opponents.isEmpty { search.tryAll(defeat, entities) }
        for opponent in opponents where search.mayFindSmaller(than: opponent.leastFacts) {
            let ways = search.waysToSatisfy(opponent, entities)
            // Against an allow a satisfied forbid alone would do.
            search.tryAll(response.decision == .allow ? ways : search.both(defeat, ways), entities)
        }
        return search.result
    }
}
