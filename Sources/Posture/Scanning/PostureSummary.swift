// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The counts of a document.
public struct PostureSummary: Sendable, Equatable {
    /// Operations.
    public let operations: Int
    /// Those that require nothing of their callers.
    public let unsecured: Int
    /// Those with an alternative that requires nothing.
    public let optional: Int
    /// Those that callers are told to leave.
    public let deprecated: Int
    /// The kinds of the schemes that are defined, one for each scheme in the order written.
    public let schemes: [String]
}

extension ApiDocument {
    /// The counts.
    public var summary: PostureSummary {
        PostureSummary(
            operations: operations.count,
            unsecured: operations.count { $0.security.access == .none },
            optional: operations.count { $0.security.access == .optional },
            deprecated: operations.count { $0.isDeprecated },
            schemes: schemes.map(\.kind)
        )
    }
}
