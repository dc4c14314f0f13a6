// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Files of a person that are written anew.
enum ReplacedFile {
    /// Writes `bytes` in place of what the file holds, whole or not at all; its mode stays, and a link stays a link.
    ///
    /// - Throws: ``CommandFailure`` naming the file when it is no ordinary file or can't be written; it is as it was then.
    static func replace(_ path: String, _ bytes: [UInt8]) throws(CommandFailure) {
        guard let resolved = realpath(path, nil) else { throw failure(path) }
        defer { free(resolved) }
        let place = String(cString: resolved)
        var status = stat()
        guard stat(place, &status) == 0 else { throw failure(path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw CommandFailure(.error, "\(path) is no ordinary file") }
        // What may not be written is not replaced either, though its directory would let it.
        guard access(place, W_OK) == 0 else { throw failure(path) }
        let temporary = "\(place).\(getpid()).new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(path) }
        // Whoever owns it keeps it, as far as that is ours to say.
        _ = fchown(file, status.st_uid, status.st_gid)
        let isWritten =
            Console.write(bytes, to: file) && fchmod(file, status.st_mode & 0o7777) == 0 && fsync(file) == 0
        let fault = failure(path)
        close(file)
        guard isWritten else {
            unlink(temporary)
            throw fault
        }
        guard rename(temporary, place) == 0 else {
            let fault = failure(path)
            unlink(temporary)
            throw fault
        }
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure(.error, "\(path): the file cannot be written: \(String(cString: strerror(errno)))")
    }
}
