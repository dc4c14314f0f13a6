// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import TrustStore

/// Reads all nodes' evidence backwards, newest leaf first, a few hundred leaves of each log at a time. Blocks.
///
/// Within a log the order is that of the leaves; logs of one month are merged by the times in them.
struct DecisionScan {
    /// A leaf and where it lies.
    struct Found {
        let log: LogName
        let node: UInt16
        let index: UInt64
        let leaf: StoredLeaf
        let body: [UInt8]
        let head: EvidenceLeaf
    }

    /// One log of the month.
    private struct Lane {
        let name: LogName
        let node: UInt16
        let log: any StoredLog
        /// What is not read yet lies below.
        var end: UInt64
        /// What was read and not given, in the order of the log.
        var buffer: [Found] = []

        var isEmpty: Bool { end == 0 && buffer.isEmpty }
        /// The index that the next leaf lies below.
        var ahead: UInt64 { end + UInt64(buffer.count) }
    }

    private static let chunk: UInt64 = 256
    /// How much older than its neighbours a leaf may be, in milliseconds: it takes its time when it is made, and its
    /// place when it is written.
    private static let disorder: Int64 = 60_000

    private let open: (LogName) throws -> (any StoredLog)?
    private let since: Timestamp?
    private let until: Timestamp?
    /// The months still ahead, the newest last.
    private var months: [(month: Int, names: [LogName])] = []
    private var month = 0
    private var lanes: [Lane] = []
    private var start: DecisionCursor?
    /// How many leaves were read so far.
    private(set) var leavesRead = 0

    /// A scan of the logs `names` (oldest first) from `cursor` on, or from the end.
    init(
        _ names: [LogName],
        after cursor: DecisionCursor?,
        since: Timestamp?,
        until: Timestamp?,
        open: @escaping (LogName) throws -> (any StoredLog)?
    ) {
        self.open = open
        self.since = since
        self.until = until
        start = cursor
        for name in names {
            guard case .evidence(_, let month) = name, month <= cursor?.month ?? .max,
                month <= until?.month ?? .max, month >= since?.month ?? 0
            else { continue }
            if months.last?.month == month {
                months[months.count - 1].names.append(name)
            } else {
                months.append((month, [name]))
            }
        }
    }

    /// Whether there is nothing more.
    var isExhausted: Bool { months.isEmpty && lanes.allSatisfy(\.isEmpty) }

    /// Where a later scan goes on.
    var cursor: DecisionCursor {
        DecisionCursor(
            month: month,
            ends: Dictionary(lanes.map { ($0.node, $0.ahead) }, uniquingKeysWith: { first, _ in first })
        )
    }

    /// The next leaf that has a body; nil at the end.
    mutating func next() throws -> Found? {
        while true {
            for index in lanes.indices where lanes[index].buffer.isEmpty { try fill(index) }
            let newest = lanes.indices.filter { !lanes[$0].buffer.isEmpty }.max { left, right in
                // Of equal times the lower node's is the newer, so that the order is the same each time.
                (time(left), lanes[right].node) < (time(right), lanes[left].node)
            }
            if let newest { return lanes[newest].buffer.popLast() }
            guard let next = months.popLast() else { return nil }
            try enter(next.month, next.names)
        }
    }

    private func time(_ lane: Int) -> Int64 { lanes[lane].buffer.last?.head.at?.milliseconds ?? .min }

    /// Takes up the logs of a month.
    private mutating func enter(_ month: Int, _ names: [LogName]) throws {
        self.month = month
        lanes = []
        for case .evidence(let node, let month) in names {
            let name = LogName.evidence(node: node, month: month)
            guard let log = try open(name) else { continue }
            var end = try log.head().size
            // A log that began after the page before has nothing that belongs on this one.
            if let start, start.month == month { end = min(end, start.ends[node] ?? 0) }
            if let until { end = try self.end(of: log, below: end, before: until) }
            lanes.append(Lane(name: name, node: node, log: log, end: end))
        }
    }

    /// The index below which all leaves of before `time` lie, found by halving.
    private mutating func end(of log: any StoredLog, below end: UInt64, before time: Timestamp) throws -> UInt64 {
        let limit = time.advanced(byMilliseconds: Self.disorder)
        var (low, high) = (UInt64(0), end)
        while low < high {
            let middle = low + (high - low) / 2
            leavesRead += 1
            let body = try log.leaves(middle..<middle + 1).first?.body
            // What does not say when it was made is taken for old: then more is read, and nothing is missed.
            if let at = body.flatMap({ EvidenceLeaf(stored: $0)?.at }), at >= limit {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low
    }

    /// Reads the next leaves of a log, until some have a body.
    private mutating func fill(_ index: Int) throws {
        while lanes[index].buffer.isEmpty, lanes[index].end > 0 {
            let lane = lanes[index]
            let first = lane.end - min(lane.end, Self.chunk)
            let leaves = try lane.log.leaves(first..<lane.end)
            lanes[index].end = first
            leavesRead += leaves.count
            lanes[index].buffer = leaves.enumerated().compactMap { offset, leaf in
                guard let body = leaf.body, let head = EvidenceLeaf(stored: body) else { return nil }
                return Found(
                    log: lane.name,
                    node: lane.node,
                    index: first + UInt64(offset),
                    leaf: leaf,
                    body: body,
                    head: head
                )
            }
            // All that is older than the span is not looked at.
            guard let since, let newest = lanes[index].buffer.compactMap(\.head.at).max() else { continue }
            if newest < since.advanced(byMilliseconds: -Self.disorder) {
                lanes[index].buffer = []
                lanes[index].end = 0
            }
        }
    }
}
