// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// How far an explanation goes. Whatever the policies and the request are, its work and its size stay within these.
public struct ExplanationLimits: Sendable, Hashable {
    /// The most policies whose scope matches that are looked into; what determined the answer comes first.
    public var maximumPolicies: Int
    /// The most permits named as the nearest ones of a deny; at most 8.
    public var maximumNearest: Int
    /// The most permits whose scope does not match that are looked into for the nearest ones, when their scopes are as near;
    /// in sets of more than 2,000 policies no more than ``maximumNearest``.
    public var maximumNear: Int
    /// The most clauses of one policy that are shown, with the values they read. How the others came out is known, too.
    public var maximumClauses: Int
    /// The most facts that may have to change together; 0 means that no change is looked for.
    public var maximumFacts: Int
    /// The most sets of facts that are put together in the search for a change.
    public var maximumCombinations: Int
    /// The most times the request is decided again with changed facts.
    public var maximumTrials: Int

    /// Limits of these sizes. More than 8 facts are taken as 8, more than 64 near permits as 64.
    public init(
        maximumPolicies: Int = 64,
        maximumNearest: Int = 4,
        maximumNear: Int = 12,
        maximumClauses: Int = 256,
        maximumFacts: Int = 4,
        maximumCombinations: Int = 10_000,
        maximumTrials: Int = 64
    ) {
        self.maximumPolicies = max(0, maximumPolicies)
        self.maximumNearest = min(max(0, maximumNearest), 8)
        self.maximumNear = min(max(0, maximumNear), 64)
        self.maximumClauses = max(0, maximumClauses)
        self.maximumFacts = min(max(0, maximumFacts), 8)
        self.maximumCombinations = max(0, maximumCombinations)
        self.maximumTrials = max(0, maximumTrials)
    }

    /// 64 policies, 4 nearest of 12, 256 clauses of each, 4 facts, 10,000 combinations, 64 trials.
    public static let standard = ExplanationLimits()

    /// The same without the search for a change.
    public static let withoutChange = ExplanationLimits(maximumFacts: 0)
}
