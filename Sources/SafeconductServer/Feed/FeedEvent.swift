// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON
import TrustModel

/// One entry of the control log as readers are sent it: rendered once for all of them.
struct FeedEvent: Sendable {
    let rev: UInt64
    /// The event for operators.
    let whole: [UInt8]
    /// The event for enforcement points; empty when it is none of theirs.
    let reduced: [UInt8]

    init(_ placed: PlacedEntry, _ state: TrustState) {
        rev = placed.rev
        var writer = JSONWriter(capacity: 512)
        placed.render(names: state, to: &writer)
        whole = Self.bytes(rev, placed.entry.body.kind, writer.bytes)
        var few = JSONWriter(capacity: 256)
        reduced = placed.renderForPoints(state, to: &few) ? Self.bytes(rev, placed.entry.body.kind, few.bytes) : []
    }

    /// An event (HTML section 9.2.6). JSON as written here holds no line break.
    static func bytes(_ rev: UInt64, _ kind: String, _ data: [UInt8]) -> [UInt8] {
        Array("id: \(rev)\nevent: \(kind)\ndata: ".utf8) + data + [0x0A, 0x0A]
    }

    /// The event that says only where the log stands: the first of every feed, and for enforcement points whatever passes
    /// that is none of theirs.
    static func revision(_ rev: UInt64, _ opening: LogOpening?) -> [UInt8] {
        var writer = JSONWriter(capacity: 128)
        writer.beginObject()
        writer.key("rev")
        writer.integer(Int64(clamping: rev))
        writer.key("generation")
        writer.integer(opening?.generation ?? 0)
        writer.key("origin")
        writer.string(opening?.origin ?? "")
        writer.endObject()
        return bytes(rev, "revision", writer.bytes)
    }

    /// A comment, which readers pass over.
    static let heartbeat = Array(": \n\n".utf8)
}
