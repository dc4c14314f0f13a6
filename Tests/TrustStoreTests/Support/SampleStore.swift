// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import GRDB
import TransparencyLog
import TrustStore
import TrustStoreContract

/// A store with a little of everything, as its files lie on disk after it was closed.
struct SampleStore {
    static let origin = "sample.example/control"
    let place: TemporaryPlace
    let signer: NoteSigner
    let bodies: [[UInt8]]

    init(leaves: Int = 300, seed: UInt64 = 1) throws {
        var generator = SeededGenerator(seed: seed)
        let place = try TemporaryPlace()
        let signer = try NoteSigner(name: KeyName(Self.origin), seed: generator.bytes(32))
        let bodies = (0..<leaves).map { _ in generator.bytes(40) }
        let store = try SQLiteStore(directory: place.store)
        let log = try store.log(.control, signer: signer)
        for start in stride(from: 0, to: leaves, by: 70) {
            try log.append { append in
                for body in bodies[start..<min(start + 70, leaves)] {
                    append.append(salt: .random(using: &generator), body: body)
                }
            }
        }
        try store.saveSnapshot(size: UInt64(leaves)) { add in try bodies.prefix(20).forEach(add) }
        for name in ["a/1", "a/2", "b/1"] {
            _ = try store.sealed.insert(name, generator.bytes(60))
        }
        store.close()
        self.place = place
        self.signer = signer
        self.bodies = bodies
    }

    /// Opens the control log anew.
    func log() throws -> SQLiteLog {
        try SQLiteStore(directory: place.store).log(.control, signer: signer)
    }

    /// Changes a database behind the store's back.
    func tamper(_ sql: String, in file: String = "control.db") throws {
        try DatabaseQueue(path: place.store + "/" + file).writeWithoutTransaction { try $0.execute(sql: sql) }
    }
}

/// Runs `body` and gives the error of the store that it throws, if it does.
func storeError(_ body: () throws -> Void) throws -> StoreError? {
    do {
        try body()
        return nil
    } catch let error as StoreError {
        return error
    }
}
