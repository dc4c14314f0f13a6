// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// The end of a hold, with the id of the cut it leaves.
public struct HoldLift: Sendable, Equatable {
    /// The hold that ends.
    public let hold: ObjectID
    /// The id of the cut over the same scope at this entry's revision.
    public let cut: ObjectID
    /// Why, encrypted.
    public let sealed: SealedText?

    /// The end of a hold.
    public init(hold: ObjectID, cut: ObjectID, sealed: SealedText? = nil) {
        self.hold = hold
        self.cut = cut
        self.sealed = sealed
    }

    init(_ value: JSONValue, at pointer: String) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        let references = StoredReferences()
        hold = try references.resolve(try reader.string("hold"), kind: .hold, at: reader.pointer(to: "hold"))
        cut = try references.resolve(try reader.string("cut"), kind: .cut, at: reader.pointer(to: "cut"))
        sealed = try SealedText.read(&reader)
        try reader.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("hold", hold)
        writer.member("cut", cut)
        sealed?.writeMember(to: &writer)
        writer.endObject()
    }
}
