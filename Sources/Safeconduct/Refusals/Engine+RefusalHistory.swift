// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
internal import Synchronization
public import TrustModel
public import TrustStore

/// Counted refusals as they lie in their log.
public struct StoredRefusals: Sendable {
    /// The log of the leaf and its index there; nil for what is counted and not written yet.
    public let place: RefusalPlace?
    /// The counts.
    public let record: RefusalRecord
}

/// Where counted refusals lie: the log and the leaf's index, `evidence-1-202611/1700` as text.
public struct RefusalPlace: Sendable, Equatable, CustomStringConvertible {
    /// The log.
    public let log: LogName
    /// The index of the leaf.
    public let index: UInt64

    init(log: LogName, index: UInt64) {
        self.log = log
        self.index = index
    }

    /// Reads what ``description`` writes; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let log = LogName(String(parts[0])), case .evidence = log,
            let index = UInt64(parts[1]), index < UInt64(Int64.max), "\(log)/\(index)" == text
        else { return nil }
        self.init(log: log, index: index)
    }

    /// The log's name, a slash, the index.
    public var description: String { "\(log)/\(index)" }
}

/// Finds the newest counted refusals of each log. They lie among many decisions, but each names the one before: only
/// what was written since the last look is looked through.
final class RefusalHistory: Sendable {
    private struct Known {
        var newest: UInt64?
        var seen: UInt64 = 0
    }

    private let known = Mutex<[LogName: Known]>([:])
    private static var stride: UInt64 { 512 }

    /// The index of the log's newest counted refusals. Blocks; the first time for as long as the newest are old.
    func newest(in log: any StoredLog) throws -> UInt64? {
        let size = try log.head().size
        var known = self.known.withLock { $0[log.name] } ?? Known()
        var end = size
        search: while end > known.seen {
            let start = max(known.seen, end - min(end, Self.stride))
            for (offset, leaf) in try log.leaves(start..<end).enumerated().reversed() {
                guard let body = leaf.body, EvidenceLeaf.isRefusals(body) else { continue }
                known.newest = start + UInt64(offset)
                break search
            }
            end = start
        }
        known.seen = max(known.seen, size)
        self.known.withLock { all in
            if all[log.name].map({ $0.seen < known.seen }) ?? true { all[log.name] = known }
        }
        return known.newest
    }
}

extension Engine {
    /// The counted refusals, newest first; what is not written yet comes before all.
    ///
    /// - Parameters:
    ///   - before: Only those older than this one.
    ///   - limit: How many records at most.
    public func refusals(before: RefusalPlace?, limit: Int) async throws -> [StoredRefusals] {
        var found: [StoredRefusals] = []
        if before == nil, limit > 0, let pending = refusals.pending {
            let record = RefusalRecord(at: nil, rev: view.state.rev ?? 0, pending, previous: nil)
            found.append(StoredRefusals(place: nil, record: record))
        }
        let (first, room) = (found, limit - found.count)
        return try await blocking { first + (try self.storedRefusals(before: before, limit: room)) }
    }

    private func storedRefusals(before: RefusalPlace?, limit: Int) throws -> [StoredRefusals] {
        var found: [StoredRefusals] = []
        var isPast = before == nil
        for name in try store.evidenceLogs().reversed() {
            guard found.count < limit else { break }
            if name == before?.log { isPast = true }
            guard isPast, let log = try self.log(name) else { continue }
            var next: UInt64?
            if let before, name == before.log {
                next = try record(log, before.index)?.previous
            } else {
                next = try refusalHistory.newest(in: log)
            }
            while let index = next, found.count < limit, let record = try record(log, index) {
                found.append(StoredRefusals(place: RefusalPlace(log: name, index: index), record: record))
                // A chain that does not go back would be followed for ever.
                next = record.previous.flatMap { $0 < index ? $0 : nil }
            }
        }
        return found
    }

    private func record(_ log: any StoredLog, _ index: UInt64) throws -> RefusalRecord? {
        guard let body = try log.leaves(index..<index + 1).first?.body, EvidenceLeaf.isRefusals(body) else {
            return nil
        }
        return try RefusalRecord(stored: body)
    }
}

extension StoredRefusals {
    /// Writes them as the API shows them.
    ///
    /// - Parameter state: Whose names stand beside ids.
    public func render(names state: TrustState, to writer: inout JSONWriter) {
        writer.beginObject()
        if let place {
            writer.key("log")
            writer.string(place.log.description)
            writer.key("index")
            writer.integer(Int64(clamping: place.index))
        }
        record.writeMembers(to: &writer) { state.summary(of: $0)?.name }
        writer.endObject()
    }
}
