// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import TrustModel

extension V1Routes {
    /// The policy sets of the log, and the steps of their lives.
    var policyVersionRoutes: [Route] {
        let limit = PolicySet.longestText + (1 << 20)
        return readOnly("policies", "PolicySet", .policySet, .policySet, \.policySets) { records in
            await engine.lastSteps(of: records)
        } + [
            Route(
                .POST,
                "/v1/policies",
                for: .operator,
                body: .json(maximumBytes: limit),
                on: .pool,
                document: RouteDocument(
                    "putPolicies",
                    "Puts a policy set into the log that decides nothing yet; it must compile.",
                    request: .json(.policyDraftInput),
                    answers: [.created(.activatedPolicySet)],
                    problems: [.tooManyRequests]
                )
            ) { call throws(Problem) in
                let value = try call.json(limits: JSONLimits(maximumBytes: limit))
                let by = try engine.operatorID(call.caller)
                try Self.allowed(await engine.refusal(of: .put, on: PolicySet.Realm(of: value), by: by))
                return try await reviews.run { () throws(Problem) -> Reply in
                    try await version(await engine.putPolicies(value, by: by))
                }
            },
            step("enforce", .activate, "enforcePolicies", "Makes a policy set of the log decide.", .policyStepInput) {
                id,
                body,
                by in await engine.enforcePolicies(id, body, by: by)
            },
            step(
                "shadow",
                .shadow,
                "shadowPolicies",
                "Has a policy set evaluated and recorded beside the one that decides about calls.",
                .liftInput
            ) { id, body, by in await engine.shadowPolicies(id, body, by: by) },
            Route(
                .POST,
                "/v1/policies/rollback",
                for: .operator,
                body: .json(maximumBytes: 64 << 10),
                on: .pool,
                document: RouteDocument(
                    "rollBackPolicies",
                    "Takes back the set that decides: the one before, or a named one, decides again.",
                    request: .json(.policyRollbackInput),
                    answers: [.ok(.activatedPolicySet)],
                    problems: [.tooManyRequests]
                )
            ) { call throws(Problem) in
                let value = try call.json()
                let by = try engine.operatorID(call.caller)
                try Self.allowed(await engine.refusal(of: .activate, on: PolicySet.Realm(of: value), by: by))
                return try await activations.run { () throws(Problem) -> Reply in
                    try await version(await engine.rollBackPolicies(value, by: by))
                }
            },
            Route(
                .DELETE,
                "/v1/policies/{id}",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "retirePolicySet",
                    "Takes a set that does not decide out of use for good.",
                    answers: [.ok(.policySet)],
                    isTagged: true
                )
            ) { call throws(Problem) in
                let reference = call.parameters[0]
                let find: @Sendable (TrustState) -> ObjectID? = { $0.find(reference, kind: .policySet) }
                let outcome = try await conditionally(call, on: \.policySets, find) { () async throws(Problem) in
                    await engine.retire(.policySet, reference, by: try engine.operatorID(call.caller))
                }
                return try await answer(outcome, \.policySets, find)
            },
        ]
    }

    /// A step of one set.
    private func step(
        _ verb: String,
        _ right: PolicyRight,
        _ operation: String,
        _ summary: String,
        _ input: Schema,
        _ take: @escaping @Sendable (String, JSONValue?, ObjectID) async -> CommandOutcome
    ) -> Route {
        Route(
            .POST,
            "/v1/policies/{id}/\(verb)",
            for: .operator,
            body: .json(maximumBytes: 64 << 10, isOptional: true),
            on: .pool,
            document: RouteDocument(
                operation,
                summary,
                request: .json(input),
                answers: [.ok(.activatedPolicySet)],
                problems: [.tooManyRequests]
            )
        ) { call throws(Problem) in
            // Without its type a missing body would be JSON's null.
            let body: JSONValue? = call.body.isEmpty ? .none : .some(try call.json())
            let (id, by) = (call.parameters[0], try engine.operatorID(call.caller))
            let state = engine.view.state
            let set = state.find(id, kind: .policySet).flatMap { state.policySets[$0]?.object }
            try Self.allowed(await engine.refusal(of: right, on: set?.realm ?? .calls, by: by))
            return try await activations.run { () throws(Problem) -> Reply in
                try await version(await take(id, body, by))
            }
        }
    }

    /// The set that a step was about as the step left it, with what a review says of it against what decided before. So it is,
    /// too, when the step is sent again under its key and others were taken since.
    ///
    /// - Parameters:
    ///   - made: The status where the step put the set into the log.
    ///   - unmoved: The set to answer with where nothing had to be done.
    func version(
        _ outcome: CommandOutcome,
        made: Int = 201,
        unmoved: (TrustState) -> ObjectID? = { _ in nil }
    ) async throws(Problem) -> Reply {
        let (revs, view) = try Self.done(outcome)
        var state = view.state
        // Every step of a set's life leaves its revision at some set.
        if let last = revs.last, state.policySets.sorted.contains(where: { $0.rev > last }) {
            state = try await reading { engine in try await engine.state(at: last) }
        }
        let subject = try await reading { engine in try await engine.entries(revs, limit: 64) }
            .last { $0.entry.body.subject?.kind == .policySet }?.entry.body.subject
        guard let id = subject ?? unmoved(state), let record = state.policySets[id] else {
            throw Problem(.notFound, "there is no such object")
        }
        let review = engine.review(record.object, before: revs.first ?? state.size, in: state)
        var writer = JSONWriter()
        engine.render(record, as: state, to: &writer) { review?.renderMembers(to: &$0) }
        var reply = answer(writer, status: revs.contains(record.created) ? made : 200, rev: view.state.rev)
        reply.headers.append(("ETag", Self.tag(record, state).description))
        return reply
    }
}
