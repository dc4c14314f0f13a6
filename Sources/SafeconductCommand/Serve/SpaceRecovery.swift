// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle

/// Looks every second whether a disk that was full or read-only takes writes again, and whether the control log is still
/// the one that was opened.
struct SpaceRecovery: Service {
    /// Does nothing as long as all is well.
    let recover: @Sendable () async -> Void

    /// Runs until graceful shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: .seconds(1))) != nil { await recover() }
        }
    }
}
