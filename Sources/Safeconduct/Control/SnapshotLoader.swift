// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import TrustStore

/// Builds the state of a snapshot on all processors: parts of it are read and hashed beside each other, and taken up in
/// their order by the thread that asks the store for lines.
struct SnapshotLoader {
    /// Enough work for a turn on another thread, little enough that a few of them waiting are no burden.
    private static let partBytes = 256 * 1024

    private var work = OrderedWork<SnapshotPart>(label: "safeconduct.snapshot")
    private var reader = SnapshotReader()
    private var lines: [[UInt8]] = []
    private var bytes = 0
    private var isFirst = true

    private init() {}

    /// The state of the store's newest snapshot; nil when there is none. Blocks.
    static func load(from store: any TrustStore) throws -> TrustState? {
        var loader = SnapshotLoader()
        guard try store.readSnapshot({ line in try loader.add(line) }) else { return nil }
        return try loader.finish()
    }

    private mutating func add(_ line: [UInt8]) throws {
        lines.append(line)
        bytes += line.count
        if bytes >= Self.partBytes { try dispatch() }
    }

    private mutating func dispatch() throws {
        let (lines, isFirst) = (lines, isFirst)
        (self.lines, bytes, self.isFirst) = ([], 0, false)
        if let part = try work.add({ try SnapshotPart(lines, isFirst: isFirst) }) { try reader.read(part) }
    }

    private mutating func finish() throws -> TrustState {
        if !lines.isEmpty { try dispatch() }
        while let part = try work.next() { try reader.read(part) }
        return try reader.finish()
    }
}
