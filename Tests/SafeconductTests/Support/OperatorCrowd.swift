// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

@testable import Safeconduct

/// Many operators at once, for logs that are long enough for digests and snapshots.
enum OperatorCrowd {
    /// Registers `count` teams, in batches.
    static func put(_ count: Int, by world: World) async throws {
        let (local, node) = (world.local, world.engine.node.number)
        for start in stride(from: 0, to: count, by: 600) {
            let outcome = await world.engine.carryOut(
                Command(by: local) { _, now in
                    (start..<min(count, start + 600)).map { number in
                        let custody = Custody(
                            owner: local,
                            purpose: "p",
                            boundary: "b",
                            expiresAt: now.advanced(byMilliseconds: 86_400_000)
                        )
                        let high = UInt64(now.milliseconds) << 16 | UInt64(node)
                        let id = ObjectID(kind: .operator, high: high, low: UInt64(number))
                        return .putOperator(
                            Operator(id: id, name: "op-\(node)-\(number)", type: .team, custody: custody)
                        )
                    }
                }
            )
            try World.done(outcome)
        }
    }
}
