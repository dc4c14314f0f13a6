// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import Foundation
internal import StrictJSON
internal import TransparencyLog
public import TrustModel
internal import TrustStore

/// Puts a backup back: checked first, moved into place last, and as a new generation of the log.
public struct Restore: Sendable {
    /// Where the backup lies.
    private let source: String
    private let master: MasterKey
    /// What the backup consists of, by its own account.
    public let manifest: BackupManifest
    private let signature: SignedNote

    /// What a restore came to.
    public struct Outcome: Sendable {
        /// The generation that it opened.
        public let generation: Int64
        /// The control log's origin from now on.
        public let origin: String
    }

    /// Reads the backup's manifest.
    ///
    /// - Parameters:
    ///   - source: The backup's directory.
    ///   - master: The master key of the directory that it was made of.
    public init(from source: String, master: MasterKey) throws {
        self.source = source
        self.master = master
        let bytes = try Self.read(BackupManifest.name, in: source, atMost: BackupManifest.limits.maximumBytes)
        let note = try Self.read(BackupManifest.signatureName, in: source, atMost: 64 << 10)
        manifest = try BackupManifest(bytes)
        do throws(TransparencyLogError) {
            signature = try SignedNote(parsing: note)
        } catch {
            throw EngineError(.corrupt, "the backup's signature is unreadable")
        }
        guard signature.text == BackupManifest.signedText(bytes) else {
            throw EngineError(.corrupt, "the backup's manifest is not the one that was signed")
        }
    }

    private static func read(_ name: String, in source: String, atMost maximum: Int) throws(EngineError) -> [UInt8] {
        guard let file = try BackupFile(name, in: source) else {
            throw EngineError(.configuration, "\(source) is no backup: it lacks its manifest")
        }
        return try file.bytes(atMost: maximum)
    }

    /// Checks the backup whole, without putting it anywhere: signature, files, every leaf, the state.
    public func verify() throws {
        try inStaging("\(NSTemporaryDirectory())safeconduct-restore-\(UUID().uuidString)") { staging in
            try fill(staging)
            try check(staging)
        }
    }

    /// Puts the backup into `directory` as a new generation, in which everything issued before is cut.
    ///
    /// - Parameters:
    ///   - directory: A directory that does not exist, or holds nothing but a master key and carried revocations, apart
    ///     from the backup.
    ///   - isThorough: Whether every leaf is checked before anything is moved.
    ///   - readClock: Reads the machine's clocks.
    public func run(
        into directory: String,
        isThorough: Bool,
        readClock: @escaping @Sendable () -> TrustClock.Reading = MachineClock.readMachine
    ) throws -> Outcome {
        let directory = Directory.resolved(directory)
        try Directory.requireApart(source, directory, "the data directory")
        try Directory.requireEmpty(directory) { name in
            name == "master.key" || name.hasPrefix(Engine.carriedPrefix)
        }
        return try inStaging("\(directory).restoring") { staging in
            try fill(staging)
            if isThorough { try check(staging) }
            let outcome = try open(staging, readClock)
            try Directory.move(staging, to: directory)
            return outcome
        }
    }

    private func inStaging<Result>(_ staging: String, _ body: (String) throws -> Result) throws -> Result {
        try Directory.make(staging)
        defer { try? FileManager.default.removeItem(atPath: staging) }
        return try body(staging)
    }

