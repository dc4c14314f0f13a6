// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import TrustModel
import TrustStore

extension V1Routes {
    /// Decisions, their explanation and their proof; and the logs that hold them.
    var decisionRoutes: [Route] {
        [
            Route(
                .GET,
                "/v1/decisions",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "listDecisions",
                    "The newest first, of an identity, an API, an outcome or a time if asked.",
                    query: Parameter.paging + DecisionFilter.parameters,
                    answers: [.ok(.page(of: "Decision", .decision), headers: [.link])],
                    problems: [.notFound, .unavailable]
                )
            ) { call throws(Problem) in
                let page = try PageRequest(call)
                let after = try page.after.map { token throws(Problem) in
                    guard let cursor = DecisionCursor(token) else { throw PageRequest.badToken }
                    return cursor
                }
                let names = engine.view.state
                let query = try DecisionFilter.query(call, names)
                let found = try await reading { engine in
                    try await engine.decisions(query, after: after, limit: page.size)
                }
                return page.reply(found.decisions, goingOnAt: found.next?.description) { decision, writer in
                    decision.render(names: names, to: &writer)
                }
            },
            Route(
                .GET,
                "/v1/decisions/{id}",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "getDecision",
                    "One decision.",
                    path: Self.decisionPath,
                    answers: [.ok(.decision)],
                    problems: [.notFound, .unavailable]
                )
            ) { call throws(Problem) in
                var writer = JSONWriter()
                try await decision(call).render(names: engine.view.state, to: &writer)
                return answer(writer)
            },
            Route(
                .GET,
                "/v1/decisions/{id}/explanation",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "explainDecision",
                    "Why: the decision made again, policy by policy.",
                    path: Self.decisionPath,
                    answers: [.ok(.explanation)],
                    problems: [.notFound, .unavailable]
                )
            ) { call throws(Problem) in
                let decision = try await decision(call)
                let replay = try await reading { engine in try await engine.replay(decision) }
                var writer = JSONWriter()
                decision.render(replay, names: engine.view.state, to: &writer)
                return answer(writer)
            },
            Route(
                .GET,
                "/v1/decisions/{id}/body",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "getDecisionBody",
                    "The stored bytes that the leaf commits to.",
                    path: Self.decisionPath,
                    answers: [.ok(.bytes())],
                    problems: [.notFound, .unavailable]
                )
            ) { call throws(Problem) in
                let decision = try await decision(call)
                return Reply(
                    contentType: "application/octet-stream",
                    body: decision.leaf.body ?? [],
                    cacheControl: "private, max-age=31536000, immutable"
                )
            },
            Route(
                .GET,
                "/v1/decisions/{id}/receipt",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "getDecisionReceipt",
                    "A proof file (C2SP tlog-proof) of the leaf.",
                    path: Self.decisionPath,
                    answers: [.ok(.text())],
                    problems: [.notFound, .unavailable]
                )
            ) { call throws(Problem) in
                let decision = try await decision(call)
                guard let proof = try await reading({ engine in try await engine.receipt(of: decision) }) else {
                    throw Problem(.notFound, "the decision's salt was erased; its leaf can still be proven by hash")
                }
                return Reply(contentType: "text/plain; charset=utf-8", body: proof)
            },
            Route(
                .GET,
                "/v1/refusals",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "listRefusals",
                    "Callers refused that proved nothing: counted by minute, the newest first.",
                    query: Parameter.paging,
                    answers: [.ok(.page(of: "Refusals", .refusals), headers: [.link])],
                    problems: [.unavailable]
                )
            ) { call throws(Problem) in
                let page = try PageRequest(call)
                let before = try page.after.map { token throws(Problem) in
                    guard let place = RefusalPlace(token) else { throw PageRequest.badToken }
                    return place
                }
                // Newer counts come on top of a page, so one more than asked for says whether there are older ones.
                let found = try await reading { engine in
                    try await engine.refusals(before: before, limit: page.size + 1)
                }
                let shown = found.prefix(page.size)
                let hasMore = found.count > page.size && shown.last?.place != nil
                return page.reply(shown, hasMore: hasMore) { refusals, writer in
                    refusals.render(names: engine.view.state, to: &writer)
                    return refusals.place?.description ?? ""
                }
            },
            Route(
                .GET,
                "/v1/logs",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "listLogs",
                    "The logs, their origins, keys and sizes.",
                    answers: [.ok(.page(of: "Log", .log))],
                    problems: [.unavailable]
                )
            ) { _ throws(Problem) in
                let keys = try await reading { engine in try engine.verifyingKeys() }
                let sizes = try await reading { engine in
                    try await engine.reading { engine in try keys.map { try engine.log($0.log.name)?.head().size } }
                }
                return answer(
                    PageRequest.whole(zip(keys, sizes)) { item, writer in
                        writer.beginObject()
                        for (name, text) in [
                            ("name", item.0.log.name.description), ("origin", item.0.log.origin), ("key", item.0.key),
                        ] {
                            writer.key(name)
                            writer.string(text)
                        }
                        writer.key("size")
                        writer.integer(Int64(clamping: item.1 ?? 0))
                        writer.endObject()
                    }
                )
            },
        ]
    }

    static var decisionPath: [Parameter] { [.required("id", .id(.decision), "The decision's id.")] }

    private func decision(_ call: HTTPCall) async throws(Problem) -> StoredDecision {
        guard let id = ObjectID(call.parameters[0]),
            let decision = try await reading({ engine in try await engine.decision(id) })
        else { throw Problem(.notFound, "there is no decision of this id") }
        return decision
    }
}
