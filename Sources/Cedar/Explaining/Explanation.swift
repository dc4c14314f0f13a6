// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a request was answered as it was, what was missing, and what would turn the answer round.
///
/// It is data, made for somebody who may see all or only some of it, see ``ExplanationDisclosure``. It holds what was
/// seen; what is said of policies is worked out whenever it is asked for.
public struct Explanation: Sendable {
    /// What was asked: all of it, whoever the explanation is made for.
    public let request: AuthorizationRequest
    /// The answer; the same that ``PolicySet/authorize(_:entities:)`` gives, whoever the explanation is made for.
    public let response: AuthorizationResponse
    /// How many more there are than ``policies`` has, see ``ExplanationLimits/maximumPolicies``.
    public let omittedPolicies: Int
    /// What would turn the answer round.
    public internal(set) var change = DecisionChange(status: .notSought, facts: [])

    /// What was seen: first of the policies whose scope matches, in source order, then of others.
    let traces: PolicyTraces
    /// How many of those are of policies whose scope matches.
    let matching: Int
    /// Whether it was denied because nothing permits.
    let lacksPermit: Bool
    let limits: ExplanationLimits
    /// What may be told.
    let disclosure: ExplanationDisclosure

    /// The policies whose scope matches, in source order: what each had to say.
    public var policies: [PolicyExplanation] { (0..<matching).map { policy($0) } }

    /// Of a deny without a satisfied permit: the permits that miss least, the nearest first. Fewest unmet parts of the
    /// scope first, then fewest unmet clauses, then source order; a permit of another action stands behind those that
    /// miss as much otherwise.
    public var nearest: [PolicyExplanation] { lacksPermit ? nearest(.permit).map { policy($0.trace) } : [] }

    /// The policies that failed, in source order, each with its error as far as that may be told.
    var failures: [(policy: Policy, error: EvaluationError?)] {
        response.failed.map { place, error in
            let policy = response.policies[Int(place)]
            if disclosure.showsAllData || disclosure.shows(ClausePlan.of(policy.body)) { return (policy, error) }
            let trace = traces.entries[..<matching].firstIndex { $0.place == place }
            guard let trace, case .failed(let told) = self.policy(trace).outcome else { return (policy, nil) }
            return (policy, told)
        }
    }

    /// The traces of the policies of an effect that are not satisfied, by how little is missing, and how many facts at
    /// least would have to change for one to be satisfied: each part of the scope is one, clauses may share one.
    ///
    /// - Parameter onlyOpen: Whether those are passed over that have something hidden.
    func nearest(_ effect: Effect, onlyOpen: Bool = false) -> [(trace: Int, leastFacts: Int)] {
        var costs: [ClauseCost] = []
        // Rows of numbers: there may be many, and few are wanted.
        var ranks: [(distance: Int, unmet: Int, place: Int, trace: Int)] = []
        for trace in traces.entries.indices {
            let entry = traces.entries[trace]
            let body = response.policies.body(at: Int(entry.place))
            guard body.effect == effect, !onlyOpen || !entry.isConcealed else { continue }
            let plan = ClausePlan.of(body)
            let unmet = ClauseCost.unmet(plan, body, traces.truths[Int(entry.truths)...], &costs)
            // What misses a part of the scope ranks behind all that do not.
            let distance = entry.unmetScope.distance
            let isUnmet = entry.known.map { $0 != .holds } ?? (unmet > 0)
            if isUnmet || distance > 0 { ranks.append((distance, unmet, Int(entry.place), trace)) }
        }
        ranks.sort { $0 < $1 }
        return ranks.prefix(limits.maximumNearest).map { rank in
            (rank.trace, traces.entries[rank.trace].unmetScope.count + min(1, rank.unmet))
        }
    }

    /// What was seen of one policy.
    func policy(_ trace: Int) -> PolicyExplanation {
        PolicyExplanation(trace, of: traces, response.policies, request, limits, disclosure)
    }
}
