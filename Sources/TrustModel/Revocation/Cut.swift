// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// An irreversible end of every credential in its scope that is older than the cut's own revision (DESIGN 1.3).
public struct Cut: TrustObject {
    /// The kind of its ids.
    public static let kind = ObjectKind.cut
    /// The free text fields it takes, by name.
    public static let freeText = ["reason"]

    /// Its id.
    public let id: ObjectID
    /// What it covers.
    public let scope: Scope
    /// Since when the credentials may have been misused; for those who read the evidence afterwards.
    public let suspectSince: Timestamp?
    /// Its free text, encrypted.
    public var sealed: SealedText?

    /// A cut of the given scope.
    public init(id: ObjectID, scope: Scope, suspectSince: Timestamp? = nil, sealed: SealedText? = nil) {
        self.id = id
        self.scope = scope
        self.suspectSince = suspectSince
        self.sealed = sealed
    }

    /// Reads the members but `id` and the sealed text.
    public init(_ reader: inout ObjectReader, id: ObjectID, references: some References) throws(ShapeError) {
        self.id = id
        scope = try Scope(try reader.required("scope"), at: reader.pointer(to: "scope"), references: references)
        suspectSince = try reader.optionalTimestamp("suspect_since")
    }

    /// Writes the members but `id` and the sealed text, in their fixed order.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.key("scope")
        scope.write(to: &writer)
        if let suspectSince { writer.member("suspect_since", suspectSince) }
    }
}
