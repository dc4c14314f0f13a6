// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
internal import TrustModel

extension PolicyReview {
    /// Writes what an activation would change or has changed, and the warnings, as members of an object.
    public func renderMembers(to writer: inout JSONWriter) {
        writer.key("change")
        writer.beginObject()
        for (key, ids) in [
            ("forbids_weakened", change.forbidsWeakened), ("forbids_removed", change.forbidsRemoved),
            ("forbids_changed", change.forbidsChanged),
        ] {
            writer.key(key)
            writer.beginArray()
            for id in ids { writer.string(id) }
            writer.endArray()
        }
        writer.endObject()
        writer.key("warnings")
        writer.beginArray()
        for warning in warnings {
            writer.beginObject()
            writer.key("file")
            writer.string(warning.file)
            writer.key("line")
            writer.integer(Int64(warning.line))
            writer.key("column")
            writer.integer(Int64(warning.column))
            writer.key("message")
            writer.string(warning.message)
            writer.endObject()
        }
        writer.endArray()
    }

    /// Writes the review of a set that is not activated.
    public func render(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("digest")
        writer.string(digest.description)
        renderMembers(to: &writer)
        writer.endObject()
    }
}
