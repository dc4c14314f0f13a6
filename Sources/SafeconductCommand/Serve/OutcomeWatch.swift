// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle

/// Counts the permitted calls of which nobody told in time what came of them, a few times within that time.
struct OutcomeWatch: Service {
    /// The time to tell, in milliseconds.
    let window: Int64
    /// Counts what is due.
    let settle: @Sendable () async -> Void

    /// Runs until graceful shutdown.
    func run() async throws {
        let pause = Duration.milliseconds(min(max(window / 10, 250), 10_000))
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: pause)) != nil { await settle() }
        }
    }
}
