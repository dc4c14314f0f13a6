// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar

/// Policies to JSON and back, and to text and back: always the same policies.
enum FormRoundTrip {
    /// What is lost on the way of a set; empty when nothing is.
    ///
    /// - Parameter read: what was read from its JSON, when that was done already.
    static func losses(of set: PolicySet, read: PolicySet? = nil) throws -> [String] {
        let all = Array(set.policies) + Array(set.templates)
        let rewritten = try PolicySet(all.flatMap { policy in try Policy.parse(policy.text) { _ in policy.id } })
        return try differences(set, read ?? PolicySet(json: set.json)).map { "read from JSON: \($0)" }
            + differences(set, rewritten).map { "read from its own text: \($0)" }
    }

    private static func differences(_ left: PolicySet, _ right: PolicySet) -> [String] {
        [(left.policies, right.policies), (left.templates, right.templates)].flatMap { left, right in
            guard left.count == right.count else { return ["\(left.count) became \(right.count)"] }
            return zip(left, right).filter { left, right in
                !(left.id == right.id && left.isSame(as: right) && left.hasSameAnnotations(as: right)
                    && left.isTemplate == right.isTemplate)
            }.map { "\($0.text) became \($1.text)" }
        }
    }
}
