// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Lets only so many run at once, and the rest come again: what reads thousands of decisions must not crowd out those
/// that are being made.
final class WorkSlots: Sendable {
    private let taken = Mutex(0)
    private let limit: Int

    private let work: String

    /// - Parameter work: What runs in them, for the one who is told to come again.
    init(limit: Int, of work: String) {
        self.limit = limit
        self.work = work
    }

    /// Runs `body` in a slot.
    ///
    /// - Throws: A ``Problem`` with 429 when all are taken.
    func run<Value>(_ body: () async throws(Problem) -> Value) async throws(Problem) -> Value {
        let isFree = taken.withLock { taken in
            guard taken < limit else { return false }
            taken += 1
            return true
        }
        guard isFree else {
            throw Problem(
                .tooManyRequests,
                "\(limit) \(work) are running already",
                headers: [("Retry-After", "2")]
            )
        }
        defer { taken.withLock { $0 -= 1 } }
        return try await body()
    }
}
