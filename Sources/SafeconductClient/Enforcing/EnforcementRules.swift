// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Hummingbird

/// What a service's own requests mean as questions.
public struct EnforcementRules<Context: EnforcedRequestContext>: Sendable {
    /// The host under which the API is registered; nil takes what the caller's request says, which suits a service that
    /// answers for several hosts and nothing else.
    public var host: String?
    /// The attributes that policies may see, and nothing else of the request.
    public var attributes: [RequestAttribute]
    /// The scheme of the address that callers know the service by: `http` only where nothing in front of it speaks TLS.
    public var scheme = "https"
    /// Who calls; by default whoever the token in `Authorization` proves, together with the proof in `DPoP` where it is bound
    /// to a key.
    public var subject: @Sendable (Request, Context) async -> CallSubject
    /// Whether outcomes are reported.
    public var reportsOutcomes = true
    /// The realm in the challenge to callers without a token.
    public var realm = "safeconduct"

    /// Rules for an API that is registered under `host`.
    public init(
        host: String?,
        attributes: [RequestAttribute] = [],
        subject: @escaping @Sendable (Request, Context) async -> CallSubject = { request, _ in
            .presented(in: request)
        }
    ) {
        self.host = host
        self.attributes = attributes
        self.subject = subject
    }
}
