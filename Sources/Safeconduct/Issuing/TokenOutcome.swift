// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
public import TrustModel
public import WorkloadIdentity

/// What became of a token request.
public enum TokenOutcome: Sendable {
    /// A token was issued.
    case granted(TokenAnswer)
    /// None was.
    case refused(TokenRefusal)
}

/// A token that was issued, and what its client is told of it (RFC 6749 section 5.1, RFC 8693 section 2.2.1).
public struct TokenAnswer: Sendable {
    /// The token: whoever has it has what it lets in.
    public let accessToken: String
    /// `Bearer`, `DPoP`, or `N_A` for what is no access token.
    public let tokenType: String
    /// For how many seconds it counts.
    public let expiresIn: Int64
    /// The scope that was granted; nil where the token has none.
    public let scope: String?
    /// What kind of token it is; nil where that was not asked (RFC 8693 section 3).
    public let issuedTokenType: String?
    /// The details that were granted (RFC 9396 section 7); nil when there are none.
    public let authorizationDetails: JSONValue?

    /// An answer of the given members.
    public init(
        accessToken: String,
        tokenType: String,
        expiresIn: Int64,
        scope: String? = nil,
        issuedTokenType: String? = nil,
        authorizationDetails: JSONValue? = nil
    ) {
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.expiresIn = expiresIn
        self.scope = scope
        self.issuedTokenType = issuedTokenType
        self.authorizationDetails = authorizationDetails
    }
}

/// Why an OAuth endpoint does not do what was asked (RFC 6749 section 5.2).
public struct TokenRefusal: Error, Sendable, Equatable {
    /// The error to answer.
    public let error: OAuthError
    /// A sentence for whoever wrote the client.
    public let message: String
    /// The stable name under which the refusal is counted; finer than the error, and not told.
    public let reason: String
    /// The decision that it was; nil when no policy was asked.
    public let decision: ObjectID?

    /// A refusal; what it is counted as is the error's code unless it has a name of its own.
    public init(_ error: OAuthError, _ message: String, reason: String? = nil, decision: ObjectID? = nil) {
        self.error = error
        self.message = message
        self.reason = reason ?? error.code
        self.decision = decision
    }

    /// A refusal of a form that is none.
    public init(_ refusal: InvalidRequest) {
        self.init(refusal.error, refusal.message, reason: "invalid_request_\(refusal.code)")
    }
}
