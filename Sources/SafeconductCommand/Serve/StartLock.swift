// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Lets one node at a time start on a data directory: two that start for the first time would each make what there may
/// be one of.
enum StartLock {
    /// Runs `body` once no other node is starting.
    static func holding<Result: Sendable>(
        directory: String,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let path = "\(directory)/start.lock"
        let descriptor = try FileLock.open(path)
        defer { close(descriptor) }
        // Asked again and again rather than waited for: a waiting thread of the pool is one that nobody else has.
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw CommandFailure(.error, "\(path): cannot be locked: \(String(cString: strerror(errno)))")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return try await body()
    }
}
