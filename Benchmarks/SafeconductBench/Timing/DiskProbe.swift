// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How long this disk lets a commit wait. It bounds what can be durable: so many connections that each wait for an
/// answer get at most as many answers in that time, whatever the server does.
struct DiskProbe {
    private let path: String

    init(_ scratch: ScratchDirectory) { path = "\(scratch.path)/disk" }

    /// Nanoseconds that four kilobytes appended to a file take to be durable, on average over about `seconds`.
    func wait(seconds: Double) throws -> Double {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw BenchFailure("a file in the scratch directory can't be made") }
        defer { close(file) }
        let block = [UInt8](repeating: 1, count: 4096)
        return try Stopwatch.average(seconds: seconds) {
            guard write(file, block, block.count) == block.count, fdatasync(file) == 0 else {
                throw BenchFailure("a file in the scratch directory can't be written")
            }
            return 1
        }
    }
}
