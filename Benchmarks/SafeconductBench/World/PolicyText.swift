// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Policy sets of any size about the benchmark's world.
///
/// Four policies apply to the question: one permits, three could forbid and are looked at. All others are about other
/// identities, operations and boundaries, one third each, as in a set that many teams write into: their scopes have to be
/// compared, their conditions not.
enum PolicyText {
    /// The Cedar text of `count` policies, at least four.
    static func policies(_ count: Int) -> String {
        var text = own
        for number in 0..<max(0, count - 4) {
            switch number % 3 {
            case 0:
                text += """
                    permit (principal == Identity::"service-\(number)", action == Action::"read", resource in Api::"api-\(number)")
                    when { context.trust.caller.score >= 400 };

                    """
            case 1:
                text += """
                    permit (principal in Boundary::"area-\(number)", action, resource == Operation::"api-\(number)/show")
                    when { principal.labels.contains("desk-\(number)") };

                    """
            default:
                text += """
                    forbid (principal in Operator::"team-\(number)", action == Action::"write", resource in Api::"api-\(number)")
                    unless { context.caller.assurance >= 500 };

                    """
            }
        }
        return text
    }

    /// The body of `PUT /v1/policies/active`.
    static func activation(_ count: Int) -> JSONValue {
        ["files": [["name": "bench.cedar", "text": .string(policies(count))]], "note": "benchmark"]
    }

    private static let own = """
        @id("order-desk-reads")
        permit (principal in Boundary::"shop", action == Action::"read", resource in Api::"orders")
        when { principal.labels.contains("order-desk") && context.trust.caller.score >= 300 };

        @id("distrusted")
        forbid (principal, action, resource)
        when { context.trust.caller.score < 200 || context.trust.api.score < 200 };

        @id("personal-data")
        forbid (principal, action, resource in Api::"orders")
        when { resource.capabilities.contains("reads_personal_data") && principal.purpose != "support" };

        @id("sensitive-reads")
        forbid (principal, action == Action::"read", resource)
        when { resource.sensitivity >= 700 && !context.caller.proven };


        """
}
