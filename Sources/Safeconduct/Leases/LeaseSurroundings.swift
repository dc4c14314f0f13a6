// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import TrustStore

/// What a keeper of leases needs of its engine.
struct LeaseSurroundings: Sendable {
    let store: any LeaseStore
    /// Makes leaves durable: all, or an error.
    let record: @Sendable ([LeaseRecord]) async -> EngineError?
    /// The present state.
    let state: @Sendable () -> TrustState
    let now: @Sendable () -> Timestamp
    /// Entries of the control log. Blocks.
    let entries: @Sendable (Range<UInt64>) throws -> [Entry]
    /// The origin of the control log's present generation.
    let origin: String
    /// Every leaf of evidence that may tell of a lease, oldest log first. Blocks.
    let leaves: @Sendable (_ body: ([UInt8]) throws -> Void) throws -> Void
}
