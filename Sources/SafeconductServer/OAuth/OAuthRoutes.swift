// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import TrustModel
import WorkloadIdentity

/// The endpoints at which tokens are had, asked about and ended (RFC 6749, RFC 7662, RFC 7009).
///
/// They are public in the table of routes: whoever calls proves who they are in the form or in `Authorization`, as OAuth has it,
/// and the engine decides who counts.
struct OAuthRoutes: Sendable {
    let engine: Engine

    /// The rows of the table.
    var routes: [Route] {
        [
            route(
                OAuthPath.token,
                "requestToken",
                "Asks for a token (RFC 6749 section 3.2), bound to a key where a DPoP proof comes with it (RFC 9449).",
                .tokenRequest,
                Answer(200, "A token.", .json(.tokenAnswer), headers: [.dpopNonce]),
                headers: [.dpopProof]
            ) { request in
                switch await engine.token(request) {
                case .granted(let answer): .success(Reply(answer))
                case .refused(let refusal): .failure(refusal)
                }
            },
            route(
                OAuthPath.introspection,
                "introspectToken",
                "Does this token count? For enforcement points, about tokens for their APIs (RFC 7662).",
                .object([.required("token", .string()), .optional("token_type_hint", .string())], isOpen: true),
                .ok(.introspection)
            ) { request in
                switch await engine.introspect(request) {
                case .success(let answer): .success(.json(answer))
                case .failure(let refusal): .failure(refusal)
                }
            },
            route(
                OAuthPath.revocation,
                "revokeToken",
                "Ends a token, for its client or for an enforcement point that was shown it (RFC 7009).",
                .object([.required("token", .string()), .optional("token_type_hint", .string())], isOpen: true),
                Answer(200, "The token does not count, whether it did or not.", nil)
            ) { request in
                if let refusal = await engine.revoke(request) { return .failure(refusal) }
                return .success(Reply(contentType: "application/json", body: []))
            },
        ]
    }

    /// A row whose work is `work`.
    func route(
        _ path: String,
        _ operation: String,
        _ summary: String,
        _ form: Schema,
        _ answer: Answer,
        headers: [Parameter] = [],
        _ work: @escaping @Sendable (TokenRequest) async -> Result<Reply, TokenRefusal>
    ) -> Route {
        Route(
            .POST,
            path,
            for: .public,
            body: .any(maximumBytes: HTTPCall.formBytes),
            on: .pool,
            errors: .oauth,
            document: RouteDocument(
                operation,
                summary,
                headers: headers,
                request: Content(mediaType: "application/x-www-form-urlencoded", schema: form),
                answers: [answer],
                problems: [.unsupportedMediaType, .invalidRequest]
            )
        ) { call throws(Problem) in
            var reply = await reply(to: call, path, work)
            // With every answer, so that the next proof has a nonce that counts (RFC 9449 section 8.2).
            if path == OAuthPath.token { reply.headers.append(("DPoP-Nonce", engine.dpopNonce())) }
            return reply
        }
    }

    private func reply(
        to call: HTTPCall,
        _ path: String,
        _ work: (TokenRequest) async -> Result<Reply, TokenRefusal>
    ) async -> Reply {
        let request: TokenRequest
        do throws(Problem) { request = try call.tokenRequest(at: engine.issuerURL + path) } catch {
            return error.reply(instance: call.requestID, as: .oauth)
        }
        switch await work(request) {
        case .success(let reply): return reply
        case .failure(let refusal):
            engine.count(refusal, on: "POST \(path)")
            return Reply(refusal, to: request)
        }
    }
}

extension Engine {
    /// Counts a refusal of who proved nothing; a client that is asked for a nonce did nothing wrong.
    fileprivate func count(_ refusal: TokenRefusal, on route: String) {
        switch refusal.error {
        case .invalidClient, .invalidDPoPProof: countRefusal(route: route, reason: refusal.reason)
        default: break
        }
    }
}

extension Reply {
    /// A token (RFC 6749 section 5.1).
    fileprivate init(_ answer: TokenAnswer) {
        var object = JSONObject([
            ("access_token", .string(answer.accessToken)), ("token_type", .string(answer.tokenType)),
            ("expires_in", .integer(answer.expiresIn)),
        ])
        object["scope"] = answer.scope.map { .string($0) }
        object["issued_token_type"] = answer.issuedTokenType.map { .string($0) }
        object["authorization_details"] = answer.authorizationDetails
        self = .json(.object(object))
    }

    /// The answer to a request that is refused; a client that did not prove itself is challenged in the way it tried (RFC 6749
    /// section 5.2).
    fileprivate init(_ refusal: TokenRefusal, to request: TokenRequest) {
        self = .oauth(
            refusal.error,
            refusal.message,
            decision: refusal.decision?.description,
            status: refusal.error.status
        )
        switch refusal.error {
        case .invalidClient:
            let isBasic = request.authorization?.lowercased().utf8.starts(with: "basic ".utf8) ?? false
            headers.append(("WWW-Authenticate", "\(isBasic ? "Basic" : "Bearer") realm=\"safeconduct\""))
        case .temporarilyUnavailable: headers.append(("Retry-After", "1"))
        default: break
        }
    }
}
