// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A reversible stop of everything in its scope; lifting it leaves a cut at the lift's revision, so that no credential
/// from before or during the hold comes back to life (DESIGN 1.3).
public struct Hold: TrustObject {
    public static let kind = ObjectKind.hold
    public static let freeText = ["reason"]

    public let id: ObjectID
    /// What it covers.
    public let scope: Scope
    public var sealed: SealedText?

    /// A hold of the given scope.
    public init(id: ObjectID, scope: Scope, sealed: SealedText? = nil) {
        self.id = id
        self.scope = scope
        self.sealed = sealed
    }

    public init(_ reader: inout ObjectReader, id: ObjectID, references: some References) throws(ShapeError) {
        self.id = id
        scope = try Scope(try reader.required("scope"), at: reader.pointer(to: "scope"), references: references)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.key("scope")
        scope.write(to: &writer)
    }
}
