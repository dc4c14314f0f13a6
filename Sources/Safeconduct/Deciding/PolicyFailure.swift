// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar

/// A policy that could not be evaluated and therefore had no say.
public struct PolicyFailure: Sendable, Hashable {
    /// The policy's id.
    public let policy: String
    /// Whether it is a `forbid`, for which having no say is the dangerous side.
    public let isForbid: Bool
    /// What kind of fault it is: `type`, `missing_attribute`, `overflow`, ... Never the values of the request.
    public let code: String

    init(policy: String, isForbid: Bool, code: String) {
        self.policy = policy
        self.isForbid = isForbid
        self.code = code
    }

    init(_ failure: AuthorizationResponse.Failure) {
        policy = failure.policy.id.string
        isForbid = failure.policy.effect == .forbid
        code = failure.error.code.description
    }
}
