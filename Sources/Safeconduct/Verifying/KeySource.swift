// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import TrustModel
internal import WorkloadIdentity

/// Where the keys of issuers come from.
protocol KeySource: Sendable {
    /// The keys of an issuer, fresh enough to hold `keyID` if it is a key of theirs at all.
    ///
    /// - Parameters:
    ///   - issuer: Whose keys.
    ///   - location: Where they are; nil to ask the issuer's discovery document.
    ///   - keyID: The `kid` that a token names; nil when it names none.
    func keys(of issuer: IssuerURL, at location: HTTPLocation?, keyID: String?) async -> Result<JWKSet, KeyFailure>
}

/// Why an issuer's keys are not at hand.
struct KeyFailure: Error, Sendable {
    /// The stable name of the reason: `issuer_unreachable`, `issuer_hostile`, ...
    let code: String
    /// A sentence for operators.
    let message: String
}
