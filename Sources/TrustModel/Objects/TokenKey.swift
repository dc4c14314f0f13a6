// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A key that signs the tokens issued here, and when. Its private half lies in the sealed store.
///
/// It is published before it signs, so that whoever verifies knows it by then, and accepted until the last token that it
/// signed has ended. A cut of its thumbprint (``Scope/Kind/key``) ends it, and with it whatever it signed.
public struct TokenKey: TrustObject {
    /// The kind of its ids.
    public static let kind = ObjectKind.tokenKey

    /// Its id.
    public let id: ObjectID
    /// The public key (RFC 7517): the members of its thumbprint alone.
    public let jwk: JSONObject
    /// SHA-256 over those members: the thumbprint (RFC 7638), which is its `kid` in base64url.
    public let fingerprint: Fingerprint
    /// From when it signs.
    public let signsFrom: Timestamp
    /// The moment from which it signs no more.
    public let signsUntil: Timestamp
    /// The moment from which nothing counts that it signed.
    public let acceptedUntil: Timestamp
    /// Its free text, encrypted; it has none.
    public var sealed: SealedText?

    /// A key of the given members.
    public init(
        id: ObjectID,
        jwk: JSONObject,
        fingerprint: Fingerprint,
        signsFrom: Timestamp,
        signsUntil: Timestamp,
        acceptedUntil: Timestamp
    ) {
        self.id = id
        self.jwk = jwk
        self.fingerprint = fingerprint
        self.signsFrom = signsFrom
        self.signsUntil = signsUntil
        self.acceptedUntil = acceptedUntil
    }

    /// Reads the members but `id` and the sealed text.
    public init(_ reader: inout ObjectReader, id: ObjectID, references: some References) throws(ShapeError) {
        self.id = id
        jwk = try PublicKeyMembers.read(&reader)
        guard let fingerprint = Fingerprint(hex: try reader.string("fingerprint")) else {
            throw ShapeError(.value, reader.pointer(to: "fingerprint"), "64 hexadecimal digits are expected")
        }
        self.fingerprint = fingerprint
        signsFrom = try reader.timestamp("signs_from")
        signsUntil = try reader.timestamp("signs_until")
        acceptedUntil = try reader.timestamp("accepted_until")
    }

    /// Writes the members but `id` and the sealed text, in their fixed order.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.key("jwk")
        writer.value(.object(jwk))
        writer.member("fingerprint", fingerprint.description)
        writer.member("signs_from", signsFrom)
        writer.member("signs_until", signsUntil)
        writer.member("accepted_until", acceptedUntil)
    }
}
