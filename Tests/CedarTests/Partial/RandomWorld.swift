// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar

/// A small world to ask about: users in groups, documents in folders, and a schema to which it conforms.
struct RandomWorld {
    let entities: [Entity]
    let store: EntityStore

    static let actions = ["view", "edit", "share"]

    /// - Parameter isConforming: whether every entity is as the schema says. Otherwise attributes are missing or of
    ///   another type here and there.
    /// - Parameter share: how many of its entities are missing.
    init(isConforming: Bool, leavingOut share: Double = 0, using generator: inout SeededGenerator) throws {
        var entities: [Entity] = []
        for index in 0..<3 {
            let parents = index > 0 && Bool.random(using: &generator) ? [try uid("Group::g\(index - 1)")] : []
            entities.append(Entity(uid: try uid("Group::g\(index)"), parents: Set(parents)))
        }
        for index in 0..<5 {
            var attributes: Record = [
                "name": .string(Text(["ann", "bob"].randomElement(using: &generator) ?? "")),
                "age": .long(Int64.random(in: 0...3, using: &generator)),
                "boss": .entity(try Self.user(using: &generator)),
                "flags": .record(["admin": .bool(Bool.random(using: &generator))]),
                "groups": .set(ValueSet([.entity(try Self.group(using: &generator))])),
            ]
            if Bool.random(using: &generator) { attributes["manager"] = .entity(try Self.user(using: &generator)) }
            entities.append(
                Entity(
                    uid: try uid("User::u\(index)"),
                    attributes: attributes,
                    parents: Bool.random(using: &generator) ? [try Self.group(using: &generator)] : [],
                    tags: Bool.random(using: &generator) ? ["team": "red"] : [:]
                )
            )
        }
        for index in 0..<3 {
            let parents = index > 0 && Bool.random(using: &generator) ? [try uid("Folder::f\(index - 1)")] : []
            entities.append(
                Entity(
                    uid: try uid("Folder::f\(index)"),
                    attributes: ["owner": .entity(try Self.user(using: &generator))],
                    parents: Set(parents)
                )
            )
        }
        for index in 0..<9 {
            var attributes: Record = [
                "owner": .entity(try Self.user(using: &generator)),
                "isPublic": .bool(Bool.random(using: &generator)),
                "class": .string(Text(["public", "secret"].randomElement(using: &generator) ?? "")),
                "size": .long(Int64.random(in: 0...3, using: &generator)),
                "readers": .set(ValueSet([.entity(try Self.user(using: &generator))])),
                "acl": .entity(try Self.group(using: &generator)),
                "meta": .record(["kind": "memo", "by": .entity(try Self.user(using: &generator))]),
                "labels": .set(ValueSet(["a", "b"].filter { _ in Bool.random(using: &generator) }.map(Value.string))),
            ]
            if Bool.random(using: &generator) { attributes["expires"] = 7 }
            entities.append(
                Entity(
                    uid: try uid("Doc::d\(index)"),
                    attributes: attributes,
                    parents: Bool.random(using: &generator)
                        ? [try uid("Folder::f\(Int.random(in: 0..<3, using: &generator))")] : []
                )
            )
        }
        for action in Self.actions {
            let parents = action == "share" ? [] : [try uid("Action::any")]
            entities.append(Entity(uid: try uid("Action::\(action)"), parents: Set(parents)))
        }
        if !isConforming {
            for index in entities.indices where !entities[index].attributes.isEmpty {
                let keys = entities[index].attributes.map(\.key)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: entities[index].attributes[keys.randomElement(using: &generator) ?? ""] = nil
                case 1: entities[index].attributes[keys.randomElement(using: &generator) ?? ""] = .string("other")
                default: break
                }
            }
        }
        if share > 0 { entities.removeAll { _ in Double.random(in: 0..<1, using: &generator) < share } }
        self.entities = entities
        store = try EntityStore(entities.shuffled(using: &generator))
    }

    // One more than there are: some names name nobody.
    static func user(using generator: inout SeededGenerator) throws -> EntityUID {
        try uid("User::u\(Int.random(in: 0..<6, using: &generator))")
    }

    static func group(using generator: inout SeededGenerator) throws -> EntityUID {
        try uid("Group::g\(Int.random(in: 0..<3, using: &generator))")
    }

    /// A request that the schema admits.
    func request(using generator: inout SeededGenerator) throws -> AuthorizationRequest {
        let action = Self.actions.randomElement(using: &generator) ?? ""
        let isShare = action == "share"
        let byGroup = isShare && Bool.random(using: &generator)
        let folder = !isShare && Int.random(in: 0..<4, using: &generator) == 0
        return AuthorizationRequest(
            principal: byGroup ? try Self.group(using: &generator) : try Self.user(using: &generator),
            action: try uid("Action::\(action)"),
            resource: try uid(
                folder
                    ? "Folder::f\(Int.random(in: 0..<3, using: &generator))"
                    : "Doc::d\(Int.random(in: 0..<10, using: &generator))"
            ),
            context: Self.context(using: &generator)
        )
    }

    static func context(using generator: inout SeededGenerator) -> Record {
        var context: Record = ["mfa": .bool(Bool.random(using: &generator))]
        if Bool.random(using: &generator) { context["level"] = .long(Int64.random(in: 0...3, using: &generator)) }
        return context
    }

    /// The schema of the world.
    static func schema() throws -> Schema {
        func type(_ name: String) throws -> EntityTypeName { try uid("\(name)::x").type }
        let (user, group, doc, folder) = (try type("User"), try type("Group"), try type("Doc"), try type("Folder"))
        func attribute(_ name: Text, _ type: SchemaType, isRequired: Bool = true) -> RecordType.Attribute {
            RecordType.Attribute(name: name, type: type, isRequired: isRequired)
        }
        let context = RecordType([attribute("mfa", .bool), attribute("level", .long, isRequired: false)])
        func action(_ name: String, _ principals: Set<EntityTypeName>, _ resources: Set<EntityTypeName>) throws
            -> Schema.Action
        {
            let groups: Set<EntityUID> = name == "share" ? [] : [try uid("Action::any")]
            return Schema.Action(
                uid: try uid("Action::\(name)"),
                parents: groups,
                ancestors: groups,
                principals: principals,
                resources: resources,
                context: context
            )
        }
        return Schema(
            entityTypes: [
                Schema.EntityType(
                    name: user,
                    parents: [group],
                    ancestors: [group],
                    attributes: RecordType([
                        attribute("name", .string), attribute("age", .long), attribute("boss", .entity(user)),
                        attribute("flags", .record(RecordType([attribute("admin", .bool)]))),
                        attribute("groups", .set(.entity(group))),
                        attribute("manager", .entity(user), isRequired: false),
                    ]),
                    tags: .string
                ),
                Schema.EntityType(name: group, parents: [group], ancestors: [group]),
                Schema.EntityType(
                    name: folder,
                    parents: [folder],
                    ancestors: [folder],
                    attributes: RecordType([attribute("owner", .entity(user))])
                ),
                Schema.EntityType(
                    name: doc,
                    parents: [folder],
                    ancestors: [folder],
                    attributes: RecordType([
                        attribute("owner", .entity(user)), attribute("isPublic", .bool), attribute("class", .string),
                        attribute("size", .long), attribute("readers", .set(.entity(user))),
                        attribute("acl", .entity(group)),
                        attribute(
                            "meta",
                            .record(RecordType([attribute("kind", .string), attribute("by", .entity(user))]))
                        ),
                        attribute("labels", .set(.string)), attribute("expires", .long, isRequired: false),
                    ])
                ),
            ],
            actions: [
                try action("view", [user], [doc, folder]), try action("edit", [user], [doc, folder]),
                try action("share", [user, group], [doc]),
                Schema.Action(uid: try uid("Action::any")),
            ]
        )
    }
}
