// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// How long and how wide the run measures.
struct BenchOptions: Sendable {
    /// Connections of the load generator.
    var connections = 16
    /// Threads that serve them.
    var threads = 1
    /// Seconds for each kind of request, and as many for the trivial one beside it.
    var seconds = 5.0
    /// Only the requests, decisions and commands whose name has this text, without the trivial request and all else: a
    /// steady load to look at with a profiler.
    var only: String?
    /// A few seconds in all, for a check that everything still runs.
    var isQuick = false

    /// Whether what has this name is to be measured.
    func isWanted(_ name: String) -> Bool { only.map(name.contains) ?? true }

    /// In so many rounds the two are measured in turn.
    var rounds: Int { isQuick ? 2 : 3 }

    /// The length of one measurement.
    var slotSeconds: Double { isQuick ? 0.1 : seconds / Double(rounds) }

    /// The length of one measurement of a single stage.
    var stageSeconds: Double { isQuick ? 0.02 : 0.3 }

    /// Sizes of policy sets.
    var policyCounts: [Int] { isQuick ? [10, 100] : [10, 100, 1000] }

    /// The size that everything besides the plain question is measured with.
    var middlePolicyCount: Int { 100 }

    /// Numbers of identities whose memory is measured.
    var identityCounts: [Int] { isQuick ? [10_000] : [100_000, 1_000_000] }

    /// How many identities the log has that a start is measured with.
    var startupIdentities: Int { isQuick ? 5000 : 100_000 }
}
