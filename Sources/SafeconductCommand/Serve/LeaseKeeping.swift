// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import ServiceLifecycle

/// Takes back what back ends gave out, and serves those that are registered.
struct LeaseKeeping: Service {
    let engine: Engine

    /// Runs until graceful shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask { await engine.leases.run() }
                // Another node may have registered one, or set its password.
                repeat { try? await engine.serveBackEnds() } while (try? await Task.sleep(for: .seconds(1))) != nil
                group.cancelAll()
            }
        }
    }
}
