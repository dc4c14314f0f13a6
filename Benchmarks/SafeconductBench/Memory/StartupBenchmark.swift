// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON
import TrustModel
import TrustStore

/// Part 3, second half: how long a start takes with a log of many identities, from its first entry and from a snapshot.
struct StartupBenchmark {
    private static let together = 1000

    let count: Int

    func run(scratch: ScratchDirectory, into report: inout Report) async throws {
        Report.progress("a log of \(count) identities")
        let filling = Stopwatch()
        try await fill(scratch)
        let filled = filling.seconds
        let whole = try await start(scratch) { WithoutSnapshots(base: $0) }
        let covered = try await snapshotSize(scratch)
        let fast = try await start(scratch) { $0 }
        guard whole.digest == fast.digest, whole.size == fast.size else {
            throw BenchFailure("the two starts came to different states")
        }
        var table = TextTable("start with \(count) identities", "seconds", "us an entry")
        table.add(
            "from the whole log",
            Figures.fixed(whole.seconds, 2),
            Figures.fixed(whole.seconds * 1e6 / Double(whole.size), 1)
        )
        table.add(
            "from the snapshot at \(covered) of \(fast.size) entries",
            Figures.fixed(fast.seconds, 2),
            Figures.fixed(fast.seconds * 1e6 / Double(fast.size), 1)
        )
        table.add(
            "(writing them, \(Self.together) a command)",
            Figures.fixed(filled, 2),
            Figures.fixed(filled * 1e6 / Double(count), 1)
        )
        report.put(table)
        report.set(
            "startup",
            [
                "identities": .integer(Int64(count)), "entries": .integer(Int64(clamping: fast.size)),
                "snapshot_at": .integer(covered), "whole_log_seconds": Figures.json(whole.seconds),
                "snapshot_seconds": Figures.json(fast.seconds), "writing_seconds": Figures.json(filled),
            ]
        )
    }

    private func fill(_ scratch: ScratchDirectory) async throws {
        let store = try store(scratch)
        let engine = try await open(store, scratch)
        let by = try await EngineFixture.localOperator(of: engine, scratch)
        let entries = IdentityEntries(owner: by)
        let expiry = engine.now().advanced(byMilliseconds: 90 * 86_400_000)
        let preamble = try entries.preamble(expiresAt: expiry)
        try EngineFixture.done(await engine.carryOut(Command(by: by) { _, _ in preamble }))
        for start in stride(from: 0, to: count, by: Self.together) {
            let bodies = try (start..<min(count, start + Self.together)).map { number in
                EntryBody.putIdentity(try Identity(stored: entries.object(number, expiresAt: expiry)))
            }
            try EngineFixture.done(await engine.carryOut(Command(by: by) { _, _ in bodies }))
        }
        // The newest snapshot is written beside the commands; a moment later it is whole.
        try await Task.sleep(for: .seconds(max(0.3, Double(count) / 50_000)))
    }

    private func start(
        _ scratch: ScratchDirectory,
        _ wrap: (SQLiteStore) -> any TrustStore
    ) async throws -> (seconds: Double, size: UInt64, digest: String) {
        let watch = Stopwatch()
        let store = try store(scratch)
        let engine = try await open(wrap(store), scratch)
        let seconds = watch.seconds
        let state = engine.view.state
        guard state.identities.count == count else { throw BenchFailure("a start lost identities") }
        return (seconds, state.size, state.digest.description)
    }

    private func snapshotSize(_ scratch: ScratchDirectory) async throws -> Int64 {
        struct Enough: Error {}
        var size: Int64 = 0
        do {
            _ = try store(scratch).readSnapshot { line in
                size = try JSONValue(parsing: line)["size"]?.integerValue ?? 0
                throw Enough()
            }
        } catch is Enough {}
        return size
    }

    private func store(_ scratch: ScratchDirectory) throws -> SQLiteStore {
        try SQLiteStore(directory: "\(scratch.path)/startup")
    }

    private func open(_ store: any TrustStore, _ scratch: ScratchDirectory) async throws -> Engine {
        try await Engine.open(
            store: store,
            master: try MasterKey(file: "\(scratch.path)/master.key"),
            configuration: EngineConfiguration()
        )
    }
}
