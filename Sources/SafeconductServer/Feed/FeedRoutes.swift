// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import TrustModel

/// Following the control log: for operators every entry, for enforcement points what ends, stops and decides.
struct FeedRoutes: Sendable {
    let engine: Engine
    let feed: Feed

    var routes: [Route] {
        [
            follow(
                "/v1/feed",
                for: .operator,
                "followLog",
                "Every entry of the control log as it comes.",
                .anyOf([.entry, .position])
            ),
            follow(
                "/access/v1/feed",
                for: .enforcementPoint,
                "followRevocations",
                "Cuts, holds, retirements and changes of policy as they come.",
                .anyOf([.notice, .position])
            ),
            list,
        ]
    }

    private func follow(
        _ path: String,
        for audience: Audience,
        _ operation: String,
        _ summary: String,
        _ event: Schema
    ) -> Route {
        Route(
            .GET,
            path,
            for: audience,
            document: RouteDocument(
                operation,
                summary,
                query: [
                    .optional(
                        "since_rev",
                        .integer(-1...Int64.max),
                        "The revision that was read last; -1 before the first."
                    )
                ],
                headers: [.optional("Last-Event-ID", .string(pattern: "^[0-9]{1,19}$"), "As `since_rev`.")],
                answers: [Answer(200, "Events follow until one side ends it.", .events(of: event))],
                problems: [.revisionUnknown]
            )
        ) { call throws(Problem) in
            let reader = try await feed.reader(call)
            var reply = Reply(contentType: "text/event-stream", body: [], headers: [("X-Accel-Buffering", "no")])
            reply.stream = ReplyStream { await reader.bytes() }
            return reply
        }
    }

    private var list: Route {
        Route(
            .GET,
            "/v1/entries",
            for: .operator,
            on: .pool,
            document: RouteDocument(
                "listEntries",
                "The entries of the control log, oldest first.",
                query: Parameter.paging + [.optional("since_rev", .revision, "Only newer ones.")],
                answers: [.ok(.page(of: "Entry", .entry), headers: [.link])],
                problems: [.unavailable]
            )
        ) { call throws(Problem) in
            let page = try PageRequest(call)
            let query = try call.queryValue("since_rev")
            // Of both, the page goes on where the one before ended.
            let revs = try [page.after, query].compactMap(\.self).map { text throws(Problem) in
                guard let rev = Int64(text), rev >= 0 else { throw Problem(.invalidRequest, "since_rev is a revision") }
                return UInt64(rev) + 1
            }
            let since = revs.first
            let entries: [PlacedEntry]
            do { entries = try await engine.entries((since ?? 0)..<UInt64.max, limit: page.size) } catch {
                throw Problem(.unavailable, "the log can't be read")
            }
            let state = engine.view.state
            // Large entries make a page shorter than was asked for.
            let hasMore = entries.last.map { $0.rev + 1 < state.size } ?? false
            return page.reply(entries, hasMore: hasMore) { placed, writer in
                placed.render(names: state, to: &writer)
                return String(placed.rev)
            }
        }
    }
}

extension Schema {
    /// An entry of the control log.
    static let entry = Schema.named(
        "Entry",
        .object([
            .required("rev", .revision), .required("kind", .string(pattern: "^[a-z_.-]+$")),
            .required("at", .timestamp), .required("by", .anyID), .optional("by_name", .name),
            .optional("subject", .anyID), .optional("name", .name),
            .optional("auth", commandAuthorization),
            .required(
                "body",
                Schema.anyOf([.map(of: .any), .choice(["omitted"])])
                    .described("What was stored, without what is encrypted; `omitted` above 64 KiB.")
            ),
        ])
    )

    /// Where the log stands: the first event of every feed, named `revision`.
    static let position = Schema.named(
        "Position",
        .object([
            .required("rev", .revision), .required("generation", .integer(0...Int64.max)),
            .required("origin", .string()),
        ])
    )

    /// What an enforcement point has to know of an entry.
    static let notice = Schema.named(
        "Notice",
        .object([
            .required("rev", .revision), .required("kind", .string(pattern: "^[a-z_.-]+$")),
            .required("at", .timestamp), .optional("subject", .anyID),
            .optional(
                "scope",
                .object([.required("kind", .choice(Scope.Kind.self)), .optional("id", .string(length: 1...256))])
            ),
            .optional("digest", .fingerprint),
        ])
    )
}
