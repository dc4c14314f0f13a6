// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import WorkloadIdentity

/// A token that an identity asks for. Who asks, and by what right, was verified; whether it gets it is decided.
struct TokenWish: Sendable {
    /// The OAuth grant by which it asks.
    let grant: String
    /// Who asks, as it proved itself: the token will be in its hands.
    let client: Subject
    /// How it proved itself; nil where it left that to the token that it presented.
    var proven: IssueFacts.Client?
    /// The API that the token is for.
    let api: ObjectID
    /// The operations of that API, by name, each once; at most ``maximumOperations``.
    let operations: [String]
    /// The key that the token will be bound to; nil for a bearer token.
    var confirmation: IssuedToken.Confirmation?
    /// What it takes over from whatever it is derived from.
    let lineage: TokenLineage

    /// The most operations of one token: each is a decision of its own.
    static let maximumOperations = 64
}
