// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
internal import TrustModel
internal import WorkloadIdentity

extension Engine {
    /// What an enforcement point is told of a token that was presented to it (RFC 7662 section 2.2).
    ///
    /// A token issued here for an API of the point that counts now is told; of anything else `{"active": false}` and nothing
    /// more, whether it is unknown, over, cut, held, or somebody else's.
    public func introspect(_ request: TokenRequest) async -> Result<JSONValue, TokenRefusal> {
        // A cut counts for whatever is asked after it, also at another node.
        await followHead()
        if let refusal = refusalToServe { return .failure(refusal) }
        switch point(authorizing: request) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let point):
            let text: String
            do throws(InvalidRequest) { text = try request.parameters.required("token") } catch {
                return .failure(TokenRefusal(error))
            }
            let (view, now) = (self.view, now())
            guard let own = ownToken(text, view, at: now), point.object.apis.contains(own.token.audience),
                view.state.counts(own, at: now)
            else { return .success(["active": false]) }
            return .success(.object(Self.introspection(of: own.token)))
        }
    }

    /// The claims that RFC 7662 section 2.2 and the standards that build on it know; what is between us and our nodes is left
    /// out.
    private static func introspection(of token: IssuedToken) -> JSONObject {
        var answer = JSONObject([("active", true)])
        let claims = token.claims
        for name in ["scope", "client_id"] { answer[name] = claims[name] }
        answer["token_type"] = .string(token.tokenType)
        for name in ["exp", "iat", "nbf", "sub", "aud", "iss", "jti", "cnf", "act", "authorization_details"] {
            answer[name] = claims[name]
        }
        return answer
    }
}

extension IssuedToken {
    /// How it is presented (RFC 6749 section 7.1): bound to a key that signs proofs as `DPoP` (RFC 9449 section 7.1).
    var tokenType: String {
        if case .dpop = confirmation { "DPoP" } else { "Bearer" }
    }
}
