// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import StrictJSON

/// A key that was used, and what it was used for.
public struct UsedKey: Sendable, Equatable {
    /// What was asked under it.
    public let request: Fingerprint
    /// The revisions of the entries that it led to.
    public let revs: Range<UInt64>
    /// When.
    public let time: Timestamp
}

/// The keys of the last day's commands, so that any node can tell a command that is sent again.
///
/// Part of the state: made by the fold alone, counted in the digest, kept in snapshots.
public struct CommandKeyTable: Sendable {
    /// How long a key is known, in milliseconds: 24 hours.
    public static let lifetime: Int64 = 86_400_000
    /// The most keys known; of more, the oldest are forgotten.
    public static let limit = 100_000

    private var rows: TreeDictionary<Fingerprint, UsedKey> = [:]
    // Keys by the order of their use, without gaps: the oldest is found without a search.
    private var order: TreeDictionary<UInt64, Fingerprint> = [:]
    private var oldest: UInt64 = 0
    private var next: UInt64 = 0

    /// A table without keys.
    public init() {}

    /// How many keys are known.
    public var count: Int { rows.count }

    /// What a key was used for; nil when it is not known, or no longer at `now`.
    public func use(of key: Fingerprint, at now: Timestamp) -> UsedKey? {
        guard let row = rows[key], !Self.isOver(row, now) else { return nil }
        return row
    }

    /// Whether the key is in the table, be it too old.
    func contains(_ key: Fingerprint) -> Bool { rows[key] != nil }

    /// Adds a key that is not in the table.
    mutating func add(_ key: Fingerprint, _ use: UsedKey) {
        rows[key] = use
        order[next] = key
        next += 1
    }

    /// Forgets one key that is too old at `now`, or one too many; nil when there is none.
    mutating func forgetOne(at now: Timestamp) -> (key: Fingerprint, use: UsedKey)? {
        guard let key = order[oldest], let row = rows[key], Self.isOver(row, now) || rows.count > Self.limit else {
            return nil
        }
        order[oldest] = nil
        rows[key] = nil
        oldest += 1
        return (key, row)
    }

    private static func isOver(_ row: UsedKey, _ now: Timestamp) -> Bool {
        row.time.advanced(byMilliseconds: lifetime) < now
    }

    /// Every key in the order of its use.
    func forEach(_ body: (Fingerprint, UsedKey) throws -> Void) rethrows {
        var number = oldest
        while let key = order[number], let row = rows[key] {
            try body(key, row)
            number += 1
        }
    }
}

extension TrustState {
    /// Forgets keys whose day is over, then notes the key of the entry that was folded at `rev`.
    mutating func note(_ key: CommandKey?, _ rev: UInt64, _ time: Timestamp) {
        while let (old, use) = commandKeys.forgetOne(at: time) { digest.remove(Self.bytes(old, use)) }
        guard let key else { return }
        add(key.id, UsedKey(request: key.request, revs: rev..<Self.end(from: rev, entries: key.entries), time: time))
        // One was added, so at most one is too many.
        if let (old, use) = commandKeys.forgetOne(at: time) { digest.remove(Self.bytes(old, use)) }
    }

    private mutating func add(_ key: Fingerprint, _ use: UsedKey) {
        commandKeys.add(key, use)
        digest.add(Self.bytes(key, use))
    }

    /// The revision after a command's last entry. A digest of the state stands between two of them wherever one is due.
    static func end(from first: UInt64, entries: Int) -> UInt64 {
        var end = first + 1
        for _ in 1..<max(entries, 1) { end += end.isMultiple(of: digestInterval) ? 2 : 1 }
        return end
    }

    /// The line of a snapshot that stands for a key, and its part of the digest.
    static func bytes(_ key: Fingerprint, _ use: UsedKey) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("kind", commandKeyKind)
        writer.member("id", key.description)
        writer.member("request", use.request.description)
        writer.member("first", Int64(clamping: use.revs.lowerBound))
        writer.member("end", Int64(clamping: use.revs.upperBound))
        writer.member("at", use.time)
        writer.endObject()
        return writer.bytes
    }

    /// What tells the line of a key from that of an object.
    static let commandKeyKind = "command_key"

    /// Reads the line of a key; its kind was read.
    static func readKey(_ reader: inout ObjectReader) throws(ShapeError) -> (Fingerprint, UsedKey) {
        guard let key = Fingerprint(hex: try reader.string("id")),
            let request = Fingerprint(hex: try reader.string("request"))
        else { throw ShapeError(.value, "/id", "64 hexadecimal digits are expected") }
        let first = UInt64(clamping: try reader.integer("first"))
        let end = UInt64(clamping: try reader.integer("end"))
        guard first < end else { throw ShapeError(.value, "/end", "revisions are expected") }
        return (key, UsedKey(request: request, revs: first..<end, time: try reader.timestamp("at")))
    }

    /// Takes up the key of a snapshot's line, which the digest counts already.
    mutating func load(_ key: Fingerprint, _ use: UsedKey) throws(ShapeError) {
        guard commandKeys.count < CommandKeyTable.limit, !commandKeys.contains(key) else {
            throw ShapeError(.value, "/id", "a key stands in the snapshot twice, or there are too many")
        }
        commandKeys.add(key, use)
    }
}
