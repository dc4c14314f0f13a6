// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Logging
import NIOCore
import Safeconduct
import Synchronization

/// One line for each answer, made of what the server itself named: never a header, a query or a path as sent.
public struct AccessLog: Sendable {
    /// Which answers are logged.
    public enum Mode: String, Sendable, CaseIterable {
        /// None.
        case off
        /// Those of status 400 and above.
        case failures
        /// All.
        case all
    }

    /// At most so many lines a second: strangers must not be able to fill a disk.
    private static let linesPerSecond = 100

    private struct Window: Sendable {
        var second: UInt64 = 0
        var lines = 0
        var suppressed = 0
    }

    private final class Throttle: Sendable {
        private let window = Mutex(Window())

        /// Nil when the line is one too many; else how many were left out since the last line.
        func admit() -> Int? {
            let second = NIODeadline.now().uptimeNanoseconds / 1_000_000_000
            return window.withLock { window in
                if window.second != second {
                    window.second = second
                    window.lines = 0
                }
                guard window.lines < linesPerSecond else {
                    window.suppressed += 1
                    return nil
                }
                window.lines += 1
                defer { window.suppressed = 0 }
                return window.suppressed
            }
        }
    }

    private let mode: Mode
    private let logger: Logger
    private let throttle = Throttle()

    /// A log that writes to `logger`.
    public init(_ mode: Mode, to logger: Logger) {
        self.mode = mode
        self.logger = logger
    }

    /// Notes one answer.
    ///
    /// - Parameter route: The route's name, whose template stands for the path.
    func answered(
        _ route: String,
        status: Int,
        requestID: String,
        caller: Caller,
        trace: RequestTrace?,
        nanoseconds: UInt64
    ) {
        guard mode == .all || (mode == .failures && status >= 400), let suppressed = throttle.admit() else { return }
        var metadata: Logger.Metadata = [
            "route": .string(route), "status": .stringConvertible(status), "request_id": .string(requestID),
            "microseconds": .stringConvertible(nanoseconds / 1000),
        ]
        if !caller.id.isEmpty { metadata["caller"] = .string(caller.id) }
        if let context = trace?.context {
            metadata["trace_id"] = .string(context.traceID)
            metadata["span_id"] = .string(context.spanID)
        }
        if suppressed > 0 { metadata["suppressed"] = .stringConvertible(suppressed) }
        logger.log(level: status >= 500 ? .error : .info, "answered", metadata: metadata)
    }
}
