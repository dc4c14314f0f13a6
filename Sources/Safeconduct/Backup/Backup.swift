// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import TransparencyLog
internal import TrustModel
internal import TrustStore

/// A copy of a data directory as it was at one moment, made beside a running server. It never holds the master key.
public enum Backup {
    /// Makes a backup.
    ///
    /// - Parameters:
    ///   - directory: The data directory.
    ///   - master: Its master key, which signs for the backup.
    ///   - target: A directory that does not exist or is empty; it is there whole, or not at all.
    /// - Returns: What it consists of.
    /// - Throws: ``EngineError``, `StoreError`.
    public static func make(of directory: String, master: MasterKey, to target: String) throws -> BackupManifest {
        guard FileManager.default.fileExists(atPath: directory + "/control.db") else {
            throw EngineError(.configuration, "\(directory) is no data directory")
        }
        try Directory.requireEmpty(target, but: { _ in false })
        let staging = "\(target).partial"
        try Directory.make(staging)
        do {
            let manifest = try fill(staging, from: directory, master)
            try Directory.move(staging, to: target)
            return manifest
        } catch {
            try? FileManager.default.removeItem(atPath: staging)
            throw error
        }
    }

    private static func fill(_ staging: String, from directory: String, _ master: MasterKey) throws -> BackupManifest {
        let store = try SQLiteStore(directory: directory)
        defer { store.close() }
        let names = try store.copy(to: staging)
        // What is copied is checked: a backup of a damaged log is none.
        let check = try DirectoryCheck(directory: staging)
        guard check.isClean, let opening = check.state.opening else {
            let fault = (check.faults + check.logs.flatMap(\.faults)).first ?? "it was never opened"
            throw EngineError(.corrupt, "the logs do not fit together: \(fault)")
        }
        let files = try names.sorted().map { name throws(EngineError) in
            let (bytes, digest) = try BackupManifest.measure("\(staging)/\(name)")
            return BackupManifest.File(name: name, bytes: bytes, digest: digest)
        }
        let stored = try StoredFiles(reading: staging)
        let checkpoints = try ([stored.control] + stored.evidence).map {
            String(decoding: try $0.head().head.checkpoint, as: UTF8.self)
        }
        let manifest = BackupManifest(
            madeAt: MachineClock.readMachine().wall,
            opening: opening,
            state: check.state,
            files: files,
            checkpoints: checkpoints
        )
        let bytes = manifest.serialized()
        let signer = try signer(Sealer(store: store.sealed, master: master))
        try PrivateFile.create("\(staging)/\(BackupManifest.name)", bytes)
        let note = try signer.sign(BackupManifest.signedText(bytes))
        try PrivateFile.create("\(staging)/\(BackupManifest.signatureName)", note.bytes)
        // Opening for the check left files beside the databases.
        for name in try FileManager.default.contentsOfDirectory(atPath: staging)
        where name.hasSuffix("-wal") || name.hasSuffix("-shm") {
            try FileManager.default.removeItem(atPath: "\(staging)/\(name)")
        }
        return manifest
    }

    /// The key that signs the control log now; unsealing it shows that the master key is the right one.
    static func signer(_ sealer: Sealer) throws -> NoteSigner {
        let origins = try LogOrigins(sealer, configured: nil)
        return try Engine.signer(LogOrigins.key(origins.generation), name: origins.control, sealer)
    }
}

/// Directories of backups and restores: whole or not there.
enum Directory {
    /// Throws unless there is nothing at `path`, or nothing but what `spared` says.
    static func requireEmpty(_ path: String, but spared: (String) -> Bool) throws(EngineError) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw EngineError(.configuration, "\(path) is no directory that can be read")
        }
        guard let name = names.sorted().first(where: { !spared($0) }) else { return }
        throw EngineError(.configuration, "\(path) is not empty: it holds '\(name)'")
    }

    /// Makes a directory of mode 0700 that is not there yet.
    static func make(_ path: String) throws(EngineError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw EngineError(
                .configuration,
                "\(path) can't be made; take away what an interrupted run left, and make its parent directory"
            )
        }
    }

    /// Moves what is in a directory to `target`, which is empty but for what stays there.
    static func move(_ staging: String, to target: String) throws(EngineError) {
        if !FileManager.default.fileExists(atPath: target) {
            guard rename(staging, target) == 0 else { throw EngineError(.configuration, "\(target) can't be made") }
            return try PrivateFile.sync(directoryOf: target)
        }
        chmod(target, 0o700)
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: staging) else {
            throw EngineError(.configuration, "\(staging) can't be read")
        }
        // The control log last: without it nothing starts from the rest.
        for name in names.sorted(by: { ($0 == "control.db" ? 1 : 0, $0) < ($1 == "control.db" ? 1 : 0, $1) }) {
            guard rename("\(staging)/\(name)", "\(target)/\(name)") == 0 else {
                throw EngineError(.configuration, "\(target)/\(name) can't be made")
            }
        }
        try PrivateFile.sync(directoryOf: target + "/.")
        rmdir(staging)
    }
}
