// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A call that a proxy (Envoy, nginx) holds until it is told whether it may pass.
public struct CallCheck: Sendable, Equatable {
    /// The call's method.
    public let method: String
    /// The call's path as its sender wrote it: neither decoded nor normalised, beginning with `/`.
    public let path: String
    /// The call's query as its sender wrote it, nil when there was none.
    public let query: String?
    /// The call's `Host`, which names the protected API.
    public let host: String
    /// The token of the workload that calls; nil when it sent none.
    public let token: String?
    /// The call's `DPoP` header field (RFC 9449 section 7.1), empty when it has none; nil when the token came as a bearer's.
    public let proof: String?
    /// The scheme of the call's address as its sender knows it: `https` unless the proxy says otherwise.
    public let scheme: String

    /// A held call.
    public init(
        method: String,
        path: String,
        query: String? = nil,
        host: String,
        token: String?,
        proof: String? = nil,
        scheme: String = "https"
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.host = host
        self.token = token
        self.proof = proof
        self.scheme = scheme
    }

    /// The call's address, without the query.
    public var url: String { "\(scheme)://\(host)\(path)" }
}

/// Whether a held call may pass.
public enum CallVerdict: Sendable {
    /// It may; the headers are added to it on its way to the API.
    case allow(headers: [(name: String, value: String)])
    /// Its sender proved no identity that is known here. Which challenge the sender gets stands in the problem's
    /// headers.
    case unauthenticated(Problem)
    /// It may not.
    case deny(Problem)
}

/// Decides about held calls.
public protocol CallChecker: Sendable {
    /// Whether `call` may pass.
    ///
    /// - Throws: A ``Problem`` when there is no answer; the proxy then denies, unless it is told to fail open.
    func check(_ call: CallCheck, for inquiry: Inquiry) async throws(Problem) -> CallVerdict
}
