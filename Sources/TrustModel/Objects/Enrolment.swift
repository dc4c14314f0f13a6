// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A one-time leave to register a key for an operator: whoever holds its secret may do so once, within minutes.
///
/// Only the secret's SHA-256 is known here. A newer one for the same operator ends it, and so does every cut that covers
/// the operator: a link that fell into wrong hands is stopped like a credential.
public struct Enrolment: TrustObject {
    /// The kind of its ids.
    public static let kind = ObjectKind.enrolment
    /// The longest that it may be redeemed, in milliseconds: 15 minutes (DESIGN invariant 10).
    public static let longestMilliseconds: Int64 = 15 * 60_000

    /// Its id.
    public let id: ObjectID
    /// Whose key is to be registered.
    public let `operator`: ObjectID
    /// SHA-256 of the secret.
    public let fingerprint: Fingerprint
    /// The moment from which it counts no more.
    public let expiresAt: Timestamp
    /// Its free text, encrypted; there is none.
    public var sealed: SealedText?

    /// An enrolment of the given members.
    public init(id: ObjectID, operator: ObjectID, fingerprint: Fingerprint, expiresAt: Timestamp) {
        self.id = id
        self.operator = `operator`
        self.fingerprint = fingerprint
        self.expiresAt = expiresAt
    }

    /// Reads the members but `id` and the sealed text.
    public init(_ reader: inout ObjectReader, id: ObjectID, references: some References) throws(ShapeError) {
        self.id = id
        let text = try reader.string("operator")
        `operator` = try references.resolve(text, kind: .operator, at: reader.pointer(to: "operator"))
        guard let fingerprint = Fingerprint(hex: try reader.string("fingerprint")) else {
            throw ShapeError(.value, reader.pointer(to: "fingerprint"), "64 hexadecimal digits are expected")
        }
        self.fingerprint = fingerprint
        expiresAt = try reader.timestamp("expires_at")
    }

    /// Writes the members but `id` and the sealed text, in their fixed order.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("operator", `operator`)
        writer.member("fingerprint", fingerprint.description)
        writer.member("expires_at", expiresAt)
    }
}
