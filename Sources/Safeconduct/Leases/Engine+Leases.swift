// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import TrustStore

extension Engine {
    /// What the keeper of leases needs of this engine.
    static func surroundings(
        _ store: any TrustStore,
        origin: String,
        control: any StoredLog,
        follower: Follower,
        clock: MachineClock,
        logs: NodeLogs,
        records: GroupCommit<EvidenceWriter.Item, EvidenceWriter.Outcome>
    ) -> LeaseSurroundings {
        LeaseSurroundings(
            store: store.leases,
            record: { steps in
                let items = steps.map { EvidenceWriter.Item(at: $0.at, body: $0.stored()) }
                for outcome in await records.submit(items) {
                    if case .failed(let error) = outcome { return error }
                }
                return nil
            },
            state: { follower.view.state },
            now: { clock.now(head: follower.view.state.time) },
            entries: { range in
                try control.leaves(range).enumerated().map { offset, leaf in
                    try leaf.entry(at: range.lowerBound + UInt64(offset))
                }
            },
            origin: origin,
            leaves: { body in
                for name in try store.evidenceLogs() {
                    guard let log = try logs.log(name) else { continue }
                    let size = try log.head().size
                    for start in stride(from: 0, to: size, by: 1024) {
                        for leaf in try log.leaves(start..<min(start + 1024, size)) {
                            if let bytes = leaf.body { try body(bytes) }
                        }
                    }
                }
            }
        )
    }
}
