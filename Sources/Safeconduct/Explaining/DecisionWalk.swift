// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import TrustStore

/// Where a decision stands among the leaves of the evidence logs, and when it was made.
struct DecisionPlace: Sendable {
    let log: LogName
    let index: UInt64
    let at: Timestamp
}

/// The beginning of a stored decision about a call or a credential for calls, read without parsing the rest: the logs
/// hold other leaves, too, and commands are decided by policies of their own.
enum DecisionPrefix {
    private static let beginnings = [EvidenceLeaf.decision, EvidenceLeaf.issue].map { kind in
        Array(#"{"v":1,"kind":"\#(kind)","at":""#.utf8)
    }

    /// When the decision was made; nil when the leaf is none.
    static func time(_ body: [UInt8]) -> Timestamp? {
        guard let bytes = beginnings.first(where: { body.starts(with: $0) }) else { return nil }
        let text = body[bytes.count...].prefix { $0 != UInt8(ascii: "\"") }
        return Timestamp(String(decoding: text, as: UTF8.self))
    }
}

extension Engine {
    /// So many leaves are read in one go: a walk over a whole log takes its turns with others.
    static var walkStep: UInt64 { 512 }

    /// The newest decisions, by log and then by age: at most `limit`, none older than `since`.
    func newestDecisions(since: Timestamp?, limit: Int) async throws -> [DecisionPlace] {
        var found: [DecisionPlace] = []
        var months: [Int: [LogName]] = [:]
        for name in try await blocking({ try self.store.evidenceLogs() }) {
            if case .evidence(_, let month) = name { months[month, default: []].append(name) }
        }
        for month in months.keys.sorted(by: >) where found.count < limit {
            var ofMonth: [DecisionPlace] = []
            for name in months[month] ?? [] {
                ofMonth += try await newestDecisions(of: name, since: since, limit: limit - found.count)
            }
            // Of two nodes' logs the newest together.
            ofMonth.sort { $0.at > $1.at }
            found += ofMonth.prefix(limit - found.count)
            if let since, since.month >= month { break }
        }
        return found.sorted {
            ($0.at.month, $0.log.description, $0.index) < ($1.at.month, $1.log.description, $1.index)
        }
    }

    private func newestDecisions(of name: LogName, since: Timestamp?, limit: Int) async throws -> [DecisionPlace] {
        var found: [DecisionPlace] = []
        var end = try await blocking { try self.log(name)?.head().size ?? 0 }
        while end > 0, found.count < limit {
            let range = end - min(end, Self.walkStep)..<end
            let places = try await blocking {
                try self.log(name)?.leaves(range).enumerated().compactMap { offset, leaf -> DecisionPlace? in
                    guard let body = leaf.body, let at = DecisionPrefix.time(body) else { return nil }
                    return DecisionPlace(log: name, index: range.lowerBound + UInt64(offset), at: at)
                } ?? []
            }
            found += places.reversed().filter { place in since.map { place.at >= $0 } ?? true }
            // Times in a log are in order but for what was decided side by side: one step beyond is enough.
            if let since, let last = places.last, last.at < since { break }
            end = range.lowerBound
        }
        return Array(found.prefix(limit))
    }

    /// Reads decisions of one log at the given indexes, ascending and near each other; blocks.
    func records(_ name: LogName, _ indexes: [UInt64]) throws -> [(index: UInt64, record: DecisionRecord)] {
        guard let first = indexes.first, let last = indexes.last, let log = try log(name) else { return [] }
        let wanted = Set(indexes)
        return try log.leaves(first..<last + 1).enumerated().compactMap { offset, leaf in
            let index = first + UInt64(offset)
            guard wanted.contains(index), let body = leaf.body else { return nil }
            return (index, try DecisionRecord(stored: body))
        }
    }
}
