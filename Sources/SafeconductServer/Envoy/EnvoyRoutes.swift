// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

/// Envoy's `ext_authz` filter over HTTP: the original method and path follow a prefix, the workload's token is in
/// `Authorization`, and the enforcement point's own is in `Safeconduct-Enforcement-Point`. The call's scheme, which a proof
/// of possession names, is Envoy's `X-Forwarded-Proto`.
///
/// Status 200 lets the call pass, with the answer's headers added to it; any other answer goes to the caller as it is.
public enum EnvoyRoutes {
    /// The filter's `path_prefix`.
    public static let prefix = "/envoy/v1/check"

    /// Envoy sends no body unless told to; what it then sends is not looked at.
    private static let maximumBytes = 64 * 1024

    static let added: [Parameter] = [
        .optional("Safeconduct-Decision-Id", .string(), "The decision."),
        .optional("Safeconduct-Identity", .name, "Who calls, as verified."),
        .optional("Safeconduct-Remaining", .integer(0...Int64.max), "What is left of a limit."),
        .optional("Safeconduct-Features", .string(), "The only features to leave on."),
        .optional("RateLimit", .string(), "What is left of each limit, for the caller."),
        .optional("RateLimit-Policy", .string(), "The limits, for the caller."),
    ]

    /// The one route.
    public static func routes(_ checker: any CallChecker) -> [Route] {
        [
            Route(
                nil,
                "\(prefix)/*",
                for: .enforcementPoint,
                body: .any(maximumBytes: maximumBytes),
                authorizationIsSubjects: true,
                document: RouteDocument(
                    "checkCall",
                    "May this call pass? For Envoy's ext_authz filter.",
                    answers: [Answer(200, "It may; the headers are added to it.", .text(), headers: Self.added)],
                    problems: [
                        .challengeRequired, .denied, .invalidRequest, .tooManyRequests, .unavailable, .unknownRoute,
                    ]
                )
            ) { call throws(Problem) in
                switch try await checker.check(try held(call), for: call.inquiry) {
                case .allow(let headers): return Reply(contentType: "text/plain", body: [], headers: headers)
                case .unauthenticated(let problem), .deny(let problem): throw problem
                }
            }
        ]
    }

    private static func held(_ call: HTTPCall) throws(Problem) -> CallCheck {
        guard let path = call.parameters.last, path.utf8.first == UInt8(ascii: "/") else {
            throw Problem(.unknownRoute, "the original path must follow \(prefix)")
        }
        let presented = try PresentedToken.subject(in: call.headers)
        return CallCheck(
            method: call.method.rawValue,
            path: path,
            query: call.query,
            host: call.headers.first(name: "host") ?? "",
            token: presented.token,
            proof: presented.proof,
            scheme: try scheme(schemeHeader, in: call.headers)
        )
    }

    private static let schemeHeader = "X-Forwarded-Proto"

    /// The scheme that a proxy tells; `https` when it tells none, for a proof is worth nothing where others can read it.
    static func scheme(_ name: String, in headers: HTTPHeaders) throws(Problem) -> String {
        let values = headers[name]
        guard let value = values.first else { return "https" }
        guard values.count == 1, value == "https" || value == "http" else {
            throw Problem(.invalidRequest, "the header \(name) is 'https' or 'http', once")
        }
        return value
    }
}
