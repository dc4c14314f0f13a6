// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle

/// Writes the evidence logs' checkpoints into the control log every minute, so that what was decided cannot be
/// rewritten later than that.
struct EvidenceAnchoring: Service {
    /// Writes what grew.
    let anchor: @Sendable () async -> Void

    /// Runs until graceful shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: .seconds(60))) != nil { await anchor() }
        }
    }
}
