// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// The directory that holds the files of a store: the owner's alone, and so is every file in it.
enum DataDirectory {
    /// Makes the directory, or checks that an existing one is closed to others.
    ///
    /// An empty directory is closed on the way. One with contents that others can reach is refused instead: it may be
    /// somebody's home, and what lies in it may have been read or replaced already.
    static func prepare(_ path: String) throws(StoreError) {
        let files = FileManager.default
        do {
            guard files.fileExists(atPath: path) else {
                try files.createDirectory(
                    atPath: path,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700]
                )
                return
            }
            let mode = try files.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
            guard let mode = mode?.intValue, mode & 0o077 != 0 else { return }
            guard try files.contentsOfDirectory(atPath: path).isEmpty else {
                throw StoreError(
                    .unavailable,
                    "the data directory is open to other users; close it with chmod 0700"
                )
            }
            try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.unavailable, "the data directory cannot be made or read")
        }
    }

    /// The names of the database files in it.
    static func databases(in path: String) throws(StoreError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".db") }
        } catch {
            throw StoreError(.unavailable, "the data directory cannot be read")
        }
    }

    /// Makes an empty file with mode 0600 unless there is one: SQLite would give it whatever the umask leaves, and the
    /// files beside it take after it.
    ///
    /// A file that is there is never opened here. Closing it again would drop every POSIX lock that this process has on
    /// it, those of SQLite included, and another process could then take away the write-ahead log in use.
    static func touch(_ path: String) throws(StoreError) {
        // One at a time, so that nobody uses the new file before it is closed.
        try making.withLock { _ throws(StoreError) in
            let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            if descriptor >= 0 {
                close(descriptor)
                // A new name is there after a power failure only when its directory was synced.
                try sync((path as NSString).deletingLastPathComponent)
            } else if errno != EEXIST {
                throw StoreError(errno == ENOSPC ? .full : .unavailable, "a database file cannot be made")
            }
        }
        var status = stat()
        guard stat(path, &status) == 0 else { throw StoreError(.unavailable, "a database file cannot be examined") }
        // SQLite would wait for whoever writes to a pipe.
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StoreError(.corrupt, "a database in the data directory is no regular file")
        }
        // SQLite takes what is shorter than its smallest page for an empty database and would begin anew.
        guard status.st_size == 0 || status.st_size >= 512 else {
            throw StoreError(.corrupt, "a database file is cut short")
        }
    }

    /// Puts the names in a directory on the disk, or with other `flags` a file's contents.
    static func sync(_ path: String, flags: Int32 = O_DIRECTORY) throws(StoreError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | flags)
        guard descriptor >= 0 else {
            throw StoreError(.unavailable, "the data directory or a file in it cannot be opened")
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw StoreError(.unavailable, "the data directory or a file in it cannot be synced")
        }
    }

    private static let making = Mutex(())
}
