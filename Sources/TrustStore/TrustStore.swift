// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// Where logs and sealed secrets last. Every back end keeps the promises of this file and shows it by the same contract
/// suite.
///
/// All calls block the calling thread: their caller owns a thread for them, never one of Swift's cooperative pool.
public protocol TrustStore: Sendable {
    /// Its logs.
    associatedtype Log: StoredLog

    /// Opens the log of this name, making it when it does not exist.
    ///
    /// - Parameters:
    ///   - name: Which log.
    ///   - signer: Signs its checkpoints; the signer's name is the log's origin.
    /// - Throws: ``StoreError``; `.corrupt` when what is stored contradicts itself or was signed by another key.
    func log(_ name: LogName, signer: NoteSigner) throws(StoreError) -> Log

    /// The evidence logs there are, oldest first.
    func evidenceLogs() throws(StoreError) -> [LogName]

    /// The secrets, encrypted under keys that are not here.
    var sealed: any SealedStore { get }

    /// Where the space stands that is kept for cuts and holds; asked from memory.
    var reserve: ReserveState { get }

    /// Sets that space aside, or fills it again; says whether it is whole.
    func keepReserve() -> Bool

    /// Gives some of it back, for a write that found the disk full; false when nothing is left.
    func releaseReserve() -> Bool

    /// What may count once only, shared by all nodes.
    var replay: any ReplayStore { get }

    /// The credentials in other systems that are to be taken away again, shared by all nodes.
    var leases: any LeaseStore { get }

    /// Runs `body` while nobody else, at whichever node, runs anything in turn: for what one append to one log can't
    /// decide. A turn ends with the process that has it, however that ends, and what was written in it stays.
    ///
    /// `body` must take no turn itself: it would wait for itself.
    ///
    /// - Throws: ``StoreError`` with `.busy` when others keep theirs for too long; what `body` throws.
    func inTurn<Result>(_ body: () throws -> Result) throws -> Result

    /// Whether the control log that was opened is no longer the one that lies in its place; asked by a look at the disk.
    var isReplaced: Bool { get }

    /// Keeps a snapshot of the state at `size` entries, replacing older ones. `lines` come in order.
    func saveSnapshot(size: UInt64, _ write: (_ line: ([UInt8]) throws -> Void) throws -> Void) throws

    /// Gives the newest snapshot's lines in order; false when there is none.
    func readSnapshot(_ line: ([UInt8]) throws -> Void) throws -> Bool
}

/// A store that keeps no space aside.
extension TrustStore {
    /// It lies in no place where another could be put.
    public var isReplaced: Bool { false }

    /// Nobody asked for it.
    public var reserve: ReserveState { .notKept }

    /// There is none to keep.
    public func keepReserve() -> Bool { true }

    /// There is none to give back.
    public func releaseReserve() -> Bool { false }
}
