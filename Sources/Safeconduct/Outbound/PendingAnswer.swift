// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// An answer that one task waits for and others may give; whoever is first, counts.
///
/// Waiting ends when the answer is given or when the waiting task is cancelled, never later: that is what lets a
/// caller leave work behind that can't be stopped itself, such as a name lookup.
final class PendingAnswer<Value: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Value?, Never>)
        case settled(Value?)
    }

    private let state = Mutex(State.open)

    /// Gives the answer.
    ///
    /// - Returns: Whether it counts: false when another came before, or when the waiting task was cancelled.
    @discardableResult
    func give(_ value: Value) -> Bool { settle(value) }

    /// The answer; nil when this task was cancelled before it came. May be called once.
    func wait() async -> Value? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let settled: Value?? = state.withLock { state in
                    if case .settled(let value) = state { return .some(value) }
                    state = .awaited(continuation)
                    return .none
                }
                if let value = settled { continuation.resume(returning: value) }
            }
        } onCancel: {
            settle(nil)
        }
    }

    @discardableResult
    private func settle(_ value: Value?) -> Bool {
        let (counts, continuation): (Bool, CheckedContinuation<Value?, Never>?) = state.withLock { state in
            switch state {
            case .settled: return (false, nil)
            case .open:
                state = .settled(value)
                return (true, nil)
            case .awaited(let continuation):
                state = .settled(value)
                return (true, continuation)
            }
        }
        continuation?.resume(returning: value)
        return counts
    }
}
