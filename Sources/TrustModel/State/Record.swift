// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// A registered object and the revisions that made it what it is. Immutable, so snapshots share it.
public final class Record<Object: TrustObject>: Sendable {
    /// The object.
    public let object: Object
    /// The revision of the entry that first registered it.
    public let created: UInt64
    /// The revision of the entry that last changed it.
    public let rev: UInt64
    /// When that entry was written.
    public let changedAt: Timestamp
    /// Whether it was retired.
    public let retired: Bool

    /// An object and the revisions that made it so.
    public init(object: Object, created: UInt64, rev: UInt64, changedAt: Timestamp, retired: Bool = false) {
        self.object = object
        self.created = created
        self.rev = rev
        self.changedAt = changedAt
        self.retired = retired
    }

    /// The bytes that stand for it in the state digest and in a snapshot.
    func bytes() -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        write(to: &writer)
        return writer.bytes
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("kind", Object.kind.noun)
        writer.member("created", Int64(clamping: created))
        writer.member("rev", Int64(clamping: rev))
        writer.member("changed_at", changedAt)
        writer.key("retired")
        writer.bool(retired)
        writer.key("object")
        object.writeStored(to: &writer)
        writer.endObject()
    }

    convenience init(_ reader: inout ObjectReader) throws(ShapeError) {
        let created = UInt64(clamping: try reader.integer("created"))
        let rev = UInt64(clamping: try reader.integer("rev"))
        let changedAt = try reader.timestamp("changed_at")
        let retired = try reader.optionalBool("retired") ?? false
        self.init(
            object: try Object(stored: try reader.required("object"), at: "/object"),
            created: created,
            rev: rev,
            changedAt: changedAt,
            retired: retired
        )
    }
}
