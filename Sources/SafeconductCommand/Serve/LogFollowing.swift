// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Logging
import Safeconduct
import ServiceLifecycle

/// Follows what other nodes append to the control log, and says once why it can't go on, if it can't.
struct LogFollowing: Service {
    let engine: Engine
    let logger: Logger

    /// Runs until graceful shutdown.
    func run() async throws {
        let thread = engine.startFollowing()
        defer { thread.stop() }
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: .seconds(1))) != nil {
                guard let fault = engine.fault else { continue }
                logger.critical("this node answers nothing any more", metadata: ["reason": .string(fault.message)])
                try? await Task.sleep(for: .seconds(86_400))
            }
        }
    }
}
