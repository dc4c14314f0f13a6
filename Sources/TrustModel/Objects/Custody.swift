// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// The four things without which nothing is created (invariant 1): who answers for it, what for, where, until when.
public struct Custody: Sendable, Equatable {
    /// The operator, person or team, that answers for it.
    public var owner: ObjectID
    /// What it is for; a term, not prose.
    public var purpose: String
    /// The trust boundary it lives in, such as `prod/eu`.
    public var boundary: String
    /// The moment from which it counts as gone.
    public var expiresAt: Timestamp

    /// The longest a custody may last from its renewal: 400 days.
    public static let longestMilliseconds: Int64 = 400 * 86_400_000

    /// Custody of the given four.
    public init(owner: ObjectID, purpose: String, boundary: String, expiresAt: Timestamp) {
        self.owner = owner
        self.purpose = purpose
        self.boundary = boundary
        self.expiresAt = expiresAt
    }

    /// Reads `owner`, `purpose`, `boundary`, `expires_at`.
    public init(
        _ reader: inout ObjectReader,
        references: some References
    ) throws(ShapeError) {
        let owner = try reader.string("owner")
        self.owner = try references.resolve(owner, kind: .operator, at: reader.pointer(to: "owner"))
        purpose = try reader.term("purpose")
        boundary = try reader.term("boundary")
        expiresAt = try references.expiry(&reader)
    }

    func writeMembers(to writer: inout JSONWriter) {
        writer.member("owner", owner)
        writer.member("purpose", purpose)
        writer.member("boundary", boundary)
        writer.member("expires_at", expiresAt)
    }
}
