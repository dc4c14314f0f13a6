// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Facts that together would turn a decision round.
public struct DecisionChange: Sendable {
    /// How the search ended.
    public enum Status: String, Sendable, Hashable {
        /// With these facts, and with no part of them, the decision is the other one: it was decided again with them.
        case verified
        /// These would have to be, but among them is something for which no value is known, so nobody tried.
        case needs
        /// No facts would do it: what is missing is who asks, for what, or what a policy is about.
        case impossible
        /// None was found within the limits.
        case notFound = "not_found"
        /// It was not looked for.
        case notSought = "not_sought"
    }

    /// How the search ended.
    public let status: Status
    /// The facts; empty unless they were found.
    public let facts: [Fact]

    /// Whether the decision was made again with the facts and is the other one.
    public var isVerified: Bool { status == .verified }
}
