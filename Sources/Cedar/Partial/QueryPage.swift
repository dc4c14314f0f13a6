// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Some of the answers to a ``PolicyQuery``.
public struct QueryPage: Sendable {
    /// The answers, in order: by type, then by the bytes of the id.
    public let results: [EntityUID]
    /// Where the next page goes on: behind this entity, which is the last one looked at and need not be an answer. Nil
    /// when there is nothing more.
    public let next: EntityUID?
    /// How many candidates were evaluated.
    public let examined: Int
}
