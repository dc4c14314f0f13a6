// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
public import TransparencyLog

/// The store of one machine: SQLite files in one directory that belongs to the process's user alone.
///
/// | file | holds |
/// | --- | --- |
/// | `control.db` | the control log, and snapshots of the state |
/// | `evidence-<node>-<yyyymm>.db` | the decisions of one node in one month |
/// | `sealed.db` | secrets, encrypted under keys that are elsewhere |
/// | `reserve` | nothing: room for cuts and holds on a full disk |
/// | `leases.db` | credentials in other systems that are to be taken away again |
/// | `replay.db` | what counts once and was spent, for as long as it could count again |
/// | `turn.lock` | nothing: who has it locked has the turn |
///
/// Several processes may use one directory at the same time.
public final class SQLiteStore: TrustStore {
    private let directory: String
    private let busyTimeout: Duration
    private let secrets: SQLiteSealedStore
    private let space: ReservedSpace
    /// The control log's file as it was when it was opened.
    private let identity: FileIdentity?
    private let spent: SQLiteReplayStore
    private let brokered: SQLiteLeaseStore
    private let turn: SharedTurn
    let control: SQLiteFile
    private let logs = Mutex<[LogName: SQLiteLog]>([:])

    /// Opens the store in `directory`, making what is missing.
    ///
    /// - Parameters:
    ///   - directory: A path. When it does not exist it is made with mode 0700; when others can reach what is in it, it
    ///     is refused.
    ///   - busyTimeout: How long to wait for another process before `.busy`.
    /// - Throws: ``StoreError``.
    public init(directory: String, busyTimeout: Duration = .seconds(10)) throws(StoreError) {
        try DataDirectory.prepare(directory)
        self.directory = directory
        self.busyTimeout = busyTimeout
        space = ReservedSpace(directory: directory)
        turn = SharedTurn(directory: directory, timeout: busyTimeout)
        control = try SQLiteFile(
            path: directory + "/control.db",
            schema: .control,
            erasure: .fast,
            busyTimeout: busyTimeout
        )
        identity = FileIdentity(directory + "/control.db")
        secrets = SQLiteSealedStore(
            file: try SQLiteFile(
                path: directory + "/sealed.db",
                schema: .sealed,
                erasure: .complete,
                busyTimeout: busyTimeout
            )
        )
        spent = SQLiteReplayStore(
            file: try SQLiteFile(
                path: directory + "/replay.db",
                schema: .replay,
                erasure: .fast,
                busyTimeout: busyTimeout
            )
        )
        brokered = SQLiteLeaseStore(
            file: try SQLiteFile(
                path: directory + "/leases.db",
                schema: .leases,
                erasure: .fast,
                busyTimeout: busyTimeout
            )
        )
    }

    /// What may count once only.
    public var replay: any ReplayStore { spent }

    /// The credentials in other systems that are to be taken away again.
    public var leases: any LeaseStore { brokered }

    /// Runs `body` while nobody else, at whichever node, runs anything in turn.
    public func inTurn<Result>(_ body: () throws -> Result) throws -> Result { try turn.take(body) }

    /// The secrets, encrypted under keys that are not here.
    public var sealed: any SealedStore { secrets }

    /// Whether another file, or none, lies where the control log was opened.
    public var isReplaced: Bool { FileIdentity(directory + "/control.db") != identity }

    /// Where the space stands that is kept for cuts and holds.
    public var reserve: ReserveState { space.current }

    /// Sets that space aside in the file `reserve`, or fills it again; says whether it is whole.
    public func keepReserve() -> Bool { space.keep() }

    /// Gives some of it back; false when nothing is left.
    public func releaseReserve() -> Bool { space.release() }

    /// Opens the log of this name, making it when it does not exist. Within one store there is one of each name.
    public func log(_ name: LogName, signer: NoteSigner) throws(StoreError) -> SQLiteLog {
        try control.requireOpen()
        return try logs.withLock { logs throws(StoreError) in
            if let log = logs[name] {
                guard log.verifierKey == signer.verifierKey else { throw SQLiteLog.signedByAnother }
                return log
            }
            let log = try SQLiteLog(name: name, file: file(of: name), signer: signer)
            logs[name] = log
            return log
        }
    }

    var secretsFile: SQLiteFile { secrets.file }

    func file(of name: LogName) throws(StoreError) -> SQLiteFile {
        if name == .control { return control }
        return try SQLiteFile(
            path: "\(directory)/\(name).db",
            schema: .evidence,
            erasure: .fast,
            busyTimeout: busyTimeout
        )
    }

    /// The evidence logs there are, oldest first; those of one month by their node.
    public func evidenceLogs() throws(StoreError) -> [LogName] {
        let found = try DataDirectory.databases(in: directory).compactMap { file -> (month: Int, node: UInt16)? in
            guard case .evidence(let node, let month) = LogName(String(file.dropLast(3))) else { return nil }
            return (month, node)
        }
        return found.sorted { ($0.month, $0.node) < ($1.month, $1.node) }
            .map { .evidence(node: $0.node, month: $0.month) }
    }

    /// Closes every file once those at work with it have finished. Nothing is lost without: it only spares the next
    /// start the work of reading the write-ahead logs. Later calls throw `.unavailable`.
    public func close() {
        let logs = logs.withLock { Array($0.values) }
        for log in logs where log.name != .control {
            log.file.close()
        }
        secrets.close()
        spent.close()
        brokered.close()
        control.close()
    }
}
