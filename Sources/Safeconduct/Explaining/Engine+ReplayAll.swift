// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel
public import TrustStore

/// Decisions of one stretch of a log, decided again.
public struct ReplayedStretch: Sendable {
    /// How many decisions were looked at.
    public var decisions = 0
    /// How many gave the identical answer, those that no policy was asked for included.
    public var identical = 0
    /// How many of these no policy was asked for.
    public var unasked = 0
    /// Those that gave another answer.
    public var different: [ObjectID] = []
    /// How many could not be decided again, by the reason.
    public var obstacles: [ReplayObstacle: Int] = [:]
    /// Where to go on: a log and an index; nil at the end.
    public var next: (log: LogName, index: UInt64)?
}

extension Engine {
    /// Decides stored decisions again, in the order of the logs.
    ///
    /// - Parameters:
    ///   - start: The log and index to begin with; nil for the very first.
    ///   - leaves: How many leaves to look at; leaves of other kinds count.
    public func replay(from start: (log: LogName, index: UInt64)?, leaves: UInt64) async throws -> ReplayedStretch {
        var stretch = ReplayedStretch()
        let names = try await blocking {
            try self.store.evidenceLogs().sorted { ($0.month, $0.description) < ($1.month, $1.description) }
        }
        var at = start ?? names.first.map { ($0, 0) }
        var left = leaves
        // No log reaches there; what a caller names as a start must not overflow.
        if let index = at?.index, index > 1 << 53 { return stretch }
        while let (name, index) = at {
            guard left > 0 else {
                stretch.next = (name, index)
                break
            }
            let count = min(left, Self.walkStep)
            let step = stretch
            let (after, size) = try await blocking { try self.replay(name, index..<index + count, step) }
            stretch = after
            left -= count
            if index + count < size {
                at = (name, index + count)
            } else {
                at = names.first { ($0.month, $0.description) > (name.month, name.description) }.map { ($0, 0) }
            }
        }
        return stretch
    }

    private func replay(
        _ name: LogName,
        _ range: Range<UInt64>,
        _ before: ReplayedStretch
    ) throws -> (ReplayedStretch, size: UInt64) {
        var stretch = before
        guard case .evidence(let node, _) = name, let log = try log(name) else { return (stretch, 0) }
        let size = try log.head().size
        var cache = PolicyCache(view.policies)
        var records: [(index: UInt64, record: DecisionRecord)] = []
        for (offset, leaf) in try log.leaves(min(range.lowerBound, size)..<min(range.upperBound, size)).enumerated() {
            guard let body = leaf.body, EvidenceLeaf.isDecision(body) else { continue }
            records.append((range.lowerBound + UInt64(offset), try DecisionRecord(stored: body)))
        }
        // Decisions side by side may stand in the other order of their revisions; states are folded forward.
        records.sort { ($0.record.rev, $0.index) < ($1.record.rev, $1.index) }
        for (index, record) in records {
            let replay = try replay(record, try rememberedState(at: record.rev), &cache, listingCandidates: false)
            stretch.decisions += 1
            if replay.identical { stretch.identical += 1 }
            switch replay.obstacle {
            case .unasked?: stretch.unasked += 1
            case let obstacle?: stretch.obstacles[obstacle, default: 0] += 1
            case nil:
                guard !replay.identical, stretch.different.count < 1000 else { continue }
                stretch.different.append(.decision(at: record.at, node: node, index: index))
            }
        }
        return (stretch, size)
    }
}

extension LogName {
    /// The month of an evidence log, `yyyymm`; 0 for the control log.
    var month: Int {
        if case .evidence(_, let month) = self { month } else { 0 }
    }
}
