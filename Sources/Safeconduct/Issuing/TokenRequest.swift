// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import WorkloadIdentity

/// What came to an OAuth endpoint: to ask for a token, to ask about one, or to end one.
public struct TokenRequest: Sendable {
    /// The form (RFC 6749 appendix B).
    public let parameters: FormParameters
    /// The value of `Authorization`; nil when there is none.
    public let authorization: String?
    /// The values of `DPoP`, of which there may be one (RFC 9449 section 4.3).
    public let proofs: [String]
    /// The URL of the endpoint, as the metadata gives it.
    public let endpoint: String
    /// The address that the request came from, as text; nil when it is not known.
    public let peer: String?

    /// A request of the given parts.
    public init(
        parameters: FormParameters,
        authorization: String? = nil,
        proofs: [String] = [],
        endpoint: String,
        peer: String? = nil
    ) {
        self.parameters = parameters
        self.authorization = authorization
        self.proofs = proofs
        self.endpoint = endpoint
        self.peer = peer
    }
}
