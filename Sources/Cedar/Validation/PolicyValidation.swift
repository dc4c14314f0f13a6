// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What the validator says of one policy.
public struct PolicyValidation: Sendable, Hashable {
    /// What is wrong, each once, in the order of the policy's text.
    public let errors: [ValidationIssue]
    /// What is not wrong, but probably not meant.
    public let warnings: [ValidationIssue]

    /// Whether nothing is wrong.
    public var isValid: Bool { errors.isEmpty }
}
