// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel

/// What the leaf of a decision about a credential says of that credential.
///
/// A token for several operations is one decision for each of them, and is issued when all of them permit it: then each
/// leaf says which token it let come to be.
struct IssueFacts: Sendable, Equatable {
    /// The token that was issued.
    struct Issued: Sendable, Equatable {
        let token: ObjectID
        let expiresAt: Timestamp
        /// The thumbprint of the key that it is bound to; nil for a bearer token.
        let key: String?
        /// All operations it is for.
        let operations: [String]
    }

    /// How the client proved itself.
    struct Client: Sendable, Equatable {
        let method: ClientMethod
        /// Whether its assertion named the endpoint and not the issuer, which is trust debt as a secret is.
        let audienceIsLegacy: Bool

        init(_ client: ProvenClient) {
            method = client.method
            audienceIsLegacy = client.audienceIsLegacy
        }

        fileprivate init(method: ClientMethod, audienceIsLegacy: Bool) {
            self.method = method
            self.audienceIsLegacy = audienceIsLegacy
        }
    }

    /// The OAuth grant: `client_credentials`, ...
    let grant: String
    /// How the client proved itself; nil where it left that to the token that it presented.
    let client: Client?
    /// What came to be; nil when nothing did, although this operation may have been permitted.
    var issued: Issued?

    /// Writes the members.
    func writeMembers(to writer: inout JSONWriter) {
        writer.key("grant")
        writer.string(grant)
        if let client {
            writer.key("client_method")
            writer.string(client.method.rawValue)
            if client.audienceIsLegacy {
                writer.key("client_audience")
                writer.string("legacy")
            }
        }
        guard let issued else { return }
        writer.key("issued")
        writer.beginObject()
        writer.key("token")
        writer.string(issued.token)
        writer.key("expires_at")
        writer.string(issued.expiresAt)
        if let key = issued.key {
            writer.key("key")
            writer.string(key)
        }
        writer.key("operations")
        writer.beginArray()
        for operation in issued.operations { writer.string(operation) }
        writer.endArray()
        writer.endObject()
    }

    init(grant: String, client: Client? = nil, issued: Issued? = nil) {
        self.grant = grant
        self.client = client
        self.issued = issued
    }

    /// Reads the members.
    init(_ reader: inout ObjectReader) throws(ShapeError) {
        grant = try reader.string("grant")
        if let name = try reader.optionalString("client_method") {
            guard let method = ClientMethod(rawValue: name) else {
                throw ShapeError(.value, reader.pointer(to: "client_method"), "a way to prove a client is expected")
            }
            let audience = try reader.optionalString("client_audience")
            client = Client(method: method, audienceIsLegacy: audience == "legacy")
        } else {
            client = nil
        }
        guard var member = try reader.optionalObject("issued") else { return }
        guard let token = ObjectID(try member.string("token")), token.kind == .credential else {
            throw ShapeError(.value, member.pointer(to: "token"), "the id of a credential is expected")
        }
        issued = Issued(
            token: token,
            expiresAt: try member.timestamp("expires_at"),
            key: try member.optionalString("key"),
            operations: try member.strings("operations")
        )
        try member.finish()
    }
}
