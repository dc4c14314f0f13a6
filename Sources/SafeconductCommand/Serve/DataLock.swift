// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Holds a data directory for one process; the system lets go of it when that ends, however it ends.
struct DataLock: Sendable {
    private let descriptor: Int32

    /// Takes the directory, making it when it does not exist.
    ///
    /// - Throws: ``CommandFailure`` when another process has it.
    init(directory: String) throws(CommandFailure) {
        try Self.prepare(directory)
        let path = "\(directory)/lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure(.error, "\(path): cannot be opened: \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder =
                (try? InputFile.bytes(path, maximumBytes: 64)).map { String(decoding: $0, as: UTF8.self) } ?? ""
            close(descriptor)
            let process = Int32(holder).map { " (process \($0))" } ?? ""
            throw CommandFailure(
                .conflict,
                "another Safeconduct\(process) uses the data directory \(directory)",
                hints: ["Stop it, or give this one a directory of its own with --data."]
            )
        }
        ftruncate(descriptor, 0)
        _ = Console.write(Array(String(getpid()).utf8), to: descriptor)
    }

    /// Lets go of the directory. The file stays: taking it away would race with whoever opens it next.
    func release() { close(descriptor) }

    /// An empty directory is closed to others before the lock's file makes it one with contents.
    private static func prepare(_ directory: String) throws(CommandFailure) {
        let files = FileManager.default
        do {
            if !files.fileExists(atPath: directory) {
                try files.createDirectory(
                    atPath: directory,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700]
                )
            } else if try files.contentsOfDirectory(atPath: directory).isEmpty {
                try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory)
            }
        } catch {
            throw CommandFailure(.error, "\(directory): the data directory cannot be made or read")
        }
    }
}
