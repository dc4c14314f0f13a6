// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel

/// The leaf of one page of a search: who sought what, and how many were found. A search lets nobody through, so the leaf
/// names what was asked and counts the answers; each of them is asked about, and recorded, when it is used.
struct SearchRecord: Sendable {
    /// The kind of its leaves.
    static let kind = "search"

    var at: Timestamp
    var rev: UInt64
    var point: ObjectID
    var sought: AccessQuery.Sought
    /// The policies that were asked; nil while none are active.
    var policySet: ObjectID?
    /// Who would call, where that is known and not what is sought.
    var identity: ObjectID?
    /// What would be called, where that is known and not what is sought.
    var api: ObjectID?
    var operation: String?
    /// What would be done; nil where that is sought.
    var action: String?
    /// The keyed digest of all attributes; nil when there were none.
    var withheld: String?
    /// How many questions were asked of the policies, and how many of them were answered `allow`.
    var examined = 0
    var found = 0
    /// Whether it was the first page, and whether it was the last one.
    var isFirst = true
    var isLast = true

    /// The bytes to store.
    func stored() -> [UInt8] {
        var writer = JSONWriter(capacity: 384)
        writer.beginObject()
        writer.key("v")
        writer.integer(1)
        writer.key("kind")
        writer.string(Self.kind)
        writer.key("at")
        writer.string(at.description)
        writer.key("rev")
        writer.integer(Int64(clamping: rev))
        for (key, text) in [
            ("pep", point.description), ("sought", sought.rawValue), ("policies", policySet?.description),
            ("identity", identity?.description), ("api", api?.description), ("operation", operation),
            ("action", action), ("withheld", withheld),
        ] {
            guard let text else { continue }
            writer.key(key)
            writer.string(text)
        }
        writer.key("examined")
        writer.integer(Int64(examined))
        writer.key("found")
        writer.integer(Int64(found))
        writer.key("first")
        writer.bool(isFirst)
        writer.key("last")
        writer.bool(isLast)
        writer.endObject()
        return writer.bytes
    }
}
