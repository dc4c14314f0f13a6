// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why the policies of commands did not let a command in; told to the operator who gave it.
public struct CommandDenial: Sendable, Equatable {
    /// What was asked for: `identity.put`, `cut`, `read`, ...
    public let action: String
    /// About what, as Cedar writes it: `Identity::"orders-worker"`.
    public let resource: String
    /// `not_permitted`, `forbidden` or `policy_failed`.
    public let reason: String
    /// The policies that forbade it, in source order; empty when none permits it.
    public let policies: [String]
    /// The decision's id; nil where none was recorded, as for reading.
    public var decision: ObjectID?

    /// A denial of the given members.
    public init(action: String, resource: String, reason: String, policies: [String], decision: ObjectID? = nil) {
        self.action = action
        self.resource = resource
        self.reason = reason
        self.policies = policies
        self.decision = decision
    }
}
