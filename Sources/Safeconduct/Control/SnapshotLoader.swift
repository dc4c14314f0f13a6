// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Foundation
internal import Synchronization
internal import TrustModel
internal import TrustStore

/// Builds the state of a snapshot on all processors: parts of it are read and hashed beside each other, and taken up in
/// their order by the thread that asks the store for lines.
struct SnapshotLoader {
    /// Enough work for a turn on another thread, little enough that a few of them waiting are no burden.
    private static let partBytes = 256 * 1024

    /// A part being read.
    private final class Pending: Sendable {
        private let result = Mutex<Result<SnapshotPart, FoldError>?>(nil)
        private let done = DispatchSemaphore(value: 0)

        init(_ lines: [[UInt8]], isFirst: Bool, on queue: DispatchQueue) {
            queue.async {
                let part = Result { () throws(FoldError) in try SnapshotPart(lines, isFirst: isFirst) }
                self.result.withLock { $0 = part }
                self.done.signal()
            }
        }

        func wait() throws(FoldError) -> SnapshotPart {
            done.wait()
            // Taken out, so that its records belong to the state alone.
            guard let part = result.withLock({ $0.take() }) else {
                throw FoldError(.unreadable, "a part of the snapshot was asked for twice")
            }
            return try part.get()
        }
    }

    private let queue = DispatchQueue(label: "safeconduct.start", qos: .userInitiated, attributes: .concurrent)
    private let window = 2 * max(ProcessInfo.processInfo.activeProcessorCount, 1)
    private var reader = SnapshotReader()
    private var pending: [Pending] = []
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

    private mutating func add(_ line: [UInt8]) throws(FoldError) {
        lines.append(line)
        bytes += line.count
        if bytes >= Self.partBytes { try dispatch() }
    }

    private mutating func dispatch() throws(FoldError) {
        pending.append(Pending(lines, isFirst: isFirst, on: queue))
        (lines, bytes, isFirst) = ([], 0, false)
        if pending.count > window { try reader.read(pending.removeFirst().wait()) }
    }

    private mutating func finish() throws(FoldError) -> TrustState {
        if !lines.isEmpty { try dispatch() }
        for part in pending { try reader.read(part.wait()) }
        return try reader.finish()
    }
}
