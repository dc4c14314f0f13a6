// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The lines of a stream, as they come.
struct LineReader: ~Copyable {
    /// What a line is.
    enum Line: Equatable {
        /// Its bytes without the end (LF, or CR LF).
        case bytes([UInt8])
        /// It was longer than allowed and was skipped.
        case tooLong
    }

    private let descriptor: Int32
    private let maximumBytes: Int
    private var chunk: [UInt8]
    private var unread: Range<Int> = 0..<0

    /// Reads lines of at most `maximumBytes` from a file descriptor, which stays the caller's.
    init(_ descriptor: Int32, maximumBytes: Int = 1 << 20) {
        self.descriptor = descriptor
        self.maximumBytes = maximumBytes
        chunk = [UInt8](repeating: 0, count: 64 * 1024)
    }

    /// The next line; nil at the end. A last line needs no end; no bytes after the last end are no line.
    mutating func next() throws(CommandFailure) -> Line? {
        var line: [UInt8] = []
        var isTooLong = false
        while true {
            if unread.isEmpty {
                guard try fill() else {
                    if isTooLong { return .tooLong }
                    return line.isEmpty ? nil : finish(line)
                }
            }
            let end = chunk[unread].firstIndex(of: UInt8(ascii: "\n"))
            let part = unread.lowerBound..<(end ?? unread.upperBound)
            // One more byte than allowed may be the CR of the line's end.
            if isTooLong || line.count + part.count > maximumBytes + 1 {
                isTooLong = true
                line = []
            } else {
                line += chunk[part]
            }
            unread = (end.map { $0 + 1 } ?? unread.upperBound)..<unread.upperBound
            if end != nil { return isTooLong ? .tooLong : finish(line) }
        }
    }

    private func finish(_ line: [UInt8]) -> Line {
        let bytes = line.last == UInt8(ascii: "\r") ? Array(line.dropLast()) : line
        return bytes.count > maximumBytes ? .tooLong : .bytes(bytes)
    }

    /// Reads what there is; false at the end.
    private mutating func fill() throws(CommandFailure) -> Bool {
        while true {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw CommandFailure(.error, "the input cannot be read: \(String(cString: strerror(errno)))")
            }
            unread = 0..<count
            return count > 0
        }
    }
}
