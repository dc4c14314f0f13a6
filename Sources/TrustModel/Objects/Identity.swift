// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A non-human identity: a service, CI job, agent, integration or device that calls APIs.
public struct Identity: NamedObject {
    /// What kind of machine it is.
    public enum Kind: String, Sendable, CaseIterable {
        case service, ci, agent, integration, device
    }

    /// A foreign token that proves this identity: one issuer's exact subject, and claims that must be equal.
    public struct Federation: Sendable, Equatable {
        /// The issuer.
        public let issuer: ObjectID
        /// The exact `sub` (RFC 7519 section 4.1.2).
        public let subject: String
        /// Further claims, each an exact string, integer or boolean.
        public let claims: JSONObject

        /// A binding to a subject of an issuer.
        public init(issuer: ObjectID, subject: String, claims: JSONObject = JSONObject()) {
            self.issuer = issuer
            self.subject = subject
            self.claims = claims
        }

        /// Equal by bytes, as tokens are compared.
        public static func == (left: Federation, right: Federation) -> Bool {
            left.issuer == right.issuer && sameBytes(left.subject, right.subject) && left.claims == right.claims
        }
    }

    /// The kind of its ids.
    public static let kind = ObjectKind.identity
    /// The free text fields it takes, by name.
    public static let freeText = ["display_name", "description"]
    /// The most foreign subjects that prove one identity.
    public static let federationLimit = 32
    /// The most labels.
    public static let labelLimit = 32

    /// Its id.
    public let id: ObjectID
    /// Its permanent name.
    public let name: String
    /// The kind of machine.
    public var type: Kind
    /// Owner, purpose, boundary, expiry.
    public var custody: Custody
    /// Terms that policies may ask for, sorted.
    public var labels: [String]
    /// Which foreign tokens prove it.
    public var federation: [Federation]
    /// Its free text, encrypted.
    public var sealed: SealedText?

    /// Reads the members but `id` and the sealed text.
    public init(_ reader: inout ObjectReader, id: ObjectID, references: some References) throws(ShapeError) {
        self.id = id
        name = try reader.name()
        type = try reader.choice("kind", Kind.self)
        custody = try Custody(&reader, references: references)
        labels = try reader.terms("labels", limit: Self.labelLimit)
        federation = []
        for element in try reader.array("federation") {
            federation.append(try Federation(element.value, at: element.pointer, references: references))
        }
        guard federation.count <= Self.federationLimit else {
            throw ShapeError(.value, reader.pointer(to: "federation"), "at most \(Self.federationLimit) are allowed")
        }
    }

    /// Writes the members but `id` and the sealed text, in their fixed order.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("name", name)
        writer.member("kind", type.rawValue)
        custody.writeMembers(to: &writer)
        writer.member("labels", labels)
        writer.key("federation")
        writer.beginArray()
        for binding in federation {
            writer.beginObject()
            writer.member("issuer", binding.issuer)
            writer.member("subject", binding.subject)
            writer.key("claims")
            writer.value(.object(binding.claims))
            writer.endObject()
        }
        writer.endArray()
    }
}

extension Identity.Federation {
    init(_ value: JSONValue, at pointer: String, references: some References) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        let issuer = try references.resolve(
            try reader.string("issuer"),
            kind: .issuer,
            at: reader.pointer(to: "issuer")
        )
        let subject = try reader.string("subject")
        guard (1...2048).contains(subject.utf8.count) else {
            throw ShapeError(.value, reader.pointer(to: "subject"), "a subject has 1 to 2048 bytes")
        }
        let claims = try reader.claims("claims", alternatives: false)
        try reader.finish()
        self.init(issuer: issuer, subject: subject, claims: claims)
    }
}
