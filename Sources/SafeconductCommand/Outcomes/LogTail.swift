// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

// `stat` belongs to whichever of several C modules the compiler saw first: this one, or one that Foundation gives.
import CoreFoundation
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
    /// Whether this file may still be written to: not so when an earlier run ended in one that was renamed since.
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
        guard isQuiet || !isAtCurrent, let next = successor(of: own) else { return false }
        // Whatever was written between the last look and the renaming.
        if try fill() { return true }
        try begin(next)
        return true
    }

    /// The file to read after this one: the first that was written to after it, or the one at `path` when there is none
    /// between; nil while this one is still at `path`, or nothing is.
    ///
    /// More than one may have been renamed while nobody looked. Going by the time of the last write, the way leads
    /// forward only.
    private func successor(of own: Status) -> String? {
        let current = Self.status(path)
        if current?.inode == inode { return nil }
        var next = current.map { _ in path }
        var earliest = current?.modified
        for candidate in Self.renamed(path, numbered: true) {
            guard let status = Self.status(candidate), status.inode != inode, status.modified > own.modified,
                earliest.map({ status.modified < $0 }) ?? true
            else { continue }
            (next, earliest) = (candidate, status.modified)
        }
        return next
    }

    private func begin(_ file: String? = nil) throws(CommandFailure) {
        if descriptor >= 0 { close(descriptor) }
        descriptor = Foundation.open(file ?? path, O_RDONLY | O_CLOEXEC)
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
    ///
    /// - Parameter numbered: Only those where nothing but a number or a date follows. What else lies there, such as a
    ///   compressed log or the file with the place, is none to read.
    private static func renamed(_ path: String, numbered: Bool = false) -> [String] {
        let url = URL(fileURLWithPath: path)
        let folder = url.deletingLastPathComponent().path
        let name = url.lastPathComponent
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { other in
            guard other.hasPrefix(name + ".") || other.hasPrefix(name + "-") else { return false }
            let suffix = other.utf8.dropFirst(name.utf8.count + 1)
            return !numbered
                || suffix.contains { (0x30...0x39).contains($0) }
                    && suffix.allSatisfy { (0x30...0x39).contains($0) || "T.:_-".utf8.contains($0) }
        }.sorted().map { "\(folder)/\($0)" }
    }

    private static func head(_ descriptor: Int32, _ count: Int) -> LogPlace.Head? {
        guard (0...LogPlace.Head.maximumBytes).contains(count) else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        let read = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        return read == count ? LogPlace.Head(bytes) : nil
    }

    /// What is looked at of a file; the time is that of its last write, in nanoseconds.
    private typealias Status = (inode: UInt64, size: UInt64, modified: Int64)

    private static func status(_ descriptor: Int32) -> Status? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? read(status) : nil
    }

    private static func status(_ path: String) -> Status? {
        var status = stat()
        return stat(path, &status) == 0 ? read(status) : nil
    }

    private static func read(_ status: stat) -> Status {
        let (seconds, nanoseconds) = (Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec))
        return (
            UInt64(status.st_ino), UInt64(clamping: status.st_size),
            seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue &+ nanoseconds
        )
    }
}
