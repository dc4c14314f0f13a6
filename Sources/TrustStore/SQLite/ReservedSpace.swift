// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Space on the disk that nobody uses until there is no other: a file that is cut back, piece by piece, when a cut or
/// hold finds the disk full, and is filled again when there is room.
final class ReservedSpace: Sendable {
    /// How much is kept: some two hundred cuts, each with its reason.
    static let bytes = 8 << 20
    /// How much is given back at once: one commit of a cut with room to spare.
    private static let piece = 256 << 10
    private static let block = 64 << 10

    private let path: String
    private let state = Mutex(ReserveState.notKept)

    init(directory: String) { path = directory + "/reserve" }

    /// Where it stands.
    var current: ReserveState { state.withLock { $0 } }

    /// Fills what is missing; says whether it is whole now.
    func keep() -> Bool {
        state.withLock { state in
            if state == .whole { return true }
            state = fill() ? .whole : .short
            return state == .whole
        }
    }

    /// Gives back a piece; false when nothing is left.
    func release() -> Bool {
        state.withLock { state in
            guard state != .notKept else { return false }
            state = .short
            let file = open(path, O_RDWR | O_CLOEXEC)
            guard file >= 0 else { return false }
            defer { close(file) }
            var status = stat()
            guard fstat(file, &status) == 0, status.st_size > 0 else { return false }
            return ftruncate(file, max(0, status.st_size - off_t(Self.piece))) == 0
        }
    }

    private func fill() -> Bool {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { return false }
        if status.st_size >= off_t(Self.bytes) { return true }
        // Random, so that no file system stores it as nothing.
        var generator = SystemRandomNumberGenerator()
        let words = (0..<Self.block / 8).map { _ in generator.next() }
        var size = status.st_size
        while size < off_t(Self.bytes) {
            let length = min(Self.block, Self.bytes - Int(size))
            let count = words.withUnsafeBytes { pwrite(file, $0.baseAddress, length, size) }
            guard count > 0 else { return false }
            size += off_t(count)
        }
        return fsync(file) == 0
    }
}
