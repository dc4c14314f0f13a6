// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Certificates and keys on disk: read as given, written whole or not at all and for their owner alone.
enum TLSFile {
    /// Why a file could not be read or written.
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ what: String, _ path: String, _ number: Int32) {
            let reason = String(cString: strerror(number))
            description = "cannot \(what) \(path): \(reason)"
        }
    }

    /// The largest file read.
    private static let maximumBytes = 16 << 20

    /// The bytes of the file at `path`; nil when there is none.
    static func read(_ path: String) throws(Failure) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw Failure("read", path, errno)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = Self.read(descriptor, &chunk)
            if count == 0 { return bytes }
            guard count > 0 else { throw Failure("read", path, errno) }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= maximumBytes else { throw Failure("read", path, EFBIG) }
        }
    }

    /// Replaces the file at `path`, readable and writable by its owner alone from its first moment.
    static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
        let temporary = "\(path).\(getpid()).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure("write", temporary, errno) }
        var written = 0
        var failure: Int32?
        while written < bytes.count, failure == nil {
            let count = write(descriptor, bytes, from: written)
            if count < 0 { failure = errno } else { written += count }
        }
        if failure == nil, fsync(descriptor) != 0 { failure = errno }
        close(descriptor)
        if failure == nil, rename(temporary, path) != 0 { failure = errno }
        if let failure {
            unlink(temporary)
            throw Failure("write", path, failure)
        }
    }

    /// Makes a directory for its owner alone, unless there is one.
    static func makeDirectory(_ path: String) throws(Failure) {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        throw Failure("make the directory", path, errno)
    }

    private static func read(_ descriptor: Int32, _ chunk: inout [UInt8]) -> Int {
        chunk.withUnsafeMutableBytes { buffer in
            #if canImport(Glibc)
            Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            #else
            Darwin.read(descriptor, buffer.baseAddress, buffer.count)
            #endif
        }
    }

    private static func write(_ descriptor: Int32, _ bytes: [UInt8], from start: Int) -> Int {
        bytes[start...].withUnsafeBytes { buffer in
            #if canImport(Glibc)
            Glibc.write(descriptor, buffer.baseAddress, buffer.count)
            #else
            Darwin.write(descriptor, buffer.baseAddress, buffer.count)
            #endif
        }
    }
}
