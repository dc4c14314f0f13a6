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

    /// The OAuth grant: `client_credentials`, ...
    let grant: String
    /// What came to be; nil when nothing did, although this operation may have been permitted.
    var issued: Issued?

    /// Writes the members.
    func writeMembers(to writer: inout JSONWriter) {
        writer.key("grant")
        writer.string(grant)
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

    init(grant: String, issued: Issued? = nil) {
        self.grant = grant
        self.issued = issued
    }

    /// Reads the members.
    init(_ reader: inout ObjectReader) throws(ShapeError) {
        grant = try reader.string("grant")
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
