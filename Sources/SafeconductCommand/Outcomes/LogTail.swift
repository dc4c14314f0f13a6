// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The lines of a log file that grows, is renamed and begun anew, or is cut short, each with the place after it.
///
/// Only whole lines are given: the last one may be half written. Memory is bounded by the longest line.
final class LogTail {
    /// What comes next.
    enum Next: Equatable {
        /// A line without its end.
        case line([UInt8])
        /// A line that was longer than allowed, and skipped.
        case tooLong
        /// Nothing yet.
        case end
    }

    static let maximumLine = 64 * 1024
    private static let chunk = 64 * 1024

    private let path: String
    private var descriptor: Int32 = -1
    private var inode: UInt64 = 0
    /// Where `buffer` begins.
    private var offset: UInt64 = 0
    private var buffer: [UInt8] = []
    /// The part of `buffer` that was given already.
    private var given = 0
    private var isSkipping = false
    /// Files to read after this one, when an earlier run ended in one that was renamed since.
    private var isAtCurrent = false

    /// The lines of the file at `path`, from `place` on if that is in this file or in one it was renamed to.
    ///
    /// - Throws: ``CommandFailure`` when the file cannot be read. That it is not there yet is no failure.
    init(_ path: String, from place: LogPlace?) throws(CommandFailure) {
        self.path = path
        if let place {
            for candidate in [path] + Self.renamed(path) where try open(candidate, at: place) {
                isAtCurrent = candidate == path
                return
            }
        }
        try begin()
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The place after the last line given; nil while there is no file.
    var place: LogPlace? {
        guard descriptor >= 0 else { return nil }
        let next = offset + UInt64(given)
        let count = Int(min(next, UInt64(LogPlace.Head.maximumBytes)))
        return Self.head(descriptor, count).map { LogPlace(inode: inode, offset: next, head: $0) }
    }

    /// The next line.
    func next() throws(CommandFailure) -> Next {
        while true {
            if let end = buffer[given...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(buffer[given..<end])
                given = end + 1
                if isSkipping || line.count > Self.maximumLine {
                    isSkipping = false
                    return .tooLong
                }
                return .line(line.last == UInt8(ascii: "\r") ? Array(line.dropLast()) : line)
            }
            if buffer.count - given > Self.maximumLine {
                // The rest of the line is skipped, and its beginning needs no room.
                isSkipping = true
                given = buffer.count
            }
            offset += UInt64(given)
            buffer.removeFirst(given)
            given = 0
            guard try fill() else { return .end }
        }
    }

    /// Goes on with the next file, if this one was renamed or cut short. Asked at the end of it.
    ///
    /// - Parameter isQuiet: Whether this file has not grown for a while. The program that writes it may go on for a
    ///   moment after it was renamed.
    /// - Returns: Whether there may be more lines now.
    func followRotation(isQuiet: Bool) throws(CommandFailure) -> Bool {
        guard descriptor >= 0 else {
            try begin()
            return descriptor >= 0
        }
        guard let own = Self.status(descriptor) else { return false }
        if own.size < offset + UInt64(buffer.count) {
            // Cut short where it stands, as `copytruncate` does.
            restart(at: 0)
            return true
        }
        guard isQuiet || !isAtCurrent, let current = Self.status(path), current.inode != inode else { return false }
        // Whatever was written between the last look and the renaming.
        if try fill() { return true }
        try begin()
        return true
    }

    private func begin() throws(CommandFailure) {
        if descriptor >= 0 { close(descriptor) }
        descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return }
            throw CommandFailure(.error, "\(path): the file cannot be read: \(String(cString: strerror(errno)))")
        }
        inode = Self.status(descriptor)?.inode ?? 0
        isAtCurrent = true
        restart(at: 0)
    }

    /// Opens a file if it is the one that `place` is in.
    private func open(_ candidate: String, at place: LogPlace) throws(CommandFailure) -> Bool {
        let descriptor = Foundation.open(candidate, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        guard let status = Self.status(descriptor), status.inode == place.inode, status.size >= place.offset,
            Self.head(descriptor, place.head.bytes) == place.head
        else {
            close(descriptor)
            return false
        }
        self.descriptor = descriptor
        inode = place.inode
        restart(at: place.offset)
        return true
    }

    private func restart(at offset: UInt64) {
        self.offset = offset
        buffer = []
        given = 0
        isSkipping = false
    }

    /// Reads what there is; false at the end.
    private func fill() throws(CommandFailure) -> Bool {
        guard descriptor >= 0 else { return false }
        var bytes = [UInt8](repeating: 0, count: Self.chunk)
        while true {
            let place = Int64(clamping: offset + UInt64(buffer.count))
            let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, off_t(place)) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw CommandFailure(.error, "\(path): the file cannot be read: \(String(cString: strerror(errno)))")
            }
            buffer += bytes[..<count]
            return count > 0
        }
    }

    /// The files beside `path` whose names begin with its own and a point or hyphen: what rotation makes of it.
    private static func renamed(_ path: String) -> [String] {
        let url = URL(fileURLWithPath: path)
        let folder = url.deletingLastPathComponent().path
        let name = url.lastPathComponent
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix(name + ".") || $0.hasPrefix(name + "-") }.sorted().map { "\(folder)/\($0)" }
    }

    private static func head(_ descriptor: Int32, _ count: Int) -> LogPlace.Head? {
        guard (0...LogPlace.Head.maximumBytes).contains(count) else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        let read = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        return read == count ? LogPlace.Head(bytes) : nil
    }

    private static func status(_ descriptor: Int32) -> (inode: UInt64, size: UInt64)? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        return (UInt64(status.st_ino), UInt64(clamping: status.st_size))
    }

    private static func status(_ path: String) -> (inode: UInt64, size: UInt64)? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return (UInt64(status.st_ino), UInt64(clamping: status.st_size))
    }
}
