// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a caller is told whose token is bound to a key, and who did not show that key (RFC 9449 section 7.1).
public struct ProofChallenge: Sendable, Equatable {
    /// What has to be shown: ``Remedy/Challenge/dpop`` or ``Remedy/Challenge/mtls``.
    public let kind: Remedy.Challenge
    /// The `error` of the challenge: `invalid_token`, `invalid_dpop_proof` or `use_dpop_nonce`.
    public let error: String
    /// The nonce that the next proof has to have (RFC 9449 section 9); nil when none is demanded.
    public let nonce: String?
}
