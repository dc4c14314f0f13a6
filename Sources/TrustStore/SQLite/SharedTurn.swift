// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A turn that one of many processes has: a lock on a file, which the system takes back when its holder ends.
struct SharedTurn: Sendable {
    /// Shorter than a commit, so that whoever waits is there when a turn ends.
    private static let pause: UInt32 = 250

    private let path: String
    private let timeout: Duration

    /// - Parameter timeout: How long to wait for others before `.busy`.
    init(directory: String, timeout: Duration) {
        path = directory + "/turn.lock"
        self.timeout = timeout
    }

    /// Runs `body` while nobody else runs anything in turn.
    func take<Result>(_ body: () throws -> Result) throws -> Result {
        // Opened each time: a lock belongs to the opening, so the threads of one process keep each other out, too.
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw StoreError(errno == ENOSPC ? .full : .unavailable, "the file of turns cannot be opened")
        }
        defer { close(file) }
        let deadline = ContinuousClock.now + timeout
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw StoreError(.unavailable, "the file of turns cannot be locked")
            }
            guard ContinuousClock.now < deadline else {
                throw StoreError(.busy, "another process does not end its turn")
            }
            usleep(Self.pause)
        }
        return try body()
    }
}
