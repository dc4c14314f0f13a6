// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Runs `work` and gives up on it once `time` has passed.
///
/// The clock counts from before the question is sent and also while the machine sleeps. An answer that is there, but
/// was noticed too late (because the machine is overloaded), is dropped like one that never came.
func within<Value: Sendable>(
    _ time: Duration,
    _ work: @escaping @Sendable () async -> Result<Value, ClientError>
) async -> Result<Value, ClientError> {
    let late = ClientError(.late, "no answer within \(time)")
    let deadline = ContinuousClock.now + time
    let first = await withTaskGroup(of: Result<Value, ClientError>.self) { race in
        race.addTask { await work() }
        race.addTask {
            do {
                try await Task.sleep(until: deadline, clock: .continuous)
            } catch {
                return .failure(ClientError(.cancelled, "the task was cancelled"))
            }
            return .failure(late)
        }
        // Every step of an exchange ends at once when its task is cancelled, so leaving the group does not wait.
        defer { race.cancelAll() }
        return await race.next() ?? .failure(late)
    }
    if case .success = first, ContinuousClock.now >= deadline { return .failure(late) }
    return first
}
