// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import Foundation

/// The key under which every other secret of a data directory lies. It never leaves memory but to its own file.
public struct MasterKey: Sendable {
    let key: SymmetricKey

    /// Reads the key's file, making it when there is none: 32 random bytes, mode 0600.
    ///
    /// - Throws: ``EngineError`` when the file can't be read, is no key, or is readable by others.
    public init(file path: String) throws(EngineError) {
        if let bytes = try PrivateFile.read(path) {
            try self.init(bytes, path)
        } else {
            let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
            try PrivateFile.create(path, bytes)
            try self.init(bytes, path)
        }
    }

    /// Reads the key's file, which has to be there.
    public init(existing path: String) throws(EngineError) {
        guard let bytes = try PrivateFile.read(path) else {
            throw EngineError(.configuration, "\(path) is not there; the master key of the data is needed")
        }
        try self.init(bytes, path)
    }

    private init(_ bytes: [UInt8], _ path: String) throws(EngineError) {
        guard bytes.count == 32 else {
            throw EngineError(.configuration, "\(path) is no master key: 32 bytes are expected")
        }
        key = SymmetricKey(data: bytes)
    }

    /// The purpose-bound key that follows from it.
    func derived(for purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key,
            info: Array("safeconduct.dev/\(purpose)".utf8),
            outputByteCount: 32
        )
    }
}

/// Files that only their owner may read.
public enum PrivateFile {
    /// The file's bytes; nil when there is none.
    ///
    /// - Throws: ``EngineError`` when it can't be read, or when group or others may.
    public static func read(_ path: String) throws(EngineError) -> [UInt8]? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw EngineError(.configuration, "\(path) can't be read: \(String(cString: strerror(errno)))")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw EngineError(.configuration, "\(path) may be read by others; make its mode 0600")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw EngineError(.configuration, "\(path) can't be read")
        }
        return Array(data)
    }

    /// Writes a new file of mode 0600, on disk when this returns.
    ///
    /// - Throws: ``EngineError`` when it exists or can't be written.
    public static func create(_ path: String, _ bytes: [UInt8]) throws(EngineError) {
        try write(path, bytes, flags: O_CREAT | O_EXCL)
        try syncDirectory(of: path)
    }

    /// Writes a file of mode 0600 in place of what is there, whole or not at all.
    public static func replace(_ path: String, _ bytes: [UInt8]) throws(EngineError) {
        let temporary = "\(path).\(getpid()).new"
        unlink(temporary)
        try write(temporary, bytes, flags: O_CREAT | O_EXCL)
        guard rename(temporary, path) == 0 else { throw failure(path) }
        try syncDirectory(of: path)
    }

    /// Puts the names beside a path on the disk.
    static func sync(directoryOf path: String) throws(EngineError) { try syncDirectory(of: path) }

    /// Takes a file away for good.
    static func remove(_ path: String) throws(EngineError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure(path) }
        try syncDirectory(of: path)
    }

    /// A new name is on disk only when its directory is: a master key lost with the power would take every secret along.
    private static func syncDirectory(of path: String) throws(EngineError) {
        let directory = open((path as NSString).deletingLastPathComponent + "/.", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw failure(path) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw failure(path) }
    }

    private static func write(_ path: String, _ bytes: [UInt8], flags: Int32) throws(EngineError) {
        let file = open(path, O_WRONLY | O_CLOEXEC | flags, 0o600)
        guard file >= 0 else { throw failure(path) }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw failure(path) }
            written += count
        }
        guard fsync(file) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> EngineError {
        EngineError(.configuration, "\(path) can't be written: \(String(cString: strerror(errno)))")
    }
}
