// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import Foundation

/// One file of a backup, opened for reading.
///
/// A backup may come from anywhere, so what its names lead to is looked at before anything is read: only a regular file
/// counts, no link is followed, and nothing is waited for.
struct BackupFile: ~Copyable {
    /// Its size when it was opened, in bytes.
    let size: Int64
    private let name: String
    private let descriptor: Int32

    /// Opens a file of the backup in `directory`.
    ///
    /// - Returns: Nil when there is none of this name.
    /// - Throws: ``EngineError`` with `.corrupt` when it is anything but a regular file that can be read.
    init?(_ name: String, in directory: String) throws(EngineError) {
        // Without O_NONBLOCK the opening of a pipe waits for whoever writes to it, for ever.
        let descriptor = open("\(directory)/\(name)", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT: return nil
            case ELOOP: throw Self.fault(name, "is a symbolic link; a backup holds the files themselves")
            case ENXIO, ENODEV: throw Self.fault(name, "is no regular file")
            default: throw Self.fault(name, "can't be read: \(String(cString: strerror(errno)))")
            }
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw Self.fault(name, "is no regular file")
        }
        self.name = name
        self.descriptor = descriptor
        size = Int64(status.st_size)
    }

    deinit { close(descriptor) }

    /// All of its bytes.
    ///
    /// - Throws: ``EngineError`` when there are more than `maximum`.
    func bytes(atMost maximum: Int) throws(EngineError) -> [UInt8] {
        var bytes: [UInt8] = []
        try each(atMost: Int64(maximum)) { bytes += $0 }
        return bytes
    }

    /// Its size and the SHA-256 of its bytes, 64 hexadecimal digits.
    func measure() throws(EngineError) -> (bytes: Int64, digest: String) {
        var (hash, count) = (SHA256(), Int64(0))
        try each(atMost: size) { piece in
            piece.withUnsafeBytes { hash.update(bufferPointer: $0) }
            count += Int64(piece.count)
        }
        return (count, BackupManifest.hex(hash.finalize()))
    }

    /// Copies it into a new file of mode 0600, on the disk when this returns, and measures what was written there.
    func copy(to path: String) throws(EngineError) -> (bytes: Int64, digest: String) {
        let target = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard target >= 0 else { throw Self.unwritten(path) }
        defer { close(target) }
        var (hash, count) = (SHA256(), Int64(0))
        try each(atMost: size) { piece throws(EngineError) in
            piece.withUnsafeBytes { hash.update(bufferPointer: $0) }
            count += Int64(piece.count)
            var rest = piece
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { write(target, $0.baseAddress, $0.count) }
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw Self.unwritten(path) }
                rest = rest.dropFirst(written)
            }
        }
        guard fsync(target) == 0 else { throw Self.unwritten(path) }
        return (count, BackupManifest.hex(hash.finalize()))
    }

    /// Reads it piece by piece; a file that grows meanwhile is read no further than `maximum`.
    private func each(
        atMost maximum: Int64,
        _ body: (ArraySlice<UInt8>) throws(EngineError) -> Void
    ) throws(EngineError) {
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        var total: Int64 = 0
        while true {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.fault(name, "can't be read: \(String(cString: strerror(errno)))") }
            guard count > 0 else { return }
            total += Int64(count)
            guard total <= maximum else { throw Self.fault(name, "has more bytes than it may have") }
            try body(chunk[..<count])
        }
    }

    private static func fault(_ name: String, _ what: String) -> EngineError {
        EngineError(.corrupt, "the backup's file '\(name)' \(what)")
    }

    private static func unwritten(_ path: String) -> EngineError {
        EngineError(.configuration, "\(path) can't be written: \(String(cString: strerror(errno)))")
    }
}
