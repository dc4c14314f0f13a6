// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Whose turn it is to call out: so many at once in all, and so many to one host.
///
/// Who can't start waits in a bounded line. A host that is full holds up only those who wait for that host.
final class OutboundTurns: Sendable {
    private struct Waiter {
        let host: String
        let answer: PendingAnswer<Bool>
    }

    private struct State {
        var underWay = 0
        var byHost: [String: Int] = [:]
        // In order of arrival, which dictionaries do not keep; short in anything but an emergency.
        var line: [Waiter] = []
    }

    private let state = Mutex(State())
    private let total: Int
    private let perHost: Int
    private let waiting: Int

    init(limits: OutboundLimits) {
        total = limits.exchanges
        perHost = limits.exchangesPerHost
        waiting = limits.waiting
    }

    /// How many have their turn, and how many wait.
    var load: (underWay: Int, waiting: Int) { state.withLock { ($0.underWay, $0.line.count) } }

    /// Waits for a turn to call `host`.
    ///
    /// - Returns: `success` when the turn was given, which ``end(_:)`` gives back; otherwise `busy` or `cancelled`.
    func begin(_ host: String) async -> Result<Void, OutboundFailure> {
        let answer = PendingAnswer<Bool>()
        let started: Bool? = state.withLock { state in
            if mayStart(host, state) {
                Self.start(host, &state)
                return true
            }
            guard state.line.count < waiting else { return false }
            state.line.append(Waiter(host: host, answer: answer))
            return nil
        }
        switch started {
        case true?: return .success(())
        case false?: return .failure(OutboundFailure(.busy, "too many outbound calls are waiting"))
        case nil: break
        }
        if await answer.wait() != nil { return .success(()) }
        state.withLock { state in state.line.removeAll { $0.answer === answer } }
        return .failure(.cancelled)
    }

    /// Gives a turn back.
    func end(_ host: String) {
        state.withLock { state in
            state.underWay -= 1
            let left = (state.byHost[host] ?? 1) - 1
            state.byHost[host] = left > 0 ? left : nil
            passOn(&state)
        }
    }

    /// Lets those start who now may, first come first served.
    private func passOn(_ state: inout State) {
        var index = 0
        while index < state.line.count, state.underWay < total {
            guard mayStart(state.line[index].host, state) else {
                index += 1
                continue
            }
            let waiter = state.line.remove(at: index)
            // One that was cancelled in this moment leaves the turn to the next.
            if waiter.answer.give(true) { Self.start(waiter.host, &state) }
        }
    }

    private func mayStart(_ host: String, _ state: borrowing State) -> Bool {
        state.underWay < total && (state.byHost[host] ?? 0) < perHost
    }

    private static func start(_ host: String, _ state: inout State) {
        state.underWay += 1
        state.byHost[host, default: 0] += 1
    }
}
