// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Files that a person named.
enum InputFile {
    /// The bytes of the file at `path`, or of standard input for `-`.
    ///
    /// - Throws: ``CommandFailure`` naming the file when it cannot be read or is larger than `maximumBytes`.
    static func bytes(_ path: String, maximumBytes: Int) throws(CommandFailure) -> [UInt8] {
        if path == "-" { return try bytes(STDIN_FILENO, "standard input", maximumBytes) }
        // A pipe opens at once this way, whether or not anybody writes to it.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unreadable(path) }
        if status.st_mode & S_IFMT == S_IFIFO { try awaitText(from: descriptor, path) }
        guard fcntl(descriptor, F_SETFL, 0) == 0 else { throw unreadable(path) }
        return try bytes(descriptor, path, maximumBytes)
    }

    /// Whether `path` is a directory.
    static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }

    /// Whether there is anything at `path`.
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// The files of a directory with one of the given endings, by the order of their names' bytes, hidden ones left out.
    ///
    /// - Throws: ``CommandFailure`` when one of them is no regular file, nor a link to one: what is called a policy and can't be
    ///   read as one is not passed over in silence.
    static func names(in directory: String, endings: [String]) throws(CommandFailure) -> [String] {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: directory) } catch {
            throw CommandFailure(.error, "\(directory): the directory cannot be read")
        }
        let files = names.filter { name in !name.hasPrefix(".") && endings.contains { name.hasSuffix($0) } }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for name in files {
            var status = stat()
            let path = "\(directory)/\(name)"
            guard stat(path, &status) == 0 else { throw unreadable(path) }
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw CommandFailure(.error, Printable.text("\(path): of a directory only regular files are read"))
            }
        }
        return files
    }

    /// Waits until there is something to read from a pipe, or all who wrote to it are gone.
    private static func awaitText(from descriptor: Int32, _ path: String) throws(CommandFailure) {
        var pipe = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            let ready = poll(&pipe, 1, patience)
            if ready < 0, errno == EINTR { continue }
            guard ready >= 0 else { throw unreadable(path) }
            if ready > 0 { return }
            throw CommandFailure(.error, "\(path): nobody writes to this pipe")
        }
    }

    /// How long somebody may take who is about to write, in milliseconds.
    private static let patience: Int32 = 60_000

    private static func bytes(_ descriptor: Int32, _ path: String, _ maximum: Int) throws(CommandFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= maximum else {
                throw CommandFailure(.error, "\(path): the file has more than \(maximum >> 20) MiB")
            }
        }
    }

    private static func unreadable(_ path: String) -> CommandFailure {
        CommandFailure(.error, "\(path): the file cannot be read: \(String(cString: strerror(errno)))")
    }
}
