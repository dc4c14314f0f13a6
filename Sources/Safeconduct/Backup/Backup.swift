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
    ///   - target: A directory that does not exist or is empty, apart from the data; it is there whole, or not at all.
    /// - Returns: What it consists of.
    /// - Throws: ``EngineError``, `StoreError`.
    public static func make(of directory: String, master: MasterKey, to target: String) throws -> BackupManifest {
        guard FileManager.default.fileExists(atPath: directory + "/control.db") else {
            throw EngineError(.configuration, "\(directory) is no data directory")
        }
        let target = Directory.resolved(target)
        try Directory.requireApart(target, directory, "the data directory")
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
            guard let file = try BackupFile(name, in: staging) else {
                throw EngineError(.configuration, "\(staging)/\(name) can't be read")
            }
            let (bytes, digest) = try file.measure()
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
