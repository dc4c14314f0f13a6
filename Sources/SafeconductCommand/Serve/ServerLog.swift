// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Logging

/// The server's own log, on standard error.
enum ServerLog {
    /// A logger of the given level and form.
    static func make(_ level: Logger.Level, _ format: LogFormat) -> Logger {
        var logger = Logger(label: "safeconduct") { label in
            switch format {
            case .text: StreamLogHandler.standardError(label: label)
            case .json: JSONLogHandler.standardError()
            }
        }
        logger.logLevel = level
        return logger
    }
}
