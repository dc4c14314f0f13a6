// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A person or team that owns objects, or a person or program that gives commands.
///
/// `name` should be a role or staff number: a person's own name and address are free text and sealed.
public struct Operator: NamedObject {
    /// What stands behind it.
    public enum Kind: String, Sendable, CaseIterable {
        /// A person.
        case human
        /// Several people, who own things together; a team gives no commands, for nobody could say who of them did.
        case team
        /// A program that gives commands.
        case automation
    }

    /// The kind of its ids.
    public static let kind = ObjectKind.operator
    /// The free text fields it takes, by name.
    public static let freeText = ["display_name", "contact", "description"]

    /// Its id.
    public let id: ObjectID
    /// Its permanent name.
    public let name: String
    /// A person, a team or a program.
    public var type: Kind
    /// Owner, purpose, boundary, expiry.
    public var custody: Custody
    /// What it is here to do, sorted; none for those who only own things.
    public var roles: [Role]
    /// Its free text, encrypted.
    public var sealed: SealedText?

    /// Reads the members but `id` and the sealed text.
    public init(_ reader: inout ObjectReader, id: ObjectID, references: some References) throws(ShapeError) {
        self.id = id
        name = try reader.name()
        type = try reader.choice("kind", Kind.self)
        custody = try Custody(&reader, references: references)
        roles = try reader.roles()
    }

    /// An operator of the given members.
    public init(id: ObjectID, name: String, type: Kind, custody: Custody, roles: [Role] = []) {
        self.id = id
        self.name = name
        self.type = type
        self.custody = custody
        self.roles = Set(roles).sorted()
    }

    /// Writes the members but `id` and the sealed text, in their fixed order.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("name", name)
        writer.member("kind", type.rawValue)
        custody.writeMembers(to: &writer)
        // Left out when there are none: the entries of operators without roles are what they always were.
        if !roles.isEmpty { writer.member("roles", roles.map(\.rawValue)) }
    }
}
