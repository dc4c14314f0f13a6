// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel

/// How long tokens that are issued here live, in seconds: the bound on what a verifier honours that reads nothing but
/// `exp`.
public struct TokenLifetimes: Sendable, Equatable {
    /// For operations that change nothing.
    public var reading: Int64
    /// For operations that change something.
    public var writing: Int64
    /// For operations with capabilities: they mint credentials, reach administration or read personal data.
    public var elevated: Int64

    /// What any of them can be.
    public static let allowed: ClosedRange<Int64> = 10...86_400

    /// Lifetimes of the given lengths; any that is not ``allowed`` is the nearest that is.
    public init(reading: Int64 = 900, writing: Int64 = 900, elevated: Int64 = 300) {
        func bounded(_ seconds: Int64) -> Int64 { min(max(seconds, Self.allowed.lowerBound), Self.allowed.upperBound) }
        self.reading = bounded(reading)
        self.writing = bounded(writing)
        self.elevated = bounded(elevated)
    }

    /// The longest life of a token for one operation.
    func ceiling(for operation: TrustModel.Operation) -> Int64 {
        if !operation.capabilities.isEmpty { return elevated }
        return operation.action == .write ? writing : reading
    }
}
