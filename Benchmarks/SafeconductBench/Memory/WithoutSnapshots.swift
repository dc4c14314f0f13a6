// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import TransparencyLog
import TrustStore

/// A store that remembers no snapshots, so that a start folds the whole log.
struct WithoutSnapshots: TrustStore {
    let base: SQLiteStore

    var sealed: any SealedStore { base.sealed }
    var replay: any ReplayStore { base.replay }
    var leases: any LeaseStore { base.leases }
    var reserve: ReserveState { base.reserve }
    func keepReserve() -> Bool { base.keepReserve() }
    func releaseReserve() -> Bool { base.releaseReserve() }
    func inTurn<Result>(_ body: () throws -> Result) throws -> Result { try base.inTurn(body) }

    func log(_ name: LogName, signer: NoteSigner) throws(StoreError) -> SQLiteLog {
        try base.log(name, signer: signer)
    }

    func evidenceLogs() throws(StoreError) -> [LogName] { try base.evidenceLogs() }

    func saveSnapshot(size: UInt64, _ write: (_ line: ([UInt8]) throws -> Void) throws -> Void) throws {}

    func readSnapshot(_ line: ([UInt8]) throws -> Void) throws -> Bool { false }
}
