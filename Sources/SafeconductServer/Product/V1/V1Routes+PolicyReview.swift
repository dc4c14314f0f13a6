// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import TrustModel
import TrustStore

extension V1Routes {
    /// The most decisions of one simulation.
    private static var simulationLimit: Int64 { 100_000 }

    /// What policies would do, and what they fail at.
    var policyReviewRoutes: [Route] {
        let limit = PolicySet.longestText + (1 << 20)
        return [
            Route(
                .POST,
                "/v1/policies/review",
                for: .operator,
                body: .json(maximumBytes: limit),
                on: .pool,
                changesNothing: true,
                document: RouteDocument(
                    "reviewPolicies",
                    "What activating a policy set would change, without doing it; for those who may put or activate one.",
                    request: .json(.policySetInput),
                    answers: [.ok(.policyReview)],
                    problems: [.refused, .tooManyRequests]
                )
            ) { call throws(Problem) in
                let value = try call.json(limits: JSONLimits(maximumBytes: limit))
                let by = try engine.operatorID(call.caller)
                try Self.allowed(await engine.refusalToReview(PolicySet.Realm(of: value), by: by))
                return try await reviews.run { () throws(Problem) -> Reply in
                    let review = try Self.review(value, engine)
                    var writer = JSONWriter()
                    review.render(to: &writer)
                    return answer(writer)
                }
            },
            Route(
                .POST,
                "/v1/policies/simulate",
                for: .operator,
                body: .json(maximumBytes: limit),
                on: .pool,
                changesNothing: true,
                document: RouteDocument(
                    "simulatePolicies",
                    "What a policy set would have answered to stored decisions.",
                    request: .json(.simulationRequest),
                    answers: [.ok(.simulation)],
                    problems: [.refused, .tooManyRequests, .unavailable]
                )
            ) { call throws(Problem) in
                let value = try call.json(limits: JSONLimits(maximumBytes: limit))
                let bounds = try Self.bounds(value)
                return try await slots.run { () throws(Problem) -> Reply in
                    let review = try Self.review(bounds.set, engine)
                    let simulation = try await evidence { engine in
                        try await engine.simulate(
                            review,
                            since: bounds.since,
                            limit: bounds.limit,
                            examples: bounds.examples
                        )
                    }
                    var writer = JSONWriter(capacity: 4096)
                    simulation.render(names: engine.view.state, to: &writer)
                    return answer(writer)
                }
            },
            Route(
                .GET,
                "/v1/policies/errors",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "listPolicyErrors",
                    "Policies that failed on this node since its start, the last first.",
                    answers: [.ok(.policyErrors)]
                )
            ) { _ throws(Problem) in
                let (errors, others) = engine.policyErrors.list
                var writer = JSONWriter(capacity: 1024)
                writer.beginObject()
                writer.key("items")
                writer.beginArray()
                for error in errors { error.render(to: &writer) }
                writer.endArray()
                writer.key("others")
                writer.integer(Int64(clamping: others))
                writer.endObject()
                return answer(writer)
            },
        ]
    }

    /// Throws why somebody may not.
    static func allowed(_ refusal: CommandOutcome?) throws(Problem) {
        if let refusal { _ = try done(refusal) }
    }

    private static func review(_ value: JSONValue, _ engine: Engine) throws(Problem) -> PolicyReview {
        switch engine.review(value) {
        case .success(let review): return review
        case .failure(let refusal): throw Problem(refusal)
        }
    }

    /// The files to simulate and how far to go: `since`, `limit`, `examples`.
    private static func bounds(
        _ value: JSONValue
    ) throws(Problem) -> (set: JSONValue, since: Timestamp?, limit: Int, examples: Int) {
        do throws(ShapeError) {
            var reader = try ObjectReader(value)
            let since = try reader.optionalTimestamp("since")
            let limit = try reader.optionalInteger("limit") ?? 10_000
            guard (1...simulationLimit).contains(limit) else {
                throw ShapeError(.value, reader.pointer(to: "limit"), "1 to \(simulationLimit) is expected")
            }
            let examples = try reader.optionalInteger("examples") ?? 3
            guard (0...20).contains(examples) else {
                throw ShapeError(.value, reader.pointer(to: "examples"), "0 to 20 is expected")
            }
            let files = try reader.required("files")
            try reader.finish()
            return (.object(JSONObject([("files", files)])), since, Int(limit), Int(examples))
        } catch {
            throw Problem(error)
        }
    }
}
