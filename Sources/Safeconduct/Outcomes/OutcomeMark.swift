// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import TrustStore

/// The key by which an outcome's leaf is found: the decision that it closes.
///
/// Keys sort as decisions do, by time. The store writes them with the leaves, and they can be made anew from them.
enum OutcomeMark {
    /// Other kinds of marks may come.
    private static let tag = UInt8(ascii: "o")

    /// The key of what closes `decision`.
    static func key(of decision: ObjectID) -> [UInt8] { key(high: decision.high, low: decision.low) }

    /// The first key of decisions made at `time` or later.
    static func first(at time: Timestamp) -> [UInt8] {
        key(high: UInt64(bitPattern: max(time.milliseconds, 0)) << 16, low: 0)
    }

    /// The node that made the decision of a key; nil for another kind of key.
    static func node(of key: [UInt8]) -> UInt16? {
        guard key.count == 17, key[0] == tag else { return nil }
        return UInt16(key[7]) << 8 | UInt16(key[8])
    }

    private static func key(high: UInt64, low: UInt64) -> [UInt8] {
        var key = [tag]
        key.reserveCapacity(17)
        for word in [high, low] {
            for shift in stride(from: 56, through: 0, by: -8) { key.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        return key
    }

    /// The key of a leaf; nil when it is no outcome.
    static func key(of leaf: StoredLeaf) -> [UInt8]? {
        guard let body = leaf.body, EvidenceLeaf(stored: body)?.kind == EvidenceLeaf.outcome,
            let record = try? OutcomeRecord(stored: body)
        else { return nil }
        return key(of: record.decision)
    }

    /// How many leaves from the end are looked at to see whether the marks are there.
    private static let sample: UInt64 = 256

    /// Makes the marks of a log anew if the newest outcomes lack theirs: the log was put back without them.
    static func mend(_ log: any StoredLog) throws {
        let size = try log.head().size
        let keys = try log.leaves(size - min(size, sample)..<size).compactMap { key(of: $0) }
        guard try log.marked(keys).contains(nil) else { return }
        _ = try log.remark { key(of: $0) }
    }
}
