// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct

/// All series of one name, read at one moment: what every form of export is made of.
struct MetricFamily: Sendable {
    enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
    }

    /// What a number counts, so that it is written in the base unit.
    enum Unit: Sendable {
        case plain
        /// Nanoseconds, written as seconds.
        case nanoseconds
    }

    enum Value: Sendable {
        case count(UInt64, Unit)
        case level(Int64, Unit)
        case buckets(BucketCounts.Reading, Unit)
    }

    struct Point: Sendable {
        let labels: [(name: String, value: String)]
        let value: Value
    }

    let name: String
    let help: String
    let kind: Kind
    let points: [Point]
}
