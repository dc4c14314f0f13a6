// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A node of this control plane and the key that signs its evidence logs.
public struct Node: TrustObject {
    /// The kind of its ids.
    public static let kind = ObjectKind.node

    /// Its id.
    public let id: ObjectID
    /// The number in the ids of its decisions, from 1.
    public let number: UInt16
    /// The verifying key of its evidence logs' checkpoints, Ed25519, base64 (C2SP signed-note, type byte included).
    public let verifyingKey: String
    /// Its free text, encrypted.
    public var sealed: SealedText?

    /// A node of the given members.
    public init(id: ObjectID, number: UInt16, verifyingKey: String) {
        self.id = id
        self.number = number
        self.verifyingKey = verifyingKey
    }

    /// Reads the members but `id` and the sealed text.
    public init(_ reader: inout ObjectReader, id: ObjectID, references: some References) throws(ShapeError) {
        self.id = id
        guard let number = UInt16(exactly: try reader.integer("number")), number > 0 else {
            throw ShapeError(.value, reader.pointer(to: "number"), "1 to 65535 is expected")
        }
        self.number = number
        verifyingKey = try reader.string("verifying_key")
    }

    /// Writes the members but `id` and the sealed text, in their fixed order.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("number", Int64(number))
        writer.member("verifying_key", verifyingKey)
    }
}
