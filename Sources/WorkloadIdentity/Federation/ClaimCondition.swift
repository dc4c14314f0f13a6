// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A claim that must have one of some exact values.
///
/// Values are strings, integers and booleans. There are no patterns: a pattern over a name that strangers can choose
/// (a branch, a repository) is how federation rules come to admit strangers.
public struct ClaimCondition: Sendable, Equatable {
    /// The claim.
    public let path: ClaimPath
    /// The values it may have, at least one.
    public let values: [JSONValue]

    /// A condition that `path` has one of `values`.
    ///
    /// - Throws: ``WorkloadIdentityError`` when there is no value, there are more than 64, or one of them is no
    ///   string, integer or boolean.
    public init(_ path: ClaimPath, anyOf values: [JSONValue]) throws(WorkloadIdentityError) {
        guard (1...64).contains(values.count) else {
            throw WorkloadIdentityError(.rule, "a claim condition has 1 to 64 values")
        }
        for value in values {
            switch value {
            case .string, .integer, .bool: break
            default:
                throw WorkloadIdentityError(.rule, "the value of a claim condition is a string, integer or boolean")
            }
        }
        self.path = path
        self.values = values
    }

    /// Whether the claims meet the condition. An absent claim meets none, and types are never converted.
    public func isMet(by claims: JSONObject) -> Bool {
        guard let value = path.value(in: claims) else { return false }
        return values.contains(value)
    }
}
