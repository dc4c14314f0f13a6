// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Logging

/// The server's own log, on standard error.
enum ServerLog {
    /// A logger of the given level.
    static func make(_ level: Logger.Level) -> Logger {
        var logger = Logger(label: "safeconduct") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        return logger
    }
}
