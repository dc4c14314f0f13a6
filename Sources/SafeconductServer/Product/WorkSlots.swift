// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Lets only so many run at once, and the rest come again: what reads thousands of decisions must not crowd out those
/// that are being made.
final class WorkSlots: Sendable {
    /// Who has how many slots.
    private let taken = Mutex<[String: Int]>([:])
    private let limit: Int
    private let limitEach: Int
    private let work: String

    /// - Parameters:
    ///   - limitEach: How many of them one asker may have; all of them unless said.
    ///   - work: What runs in them, for the one who is told to come again.
    init(limit: Int, each limitEach: Int? = nil, of work: String) {
        self.limit = limit
        self.limitEach = limitEach ?? limit
        self.work = work
    }

    /// Runs `body` in a slot.
    ///
    /// - Parameter asker: For whom: nobody takes those that are kept for others.
    /// - Throws: A ``Problem`` with 429 when all that the asker may have are taken.
    func run<Value>(
        for asker: String = "",
        _ body: () async throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        let isFree = taken.withLock { taken in
            guard taken.values.reduce(0, +) < limit, taken[asker] ?? 0 < limitEach else { return false }
            taken[asker, default: 0] += 1
            return true
        }
        guard isFree else {
            throw Problem(.tooManyRequests, "enough \(work) are running already", headers: [("Retry-After", "2")])
        }
        defer {
            taken.withLock { taken in
                let rest = (taken[asker] ?? 1) - 1
                taken[asker] = rest == 0 ? nil : rest
            }
        }
        return try await body()
    }
}
