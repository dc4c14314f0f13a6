// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// Something with an id that the control log registers as a whole.
///
/// Its members are written in one fixed order, and those bytes serve as the entry's body, the state digest's input, the
/// snapshot and the API's answer: one encoding, so that none of them can disagree.
public protocol TrustObject: Sendable, Equatable {
    /// The kind of its ids.
    static var kind: ObjectKind { get }
    /// The most free text fields it takes, by name; they are sealed before they are stored.
    static var freeText: [String] { get }

    /// Its id.
    var id: ObjectID { get }
    /// Free text, encrypted.
    var sealed: SealedText? { get set }

    /// Reads the members but `id` and the sealed text.
    init(_ reader: inout ObjectReader, id: ObjectID, references: some References) throws(ShapeError)

    /// Writes the members but `id` and the sealed text, in their fixed order.
    func writeMembers(to writer: inout JSONWriter)
}

/// A trust object known by a permanent name and held in custody.
public protocol NamedObject: TrustObject {
    /// The permanent name.
    var name: String { get }
    /// Owner, purpose, boundary, expiry.
    var custody: Custody { get set }
}

extension TrustObject {
    /// No free text unless a type says otherwise.
    public static var freeText: [String] { [] }

    /// Reads the stored form: `id`, the members, `sealed`, and nothing else.
    public init(stored value: JSONValue, at pointer: String = "") throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        let text = try reader.string("id")
        let id = try StoredReferences().resolve(text, kind: Self.kind, at: reader.pointer(to: "id"))
        try self.init(&reader, id: id, references: StoredReferences())
        sealed = try SealedText.read(&reader)
        try reader.finish()
    }

    /// Writes the stored form as one object.
    public func writeStored(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writeMembers(to: &writer)
        sealed?.writeMember(to: &writer)
        writer.endObject()
    }
}
