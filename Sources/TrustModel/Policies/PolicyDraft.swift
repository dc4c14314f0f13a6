// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// A policy set that is put into the log and decides nothing yet.
public struct PolicyDraft: Sendable {
    /// The set.
    public let set: PolicySet
    /// Whether all that an activation asks for held when it was put. An activation asks again.
    public let isValidated: Bool

    /// A draft of `set`.
    public init(_ set: PolicySet, isValidated: Bool) {
        self.set = set
        self.isValidated = isValidated
    }

    init(_ value: JSONValue, at pointer: String) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        isValidated = try reader.optionalBool("validated") ?? false
        set = try PolicySet(stored: try reader.required("set"), at: reader.pointer(to: "set"))
        try reader.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("set")
        set.writeStored(to: &writer)
        // Absent means false, so that a form has one way to be written.
        if isValidated {
            writer.key("validated")
            writer.bool(true)
        }
        writer.endObject()
    }
}
