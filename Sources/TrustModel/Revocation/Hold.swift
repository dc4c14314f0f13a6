// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A reversible stop of everything in its scope; lifting it leaves a cut at the lift's revision, so that no credential
/// from before or during the hold comes back to life (DESIGN 1.3).
public struct Hold: TrustObject {
    /// The kind of its ids.
    public static let kind = ObjectKind.hold
    /// The free text fields it takes, by name.
    public static let freeText = ["reason"]

    /// Its id.
    public let id: ObjectID
    /// What it covers.
    public let scope: Scope
    /// Its free text, encrypted.
    public var sealed: SealedText?

    /// A hold of the given scope.
    public init(id: ObjectID, scope: Scope, sealed: SealedText? = nil) {
        self.id = id
        self.scope = scope
        self.sealed = sealed
    }

    /// Reads the members but `id` and the sealed text.
    public init(_ reader: inout ObjectReader, id: ObjectID, references: some References) throws(ShapeError) {
        self.id = id
        scope = try Scope(try reader.required("scope"), at: reader.pointer(to: "scope"), references: references)
    }

    /// Writes the members but `id` and the sealed text, in their fixed order.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.key("scope")
        scope.write(to: &writer)
    }
}
