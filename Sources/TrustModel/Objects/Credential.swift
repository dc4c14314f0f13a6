// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// Something that authenticates an identity and was issued or registered here; only its fingerprint is known.
///
/// It is alive while no cut newer than its own revision covers it, its ancestors, its key or its holder.
public struct Credential: TrustObject {
    /// What the holder presents.
    public enum Kind: String, Sendable, CaseIterable {
        /// A random secret, presented as a bearer token (RFC 6750).
        case bearer
        /// A private key, presented by signing client assertions (RFC 7523 section 3).
        case key
        /// A client secret that was made elsewhere (RFC 6749 section 2.3.1), for clients that know nothing better yet.
        case secret
    }

    /// The kind of its ids.
    public static let kind = ObjectKind.credential
    /// The most ancestors a credential names.
    public static let ancestorLimit = 8
    /// The most credentials of one identity that count at a time.
    public static let liveLimit = 16

    /// Its id.
    public let id: ObjectID
    /// What is presented.
    public let type: Kind
    /// The identity, operator or enforcement point it authenticates.
    public let holder: ObjectID
    /// SHA-256 of the secret; of a key, its thumbprint (RFC 7638).
    public let fingerprint: Fingerprint
    /// Owner, purpose, boundary, expiry; the expiry is never later than the holder's.
    public let custody: Custody
    /// The credentials it was derived from, oldest first.
    public let ancestors: [ObjectID]
    /// The public key (RFC 7517), its required members alone; nil unless the kind is `key`.
    public let jwk: JSONObject?
    /// Its free text, encrypted.
    public var sealed: SealedText?

    /// The thumbprint of a key as tokens and scopes name it (RFC 7638 section 3); nil for other kinds.
    public var thumbprint: String? { type == .key ? fingerprint.thumbprint : nil }

    /// A credential of the given members.
    public init(
        id: ObjectID,
        type: Kind,
        holder: ObjectID,
        fingerprint: Fingerprint,
        custody: Custody,
        ancestors: [ObjectID] = [],
        jwk: JSONObject? = nil
    ) {
        self.id = id
        self.type = type
        self.holder = holder
        self.fingerprint = fingerprint
        self.custody = custody
        self.ancestors = ancestors
        self.jwk = jwk
    }

    /// Reads the members but `id` and the sealed text.
    public init(_ reader: inout ObjectReader, id: ObjectID, references: some References) throws(ShapeError) {
        self.id = id
        type = try reader.choice("kind", Kind.self)
        guard let holder = ObjectID(try reader.string("holder")) else {
            throw ShapeError(.value, reader.pointer(to: "holder"), "an id is expected")
        }
        self.holder = holder
        guard let fingerprint = Fingerprint(hex: try reader.string("fingerprint")) else {
            throw ShapeError(.value, reader.pointer(to: "fingerprint"), "64 hexadecimal digits are expected")
        }
        self.fingerprint = fingerprint
        custody = try Custody(&reader, references: references)
        var ancestors: [ObjectID] = []
        for element in try reader.array("ancestors") {
            ancestors.append(
                try references.resolve(element.value.stringValue ?? "", kind: .credential, at: element.pointer)
            )
        }
        self.ancestors = ancestors
        jwk = type == .key ? try PublicKeyMembers.read(&reader) : nil
    }

    /// Writes the members but `id` and the sealed text, in their fixed order.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("kind", type.rawValue)
        writer.member("holder", holder)
        writer.member("fingerprint", fingerprint.description)
        custody.writeMembers(to: &writer)
        writer.member("ancestors", ancestors.map(\.description))
        if let jwk {
            writer.key("jwk")
            writer.value(.object(jwk))
        }
    }
}
