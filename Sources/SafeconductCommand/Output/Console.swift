// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The two streams of a command: data on standard output, talk on standard error.
enum Console {
    /// Writes data.
    static func data(_ text: String) throws(CommandFailure) { try data(Array(text.utf8)) }

    /// Writes data, all of it, before this returns.
    static func data(_ bytes: [UInt8]) throws(CommandFailure) {
        guard write(bytes, to: STDOUT_FILENO) else {
            throw CommandFailure(.error, "standard output cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    /// Says a line to whoever watches. Nobody may be there to hear it, which is no failure.
    static func talk(_ line: String) { _ = write(Array((line + "\n").utf8), to: STDERR_FILENO) }

    /// Rewrites the last line of talk, for progress on a terminal.
    static func rewrite(_ line: String) { _ = write(Array("\r\u{1B}[2K\(line)".utf8), to: STDERR_FILENO) }

    /// Writes all of `bytes`, however many calls that takes.
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }

    /// Whether people watch a stream, and may be shown more than plain lines.
    static func isTerminal(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    /// Whether data may be coloured: a terminal, and no NO_COLOR (no-color.org: any value but the empty one).
    static func takesColour(noColour: Bool) -> Bool {
        !noColour && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty && isTerminal(STDOUT_FILENO)
    }
}
