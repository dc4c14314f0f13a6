// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PolicySet {
    /// Answers a request as ``authorize(_:entities:)`` does and says why.
    ///
    /// Structures only; sentences and JSON are made when they are asked for. Work and size are bounded by `limits` and
    /// the texts of the few policies that are looked into; for the nearest ones some thousands of scopes are.
    ///
    /// - Parameter disclosure: What of it may be told to whom it is made for.
    @specialized(where Entities == EntityStore)
    @specialized(where Entities == EntityOverlay<EntityStore>)
    public func explain<Entities: EntityLookup>(
        _ request: AuthorizationRequest,
        entities: Entities,
        limits: ExplanationLimits = .standard,
        disclosing disclosure: ExplanationDisclosure = .all
    ) -> Explanation {
        var tally = AuthorizationTally()
        var candidates: [Int32] = []
        guard let first = policies.first else {
            return Explanation(ofNothing: request, tally.response(policies), limits, disclosure)
        }
        var tracer = ClauseTracer(Evaluation(request, entities, body: first.body), limits)
        var scopes = 0
        // Decided as `authorize` does it; beside it is noted which policies were asked.
        index.scopes.forEachMatch(&tracer.evaluation, policies, entities) { group, evaluation in
            tally.ask(group, index.guards, &evaluation, policies, entities)
            index.guards.gather(group, into: &candidates)
            scopes += 1
        }
        // One row is in order, and may be long.
        if scopes > 1 { candidates.arrange() }
        let lacksPermit = tally.permits.isEmpty
        let response = tally.response(policies)
        let places = places(candidates, response, limits)
        tracer.reserve(places.count + (lacksPermit ? limits.maximumNearest : 0))
        for place in places { tracer.trace(Int(place), unmet: [], policies, entities) }
        if lacksPermit { traceNearMisses(.permit, &tracer, entities) }
        let isChangeSought = limits.maximumFacts > 0
        // Against an allow a forbid may be missing.
        if isChangeSought, response.decision == .allow { traceNearMisses(.forbid, &tracer, entities) }
        var traces = tracer.traces
        traces.conceal(what: disclosure, policies, limits)
        var explanation = Explanation(
            request: request,
            response: response,
            omittedPolicies: candidates.count - places.count,
            traces: traces,
            matching: places.count,
            lacksPermit: lacksPermit,
            limits: limits,
            disclosure: disclosure
        )
        if isChangeSought { explanation.change = change(explanation, tracer.evaluation, entities) }
        return explanation
    }

    // All candidates or, where there are too many, first those that had a say.
    private func places(_ candidates: [Int32], _ response: AuthorizationResponse, _ limits: ExplanationLimits)
        -> [Int32]
    {
        guard candidates.count > limits.maximumPolicies else { return candidates }
        var places = Array(response.places.prefix(limits.maximumPolicies))
        for failure in response.failed where places.count < limits.maximumPolicies { places.append(failure.policy) }
        var speaking = places.sorted()[...]
        for place in candidates {
            if places.count == limits.maximumPolicies { break }
            // Both rows ascend.
            while let first = speaking.first, first < place { speaking.removeFirst() }
            if speaking.first != place { places.append(place) }
        }
        return places.sorted()
    }

    private static let fewPolicies = 2_000

    // When the policies looked into are too few to name the nearest, others are, whose scope nearly matches.
    private func traceNearMisses(_ effect: Effect, _ tracer: inout ClauseTracer, _ entities: some EntityLookup) {
        var wanted = tracer.limits.maximumNearest
        for entry in tracer.traces.entries where policies.body(at: Int(entry.place)).effect == effect { wanted -= 1 }
        guard wanted > 0 else { return }
        // Forbids that are near are not shown, and there are few ways to one that nobody thought of. In a large set each
        // policy more that is looked into has to be fetched from far.
        let ranksMore = effect == .permit && policies.count <= Self.fewPolicies
        var near = NearMisses(effect, wanted: wanted, kept: ranksMore ? tracer.limits.maximumNear : wanted)
        near.look(in: self, tracer.evaluation, entities)
        for miss in near.misses { tracer.trace(miss.place, unmet: miss.unmet, policies, entities) }
    }

    private func change(
        _ explanation: Explanation,
        _ evaluation: Evaluation,
        _ entities: some EntityLookup
    ) -> DecisionChange {
        let response = explanation.response
        let isAllowed = response.decision == .allow
        let opponents =
            isAllowed
            ? explanation.nearest(.forbid, onlyOpen: true)
            : explanation.lacksPermit ? explanation.nearest(.permit, onlyOpen: true) : []
        var search = ChangeSearch(explanation, evaluation)
        // More might be possible than may be told.
        if explanation.traces.entries.contains(where: \.isConcealed) { search.noteCut() }
        // Whatever stands for the decision must fall; that can only be seen when all of it was looked into.
        var defeat = response.places.count <= explanation.matching ? ChangeWay.nothing : []
        for trace in 0..<explanation.matching where !defeat.isEmpty {
            guard response.places.contains(explanation.traces.entries[trace].place) else { continue }
            defeat = search.both(defeat, search.waysToDefeat(explanation.policy(trace), entities))
        }
        if isAllowed || opponents.isEmpty { search.tryAll(defeat, to: nil, self, entities) }
        for (trace, leastFacts) in opponents where search.mayFindSmaller(than: leastFacts) {
            let opponent = explanation.policy(trace)
            let ways = search.waysToSatisfy(opponent, entities)
            // Against an allow a satisfied forbid alone would do.
            search.tryAll(isAllowed ? ways : search.both(defeat, ways), to: opponent.place, self, entities)
        }
        return search.result(self, entities)
    }
}

extension Explanation {
    // There are no policies.
    fileprivate init(
        ofNothing request: AuthorizationRequest,
        _ response: AuthorizationResponse,
        _ limits: ExplanationLimits,
        _ disclosure: ExplanationDisclosure
    ) {
        self.init(
            request: request,
            response: response,
            omittedPolicies: 0,
            change: DecisionChange(status: limits.maximumFacts > 0 ? .impossible : .notSought, facts: []),
            traces: PolicyTraces(),
            matching: 0,
            lacksPermit: true,
            limits: limits,
            disclosure: disclosure
        )
    }
}
