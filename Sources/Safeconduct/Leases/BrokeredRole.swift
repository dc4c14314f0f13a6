// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a back end gives to whoever may call one operation: a role of its own there, for a while.
public struct BrokeredRole: Sendable, Equatable {
    /// The operation, whose name is the role's.
    public let operation: String
    /// The back end's own roles, or groups, whose rights a credential has.
    public let memberOf: [String]
    /// How long a lease lasts unless it is asked for less, and by how much it is renewed: seconds.
    public let seconds: Int64
    /// How long a lease lasts with all its renewals: seconds.
    public let maximumSeconds: Int64
    /// The most sessions that a credential may have at once; nil for as many as the back end lets it.
    public let connectionLimit: Int?

    /// A role of the given members.
    public init(
        operation: String,
        memberOf: [String],
        seconds: Int64 = 900,
        maximumSeconds: Int64 = 3600,
        connectionLimit: Int? = nil
    ) {
        self.operation = operation
        self.memberOf = memberOf
        self.seconds = seconds
        self.maximumSeconds = max(seconds, maximumSeconds)
        self.connectionLimit = connectionLimit
    }
}
