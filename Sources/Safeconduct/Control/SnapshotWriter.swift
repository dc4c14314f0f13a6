// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization
internal import TrustModel
internal import TrustStore

/// Keeps snapshots of the state, so that a start folds only the tail of the log.
///
/// A snapshot is taken only where the control log holds the state's digest, which the fold of the tail then checks. They
/// come further apart as the state grows: writing them stays a small, constant part of all writing.
final class SnapshotWriter: Sendable {
    private struct Progress {
        var size: UInt64 = 0
        var busy = false
    }

    private let store: any TrustStore
    private let progress = Mutex(Progress())
    private let thread = DispatchQueue(label: "safeconduct.snapshots", qos: .utility)
    private static var smallestStep: UInt64 { 4096 }

    init(store: any TrustStore) { self.store = store }

    /// Takes a snapshot of `state`, unless the last one is near or still being written.
    func offer(_ state: TrustState) {
        let wanted = progress.withLock { progress in
            guard !progress.busy, state.size >= progress.size + max(Self.smallestStep, progress.size / 4) else {
                return false
            }
            progress.busy = true
            return true
        }
        guard wanted else { return }
        thread.async { [self] in
            let saved = (try? store.saveSnapshot(size: state.size) { line in try state.writeSnapshot(line) }) != nil
            progress.withLock { progress in
                progress.busy = false
                // A snapshot that failed is tried again at the next digest; the log itself is whole without it.
                if saved { progress.size = state.size }
            }
        }
    }
}
