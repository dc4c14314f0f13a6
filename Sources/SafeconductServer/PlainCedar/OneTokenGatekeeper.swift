// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto

/// Knows one token, whose bearer may do what the server offers.
public struct OneTokenGatekeeper: Gatekeeper {
    private let digest: [UInt8]

    /// A gatekeeper for `token`; nil admits nobody where a token is required.
    public init(_ token: String?) { digest = token.map(Self.digest) ?? [] }

    /// The caller, when the token is the one known.
    public func admit(_ token: String?, as audience: Audience) throws(Problem) -> Caller {
        guard let token else { throw .unauthenticated("this path needs Authorization: Bearer with a token") }
        // Digests of equal length are compared to their end, so the time taken tells nothing of the token.
        let presented = Self.digest(token)
        var difference: UInt8 = digest.isEmpty ? 1 : 0
        for (left, right) in zip(digest, presented) { difference |= left ^ right }
        guard difference == 0 else { throw .invalidCredential("nobody here has this token") }
        return Caller(audience: audience, id: "token", name: "token")
    }

    private static func digest(_ token: String) -> [UInt8] { Array(SHA256.hash(data: Array(token.utf8))) }
}
