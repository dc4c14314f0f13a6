// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A system that gives out credentials of its own on our word: where it is, and which of its rights whoever may call an
/// operation gets there. The password of our own account there lies in the sealed store.
public struct BackEnd: NamedObject {
    /// What it is.
    public enum System: String, Sendable, CaseIterable {
        /// A PostgreSQL server, whose roles are given out.
        case postgresql
    }

    /// The kind of its ids.
    public static let kind = ObjectKind.backEnd
    /// The free text fields it takes, by name.
    public static let freeText = ["display_name", "description"]
    /// The most roles that one back end gives out.
    public static let roleLimit = 256

    /// Its id.
    public let id: ObjectID
    /// Its permanent name.
    public let name: String
    /// Owner, purpose, boundary, expiry.
    public var custody: Custody
    /// What it is.
    public var system: System
    /// The API whose operations are its roles: whoever may be issued an operation gets the role of its name.
    public var api: ObjectID
    /// Where it is, and as whom we speak to it.
    public var connection: BackEndConnection
    /// What it gives out.
    public var roles: [BackEndRole]
    /// Its free text, encrypted.
    public var sealed: SealedText?

    /// Reads the members but `id` and the sealed text.
    public init(_ reader: inout ObjectReader, id: ObjectID, references: some References) throws(ShapeError) {
        self.id = id
        name = try reader.name()
        custody = try Custody(&reader, references: references)
        system = try reader.choice("type", System.self)
        api = try references.resolve(try reader.string("api"), kind: .api, at: reader.pointer(to: "api"))
        connection = try BackEndConnection(try reader.required("connection"), at: reader.pointer(to: "connection"))
        roles = []
        var operations: Set<String> = []
        for element in try reader.array("roles") {
            let role = try BackEndRole(element.value, at: element.pointer)
            guard operations.insert(role.operation).inserted else {
                throw ShapeError(.value, "\(element.pointer)/operation", "this operation stands twice")
            }
            roles.append(role)
        }
        guard (1...Self.roleLimit).contains(roles.count) else {
            throw ShapeError(.value, reader.pointer(to: "roles"), "1 to \(Self.roleLimit) roles are expected")
        }
    }

    /// Writes the members but `id` and the sealed text, in their fixed order.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("name", name)
        custody.writeMembers(to: &writer)
        writer.member("type", system.rawValue)
        writer.member("api", api)
        writer.key("connection")
        connection.write(to: &writer)
        writer.key("roles")
        writer.beginArray()
        for role in roles { role.write(to: &writer) }
        writer.endArray()
    }
}
