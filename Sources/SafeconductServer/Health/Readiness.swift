// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Whether the server should be sent requests: every part that must answer first has its say.
public final class Readiness: Sendable {
    /// What one part says.
    public struct Answer: Sendable, Hashable {
        /// Whether the part does its work.
        public let isReady: Bool
        /// What is wrong, without secrets and ids; nil when nothing is.
        public let detail: String?

        /// The part does its work.
        public static let ready = Answer(isReady: true, detail: nil)

        /// The part does not do its work.
        public static func notReady(_ detail: String) -> Answer { Answer(isReady: false, detail: detail) }
    }

    private struct Check: Sendable {
        let name: String
        let ask: @Sendable () -> Answer
    }

    private let checks = Mutex<[Check]>([])
    private let draining = Atomic<Bool>(false)

    /// A server without parts is ready.
    public init() {}

    /// Adds a part. `ask` answers at once, from memory.
    public func add(_ name: String, _ ask: @escaping @Sendable () -> Answer) {
        checks.withLock { $0.append(Check(name: name, ask: ask)) }
    }

    /// From now on the server is not ready: it finishes what it began.
    public func drain() { draining.store(true, ordering: .relaxed) }

    /// What every part says, in the order they were added.
    public func answers() -> [(name: String, answer: Answer)] {
        var answers = checks.withLock { $0 }.map { ($0.name, $0.ask()) }
        if draining.load(ordering: .relaxed) { answers.append(("shutdown", .notReady("the server is stopping"))) }
        return answers
    }
}
