// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization
internal import TrustModel
internal import TrustStore

/// The way to one back end: who goes there goes one after another, on a thread that may block.
final class BackEndLane: Sendable {
    private struct State {
        var roles: [String: BrokeredRole]
        var circuit = BackEndCircuit()
        /// When it was last compared with the records; nil since the generation began.
        var reconciledAt: Timestamp?
        var isWorking = false
    }

    let backEnd: any LeaseBackEnd
    /// By what it is told from the same back end after a change; nil for one that nobody registered.
    let mark: BackEndMark?
    private let thread: DispatchQueue
    private let state: Mutex<State>

    init(_ backEnd: any LeaseBackEnd, roles: [BrokeredRole], mark: BackEndMark? = nil) {
        self.backEnd = backEnd
        self.mark = mark
        thread = DispatchQueue(label: "safeconduct.back-end")
        state = Mutex(
            State(roles: Dictionary(roles.map { ($0.operation, $0) }, uniquingKeysWith: { first, _ in first }))
        )
    }

    func role(_ name: String) -> BrokeredRole? { state.withLock { $0.roles[name] } }

    func set(_ roles: [BrokeredRole]) {
        state.withLock { state in
            state.roles = Dictionary(roles.map { ($0.operation, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    var health: BackEndHealth {
        state.withLock { state in
            BackEndHealth(
                backEnd: backEnd.id,
                failures: state.circuit.failures,
                leftAloneUntil: state.circuit.openUntil,
                lastError: state.circuit.lastError,
                isReconciled: state.reconciledAt != nil
            )
        }
    }

    func admits(_ now: Timestamp) -> Bool { state.withLock { $0.circuit.admits(now) } }

    /// Whether nobody works off this back end's queue; if so, the caller does from now on.
    func beginWork() -> Bool {
        state.withLock { state in
            defer { state.isWorking = true }
            return !state.isWorking
        }
    }

    func endWork() { state.withLock { $0.isWorking = false } }

    /// When it was last compared with the records.
    var reconciledAt: Timestamp? {
        get { state.withLock { $0.reconciledAt } }
        set { state.withLock { $0.reconciledAt = newValue } }
    }

    /// Does something at the back end, and remembers whether it answers.
    func run<Value: Sendable>(
        at now: Timestamp,
        _ work: @escaping @Sendable (any LeaseBackEnd) throws(BackEndError) -> Value
    ) async -> Result<Value, BackEndError> {
        let result = await withCheckedContinuation { continuation in
            thread.async { [backEnd] in
                let result: Result<Value, BackEndError>
                do throws(BackEndError) { result = .success(try work(backEnd)) } catch { result = .failure(error) }
                continuation.resume(returning: result)
            }
        }
        state.withLock { state in
            var generator = SystemRandomNumberGenerator()
            if case .failure(let error) = result, error.reach == .backEnd {
                state.circuit.failed(error.code, at: now, using: &generator)
            } else {
                state.circuit.succeeded()
            }
        }
        return result
    }
}
