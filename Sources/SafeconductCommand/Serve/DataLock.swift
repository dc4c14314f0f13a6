// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Holds one node's place in a data directory for one process; the system lets go of it when that ends, however it ends.
struct DataLock: Sendable {
    private let descriptor: Int32
    private let directory: Int32

    /// Takes the place of a node, making the directory when it does not exist.
    ///
    /// - Throws: ``CommandFailure`` when another process has it.
    init(directory: String, node: UInt16) throws(CommandFailure) {
        try Self.prepare(directory)
        // Releases that knew no nodes lock this file for themselves alone.
        self.directory = try Self.take("\(directory)/lock", LOCK_SH, for: directory)
        do throws(CommandFailure) {
            descriptor = try Self.take("\(directory)/node-\(node).lock", LOCK_EX, for: directory, node)
        } catch {
            close(self.directory)
            throw error
        }
        ftruncate(descriptor, 0)
        _ = Console.write(Array(String(getpid()).utf8), to: descriptor)
    }

    /// Takes the whole directory: for what must not happen beside any running node.
    ///
    /// - Throws: ``CommandFailure`` when some process has a place in it.
    init(alone directory: String) throws(CommandFailure) {
        try Self.prepare(directory)
        let path = "\(directory)/lock"
        descriptor = try FileLock.open(path)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw CommandFailure(
                .conflict,
                "a running Safeconduct uses the data directory \(directory)",
                hints: ["Stop every node of it first."]
            )
        }
        self.directory = dup(descriptor)
    }

    /// Lets go of it. The files stay: taking them away would race with whoever opens them next.
    func release() {
        close(descriptor)
        close(directory)
    }

    private static func take(
        _ path: String,
        _ kind: Int32,
        for directory: String,
        _ node: UInt16? = nil
    ) throws(CommandFailure) -> Int32 {
        let descriptor = try FileLock.open(path)
        if flock(descriptor, kind | LOCK_NB) == 0 { return descriptor }
        close(descriptor)
        let holder = (try? InputFile.bytes(path, maximumBytes: 64)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let process = Int32(holder).map { " (process \($0))" } ?? ""
        let place = node.map { "is node \($0) of" } ?? "of an older release uses"
        throw CommandFailure(
            .conflict,
            "another Safeconduct\(process) \(place) the data directory \(directory)",
            hints: ["Stop it, or start this one as another node with --node, or on a directory of its own with --data."]
        )
    }

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

/// Files that exist to be locked.
enum FileLock {
    /// Opens the file, making it when it does not exist.
    static func open(_ path: String) throws(CommandFailure) -> Int32 {
        let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure(.error, "\(path): cannot be opened: \(String(cString: strerror(errno)))")
        }
        return descriptor
    }
}
