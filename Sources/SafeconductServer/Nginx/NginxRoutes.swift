// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

/// nginx's `auth_request`: a subrequest that tells the held call in headers of its own, with the workload's token in
/// `Authorization` and the enforcement point's in `Safeconduct-Enforcement-Point`.
///
/// nginx lets the call pass at any 2xx, answers its caller with a 401 or 403, and takes everything else for its own
/// failure (500): so a denial is always one of those two here, and what is no answer never lets anything pass.
public enum NginxRoutes {
    /// Where the subrequest goes.
    public static let path = "/nginx/v1/auth"

    /// nginx sends no body when it is configured as documented; what comes anyway is not looked at.
    private static let maximumBytes = 64 * 1024

    private static let headers: [Parameter] = [
        .required(methodHeader, .string(length: 1...64), "The original request's method: `$request_method`."),
        .required(targetHeader, .string(pattern: "^/", length: 1...8192), "Its path and query: `$request_uri`."),
        .required(hostHeader, .string(length: 1...255), "Its host: `$host`, or `$http_host` on a port of its own."),
        .optional(schemeHeader, .string(), "Its scheme, `$scheme`: `https` or `http`; `https` when absent."),
    ]
    private static let methodHeader = "X-Original-Method"
    private static let targetHeader = "X-Original-URI"
    private static let hostHeader = "X-Original-Host"
    private static let schemeHeader = "X-Original-Scheme"

    /// The one route.
    public static func routes(_ checker: any CallChecker) -> [Route] {
        [
            // A subrequest is a GET, whatever the held call is.
            Route(
                .GET,
                path,
                for: .enforcementPoint,
                body: .any(maximumBytes: maximumBytes),
                authorizationIsSubjects: true,
                document: RouteDocument(
                    "authenticateCall",
                    "May this call pass? For nginx's auth_request.",
                    headers: headers,
                    answers: [Answer(204, "It may.", nil, headers: EnvoyRoutes.added)],
                    problems: [.challengeRequired, .denied, .invalidRequest, .unavailable]
                )
            ) { call throws(Problem) in
                switch try await verdict(on: call, checker) {
                case .allow(let headers):
                    return Reply(status: 204, contentType: "text/plain", body: [], headers: headers)
                case .unauthenticated(let problem): throw problem
                case .deny(let problem): throw denial(problem)
                }
            }
        ]
    }

    /// The checker's word; a question that it does not answer because of what was called is a denial, too.
    private static func verdict(
        on call: HTTPCall,
        _ checker: any CallChecker
    ) async throws(Problem) -> CallVerdict {
        let held = try held(call)
        do throws(Problem) {
            return try await checker.check(held, for: call.inquiry)
        } catch {
            guard (400..<500).contains(error.code.status), error.code.status != 401 else { throw error }
            return .deny(error)
        }
    }

    /// The call as nginx tells it: method, raw target and host of the original request, each exactly once.
    private static func held(_ call: HTTPCall) throws(Problem) -> CallCheck {
        let target = try only(targetHeader, call.headers)
        let method = try only(methodHeader, call.headers)
        guard target.utf8.first == UInt8(ascii: "/") else {
            throw Problem(.invalidRequest, "\(targetHeader) is the original request's path and query: $request_uri")
        }
        let cut = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        let presented = try PresentedToken.subject(in: call.headers)
        return CallCheck(
            method: method,
            path: String(target[..<(cut ?? target.endIndex)]),
            query: cut.map { String(target[target.index(after: $0)...]) },
            host: try only(hostHeader, call.headers),
            token: presented.token,
            proof: presented.proof,
            scheme: try EnvoyRoutes.scheme(schemeHeader, in: call.headers)
        )
    }

    /// A header that nginx must set: were it absent, the caller's own would be believed.
    private static func only(_ name: String, _ headers: HTTPHeaders) throws(Problem) -> String {
        let values = headers[name]
        guard values.count == 1, let value = values.first, !value.isEmpty else {
            throw Problem(.invalidRequest, "the header \(name) must be set once, by proxy_set_header")
        }
        return value
    }

    /// A denial as nginx passes it on: 403, whatever the reason; the reason stands in a header.
    private static func denial(_ problem: Problem) -> Problem {
        guard problem.code.status != ProblemCode.denied.status else { return problem }
        var denial = Problem(
            .denied,
            problem.detail,
            remedy: problem.remedy,
            headers: problem.headers,
            members: problem.members
        )
        denial.headers.append(("safeconduct-reason", problem.code.rawValue))
        return denial
    }
}
