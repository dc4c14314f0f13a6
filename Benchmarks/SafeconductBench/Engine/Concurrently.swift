// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What came of so many tasks that did the same thing over and over.
struct Concurrently {
    let tasks: Int
    private(set) var seconds = 0.0
    private(set) var latencies = Latencies()
    private var processorSeconds = 0.0

    /// Processor time of all threads for one turn, in microseconds: it depends less on what else the machine does.
    var processorMicroseconds: Double { processorSeconds * 1e6 / Double(max(1, latencies.count)) }

    /// How often in a second.
    var rate: Double { seconds > 0 ? Double(latencies.count) / seconds : 0 }

    /// Runs `body` in `tasks` tasks at once for so long.
    ///
    /// - Parameter body: Takes the number of its task and of its turn.
    init(
        tasks: Int,
        seconds: Double,
        _ body: @escaping @Sendable (_ task: Int, _ turn: Int) async throws -> Void
    ) async throws {
        self.tasks = tasks
        let watch = Stopwatch()
        let used = Stopwatch.processorNanoseconds()
        let deadline = Stopwatch.now() + UInt64(seconds * 1e9)
        try await withThrowingTaskGroup(of: Latencies.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    var latencies = Latencies()
                    var turn = 0
                    var before = Stopwatch.now()
                    while before < deadline {
                        try await body(task, turn)
                        let after = Stopwatch.now()
                        latencies.add(after - before)
                        before = after
                        turn += 1
                    }
                    return latencies
                }
            }
            for try await part in group { latencies.add(part) }
        }
        self.seconds = watch.seconds
        processorSeconds = Double(Stopwatch.processorNanoseconds() - used) / 1e9
    }
}
