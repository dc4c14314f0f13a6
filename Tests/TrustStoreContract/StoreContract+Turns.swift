// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TrustStore

extension StoreContract {
    func takesTurns() throws {
        let stores = [try open(), try open()]
        let present = Mutex(0)
        let most = Mutex(0)
        try inParallel(6) { part in
            for round in 0..<20 {
                let given = try stores[part % 2].inTurn {
                    let count = present.withLock { present in
                        present += 1
                        return present
                    }
                    most.withLock { $0 = max($0, count) }
                    // Long enough for others to come in, if they could.
                    let end = ContinuousClock.now + .microseconds(300)
                    while ContinuousClock.now < end {}
                    present.withLock { $0 -= 1 }
                    return round
                }
                try require(given == round, "a turn gave another result than its body")
            }
        }
        try require(most.withLock { $0 } == 1, "\(most.withLock { $0 }) had the turn at once")
    }

    func endsTurnsThatFail() throws {
        let store = try open()
        for _ in 0..<3 {
            let code = try failure { try store.inTurn { throw StoreError(.range, "the body's own error") } }
            try require(code == .range, "the error of a turn came as \(code)")
        }
        try require(try open().inTurn { 7 } == 7, "a turn that failed did not end")
    }
}
