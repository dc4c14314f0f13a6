// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import TrustModel
import TrustStore

extension V1Routes {
    /// Decisions made again, one or all of them, and what policies alerted by.
    var replayRoutes: [Route] {
        [
            Route(
                .GET,
                "/v1/decisions/{id}/replay",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "replayDecision",
                    "The decision made again from the logs: is the answer identical?",
                    path: Self.decisionPath,
                    answers: [.ok(.replayedDecision)],
                    problems: [.notFound, .unavailable]
                )
            ) { call throws(Problem) in
                guard let id = ObjectID(call.parameters[0]),
                    let decision = try await evidence({ engine in try await engine.decision(id) })
                else { throw Problem(.notFound, "there is no decision of this id") }
                let replay = try await evidence { engine in try await engine.replay(decision) }
                var writer = JSONWriter()
                replay.render(decision, to: &writer)
                return answer(writer)
            },
            Route(
                .GET,
                "/v1/decisions/replay",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "replayDecisions",
                    "Decisions made again in the order of the logs, a page of leaves at a time.",
                    query: Parameter.paging,
                    answers: [.ok(.replayedDecisions, headers: [.link])],
                    problems: [.tooManyRequests, .unavailable]
                )
            ) { call throws(Problem) in
                let page = try PageRequest(call)
                let start = try page.after.map { token throws(Problem) in
                    guard let colon = token.lastIndex(of: ":"), let log = LogName(String(token[..<colon])),
                        log != .control, let index = UInt64(token[token.index(after: colon)...])
                    else { throw PageRequest.badToken }
                    return (log: log, index: index)
                }
                return try await slots.run { () throws(Problem) -> Reply in
                    let stretch = try await evidence { engine in
                        try await engine.replay(from: start, leaves: UInt64(page.size))
                    }
                    let next = stretch.next.map { page.token(to: "\($0.log):\($0.index)") }
                    var writer = JSONWriter()
                    stretch.render(next: next, to: &writer)
                    return page.linked(answer(writer), to: next)
                }
            },
            Route(
                .GET,
                "/v1/alerts",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "listAlerts",
                    "The newest alerts that policies gave on this node, the newest first.",
                    query: [
                        .optional("channel", .term, "Only alerts of this channel."),
                        .optional("page_size", .integer(1...1000).defaulting(to: 100), "How many at most."),
                    ],
                    answers: [.ok(.page(of: "Alert", .alert))]
                )
            ) { call throws(Problem) in
                let size = try Self.size(call)
                let channel = try DecisionFilter.channel(call)
                let alerts = engine.alerts.newest(on: channel)
                let names = engine.view.state
                return answer(
                    PageRequest.whole(alerts.prefix(size)) { alert, writer in alert.render(names: names, to: &writer) }
                )
            },
        ]
    }

    private static func size(_ call: HTTPCall) throws(Problem) -> Int {
        guard let text = try call.queryValue("page_size") else { return 100 }
        guard let size = Int(text), (1...1000).contains(size) else {
            throw Problem(.invalidRequest, "page_size is 1 to 1000")
        }
        return size
    }

    /// Reads evidence.
    func evidence<Value: Sendable>(
        _ body: @Sendable (Engine) async throws -> Value
    ) async throws(Problem) -> Value {
        do { return try await body(engine) } catch {
            throw Problem(.unavailable, "the evidence can't be read")
        }
    }
}