    /// Copies the backup's files and compares them with the manifest, and that with its signature.
    private func fill(_ staging: String) throws {
        var names: Set<String> = []
        for file in manifest.files {
            // A name is never a way out of the directory.
            guard Self.isKnown(file.name), names.insert(file.name).inserted else {
                throw EngineError(.corrupt, "the backup lists a file that no backup has")
            }
            guard let stored = try BackupFile(file.name, in: source) else {
                throw EngineError(.corrupt, "the backup's file '\(file.name)' is missing")
            }
            // What was copied is measured, not what was there a moment before; of another size nothing is copied.
            guard stored.size == file.bytes,
                try stored.copy(to: "\(staging)/\(file.name)") == (file.bytes, file.digest)
            else {
                throw EngineError(.corrupt, "the backup's file '\(file.name)' is not the one that was signed")
            }
        }
        try PrivateFile.sync(directoryOf: "\(staging)/.")
        guard names.contains("control.db"), names.contains("sealed.db") else {
            throw EngineError(.corrupt, "the backup lacks its control log or its secrets")
        }
        let store = try SQLiteStore(directory: staging)
        defer { store.close() }
        let key = try Backup.signer(Sealer(store: store.sealed, master: master)).verifierKey
        guard case .verified = try NoteVerifier([key]).verify(signature) else {
            throw EngineError(.corrupt, "the backup was not signed with the control log's key")
        }
    }

    private static func isKnown(_ name: String) -> Bool {
        guard name.hasSuffix(".db") else { return false }
        let stem = String(name.dropLast(3))
        return stem == "sealed" || LogName(stem) != nil
    }

    private func check(_ staging: String) throws {
        let check = try DirectoryCheck(directory: staging)
        guard check.isClean else {
            let fault = (check.faults + check.logs.flatMap(\.faults)).first ?? ""
            throw EngineError(.corrupt, "the backup's logs do not fit together: \(fault)")
        }
        guard check.state.rev == manifest.rev, check.state.digest.description == manifest.stateDigest else {
            throw EngineError(.corrupt, "the backup's log folds to another state than its manifest says")
        }
    }

    /// Opens the next generation: another origin and key, the last known checkpoint, and a cut of everything.
    private func open(
        _ staging: String,
        _ readClock: @escaping @Sendable () -> TrustClock.Reading
    ) throws -> Outcome {
        let (state, head, origins) = try read(staging)
        let store = try SQLiteStore(directory: staging)
        defer { store.close() }
        let sealer = Sealer(store: store.sealed, master: master)
        let old = try Backup.signer(sealer)
        let generation = origins.generation + 1
        guard generation < 255 else { throw EngineError(.configuration, "a log has at most 254 generations") }
        let origin = String(
            decoding: try sealer.secret(LogOrigins.secret(generation)) { Array(origins.next().utf8) },
            as: UTF8.self
        )
        let new = try Engine.signer(LogOrigins.key(generation), name: origin, sealer)
        try store.renewControl(from: old.verifierKey, to: new)
        let clock = MachineClock(head: state.time, read: readClock)
        let now = clock.now(head: state.time)
        guard let node = state.nodes.sorted.first?.object.id else {
            throw EngineError(.corrupt, "the control log knows no node")
        }
        var generator = SystemRandomNumberGenerator()
        let opening = LogOpening(
            origin: origin,
            verifyingKey: new.verifierKey.description,
            generation: Int64(generation),
            previous: PreviousLog(origin: old.verifierKey.name.text, size: head.size, root: head.root.base64)
        )
        let cut = Cut(id: ObjectID(kind: .cut, at: now, using: &generator), scope: Scope(.all))
        let log = try store.log(.control, signer: new)
        try log.append { append in
            var next = state
            for body in [EntryBody.logOpen(opening), .cut(cut)] {
                for body in next.digestIsDue ? [.stateDigest(next.digest), body] : [body] {
                    let stored = Entry(time: now, by: node, body: body).stored()
                    try next.apply(Entry(stored: stored))
                    append.append(salt: LeafSalt.random(), body: stored)
                }
            }
        }
        return Outcome(generation: Int64(generation), origin: origin)
    }

    private func read(_ staging: String) throws -> (TrustState, LogHead, LogOrigins) {
        let store = try SQLiteStore(directory: staging)
        defer { store.close() }
        let sealer = Sealer(store: store.sealed, master: master)
        let log = try store.log(.control, signer: try Backup.signer(sealer))
        let (state, _) = try Engine.recover(store, log)
        guard state.size > 0 else { throw EngineError(.corrupt, "the backup's control log is empty") }
        return (state, try log.head(), try LogOrigins(sealer, configured: nil))
    }
}
