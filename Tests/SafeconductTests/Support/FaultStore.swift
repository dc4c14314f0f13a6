// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TransparencyLog
import TrustStore

/// A real store whose evidence or secrets fail when a test says so.
struct FaultStore: TrustStore {
    /// What fails now, and what happens just before the next evidence is written.
    final class Faults: Sendable {
        let evidence = Mutex(false)
        let secrets = Mutex(false)
        /// How many pieces of the reserve have to be given back until a control entry finds room.
        let controlFull = Mutex(0)
        let beforeEvidence = Mutex<(@Sendable () -> Void)?>(nil)
        let insertions = Mutex(0)
        /// What the control log's head looks like to whoever reads it.
        let head = Mutex<(@Sendable (LogHead) throws(StoreError) -> LogHead)?>(nil)
        /// How often it was read.
        let headsRead = Mutex(0)
    }

    struct Log: StoredLog {
        let inner: SQLiteLog
        let faults: Faults

        var name: LogName { inner.name }

        func append<Result>(_ body: (inout LogAppend) throws -> Result) throws -> Result {
            if name != .control {
                let work = faults.beforeEvidence.withLock { work in
                    defer { work = nil }
                    return work
                }
                work?()
                if faults.evidence.withLock({ $0 }) { throw StoreError(.full, "as the test says") }
            }
            if name == .control, faults.controlFull.withLock({ $0 }) > 0 { throw StoreError(.full, "as the test says") }
            return try inner.append(body)
        }

        func head() throws(StoreError) -> LogHead {
            let head = try inner.head()
            guard name == .control else { return head }
            faults.headsRead.withLock { $0 += 1 }
            guard let change = faults.head.withLock({ $0 }) else { return head }
            return try change(head)
        }
        func leaves(_ range: Range<UInt64>) throws(StoreError) -> [StoredLeaf] { try inner.leaves(range) }
        func tile(level: Int, index: UInt64, width: Int) throws(StoreError) -> [UInt8]? {
            try inner.tile(level: level, index: index, width: width)
        }
        func bundle(index: UInt64, width: Int) throws(StoreError) -> [UInt8]? {
            try inner.bundle(index: index, width: width)
        }
        func inclusionProof(index: UInt64, size: UInt64) throws(StoreError) -> [Hash32] {
            try inner.inclusionProof(index: index, size: size)
        }
        func consistencyProof(old: UInt64, new: UInt64) throws(StoreError) -> [Hash32] {
            try inner.consistencyProof(old: old, new: new)
        }
        func eraseBody(of index: UInt64) throws(StoreError) { try inner.eraseBody(of: index) }
        func marked(_ keys: [[UInt8]]) throws(StoreError) -> [UInt64?] { try inner.marked(keys) }
        func marks(from first: [UInt8], to end: [UInt8], limit: Int) throws(StoreError) -> [LogMark] {
            try inner.marks(from: first, to: end, limit: limit)
        }
        func remark(_ key: (StoredLeaf) -> [UInt8]?) throws(StoreError) -> Int { try inner.remark(key) }
        func check() throws(StoreError) -> LogCheck { try inner.check() }
    }

    struct Secrets: SealedStore {
        let inner: any SealedStore
        let faults: Faults

        func read(_ name: String) throws(StoreError) -> [UInt8]? { try inner.read(name) }

        func insert(_ name: String, _ blob: [UInt8]) throws(StoreError) -> [UInt8] {
            if faults.secrets.withLock({ $0 }) { throw StoreError(.full, "as the test says") }
            faults.insertions.withLock { $0 += 1 }
            return try inner.insert(name, blob)
        }

        func destroy(prefix: String) throws(StoreError) -> Int { try inner.destroy(prefix: prefix) }
    }

    let inner: SQLiteStore
    let faults = Faults()

    var sealed: any SealedStore { Secrets(inner: inner.sealed, faults: faults) }

    func log(_ name: LogName, signer: NoteSigner) throws(StoreError) -> Log {
        Log(inner: try inner.log(name, signer: signer), faults: faults)
    }

    var isReplaced: Bool { inner.isReplaced }
    var reserve: ReserveState { inner.reserve }
    func keepReserve() -> Bool { inner.keepReserve() }
    func releaseReserve() -> Bool {
        // Room for one more write.
        if inner.releaseReserve() {
            faults.controlFull.withLock { $0 = max(0, $0 - 1) }
            return true
        }
        return false
    }
    var replay: any ReplayStore { inner.replay }
    var leases: any LeaseStore { inner.leases }
    func inTurn<Result>(_ body: () throws -> Result) throws -> Result { try inner.inTurn(body) }

    func evidenceLogs() throws(StoreError) -> [LogName] { try inner.evidenceLogs() }

    func saveSnapshot(size: UInt64, _ write: (_ line: ([UInt8]) throws -> Void) throws -> Void) throws {
        try inner.saveSnapshot(size: size, write)
    }

    func readSnapshot(_ line: ([UInt8]) throws -> Void) throws -> Bool { try inner.readSnapshot(line) }
}
