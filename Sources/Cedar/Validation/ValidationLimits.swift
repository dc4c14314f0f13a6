// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// How much work one policy may cause.
public struct ValidationLimits: Sendable {
    /// The most expressions that are looked at: those of the policy, once for each kind of request that differs for it.
    public var maximumWork: Int
    /// The most errors that are listed for one policy.
    public var maximumErrors: Int

    /// Limits of the given sizes.
    public init(maximumWork: Int = 1 << 24, maximumErrors: Int = 100) {
        self.maximumWork = max(1, maximumWork)
        self.maximumErrors = max(1, maximumErrors)
    }

    /// 16 million expressions, 100 errors.
    public static let standard = ValidationLimits()
}
