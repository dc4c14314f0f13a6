// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON

/// The routes by which strangers find out where tokens come from and whose signatures they bear.
struct DiscoveryRoutes: Sendable {
    let engine: Engine

    private static let cached = "public, max-age=\(TokenKeyTimes.cachedSeconds)"

    /// The rows of the table.
    var routes: [Route] {
        [
            server("getAuthorizationServer", OAuthPath.server),
            server("getOpenIDConfiguration", OAuthPath.openID),
            resource("getProtectedResource", OAuthPath.resource),
            resource("getProtectedResourceOfPath", OAuthPath.resource + "/*"),
            Route(
                .GET,
                OAuthPath.authorization,
                for: .public,
                document: RouteDocument(
                    "authorize",
                    "Tells a person that nobody is asked here, and sends nobody back: no client has a place for that.",
                    answers: [.ok(Content(mediaType: "text/plain", schema: .string()))]
                )
            ) { _ throws(Problem) in
                // A client without a registered redirect URI is told of to the person alone (RFC 6749 section 4.1.2.1).
                Reply(contentType: "text/plain", body: Array("Machines get tokens here, and nobody signs in.\n".utf8))
            },
            Route(
                .GET,
                OAuthPath.keys,
                for: .public,
                document: RouteDocument(
                    "getTokenKeySet",
                    "The keys that verify tokens issued here (RFC 7517).",
                    answers: [.ok(Content(mediaType: "application/jwk-set+json", schema: .keySet))]
                )
            ) { _ throws(Problem) in
                Reply(
                    contentType: "application/jwk-set+json",
                    body: engine.publishedTokenKeys().serialized(),
                    cacheControl: Self.cached
                )
            },
        ]
    }

    private func server(_ operation: String, _ path: String) -> Route {
        Route(
            .GET,
            path,
            for: .public,
            document: RouteDocument(
                operation,
                "What this authorization server offers, and where (RFC 8414).",
                answers: [.ok(.authorizationServer)]
            )
        ) { _ throws(Problem) in
            var reply = Reply.json(ServerMetadata.document(engine.issuerURL))
            reply.cacheControl = Self.cached
            return reply
        }
    }

    private func resource(_ operation: String, _ path: String) -> Route {
        Route(
            .GET,
            path,
            for: .public,
            document: RouteDocument(
                operation,
                "Where tokens for the API of this host and base path come from (RFC 9728).",
                answers: [.ok(.protectedResource)],
                problems: [.notFound]
            )
        ) { call throws(Problem) in
            guard
                let document = ResourceMetadata.document(
                    host: call.headers.first(name: "host") ?? "",
                    path: call.parameters.first ?? "",
                    engine
                )
            else { throw Problem(.notFound, "no API has this host and base path") }
            var reply = Reply.json(document)
            reply.cacheControl = Self.cached
            return reply
        }
    }
}
