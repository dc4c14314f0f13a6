// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The leaves of a log that have no body any more: how many they are, and which.
///
/// The tree stands without bodies, so whoever checks a log has to look for this by itself: a log all of whose bodies
/// were taken away still has every commitment, tile and checkpoint.
public struct AbsentBodies: Sendable, Equatable {
    /// How many leaves have none.
    public private(set) var count: UInt64 = 0
    /// Which: stretches of neighbours, in order; of many only the first ones.
    public private(set) var stretches: [Range<UInt64>] = []

    /// More would tell nobody anything.
    private static let maximumStretches = 16

    /// Nothing is absent.
    public init() {}

    /// Notes that a leaf has no body. Leaves are noted in their order.
    public mutating func add(_ index: UInt64) {
        count += 1
        if let last = stretches.last, last.upperBound == index {
            stretches[stretches.count - 1] = last.lowerBound..<index + 1
        } else if stretches.count < Self.maximumStretches {
            stretches.append(index..<index + 1)
        }
    }

    /// What is to be said where no body may be absent: how many are, and at which indexes.
    ///
    /// - Parameter size: How many leaves were looked at.
    /// - Returns: A sentence; nil when nothing is absent.
    public func fault(of size: UInt64) -> String? {
        guard count > 0 else { return nil }
        var places = stretches.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound - 1)" }
        if stretches.reduce(0, { $0 + UInt64($1.count) }) < count { places.append("and more") }
        return "\(count) of \(size) leaves have lost their bodies: " + places.joined(separator: ", ")
    }
}
