// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustStore
import TrustStoreContract

@Suite("SQLite keeps the contract")
struct SQLiteContractTests {
    @Test(arguments: StoreClause.allCases)
    func keeps(_ clause: StoreClause) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        let place = try TemporaryPlace()
        let contract = StoreContract(seed: seed) { try SQLiteStore(directory: place.store) }
        do {
            try contract.check(clause)
        } catch {
            Issue.record("\(clause) with seed \(seed): \(error)")
        }
    }
}
