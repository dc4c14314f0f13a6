// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// A step in the life of a policy set that the log holds already: it begins to decide, to be tried beside, or decides
/// again.
public struct PolicyMove: Sendable, Equatable {
    /// The set.
    public let set: ObjectID
    /// Why, encrypted.
    public let sealed: SealedText?

    /// A step of `set`.
    public init(set: ObjectID, sealed: SealedText? = nil) {
        self.set = set
        self.sealed = sealed
    }

    init(_ value: JSONValue, at pointer: String) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        set = try StoredReferences().resolve(try reader.string("id"), kind: .policySet, at: reader.pointer(to: "id"))
        sealed = try SealedText.read(&reader)
        try reader.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", set)
        sealed?.writeMember(to: &writer)
        writer.endObject()
    }
}
