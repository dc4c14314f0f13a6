// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Reads a schema in the JSON form.
///
/// Nothing here recurses: types are read by a loop with a stack of its own, ``type(_:at:allowing:)``.
struct SchemaReader {
    let limits: SchemaLimits
    private var size = 0
    // What a name counts in the namespace at hand.
    private var weight = 1

    init(limits: SchemaLimits) {
        self.limits = limits
    }

    /// The whole schema: an object with a member for each namespace.
    mutating func fragment(_ json: JSONValue) throws(SchemaError) -> SchemaFragment {
        var namespaces: [SchemaFragment.Namespace] = []
        for (name, value, path) in try JSONPath.root.members(of: json) {
            namespaces.append(try namespace(name, value, path))
        }
        return SchemaFragment(namespaces: namespaces)
    }

    // The members of a namespace may stand in any order; in the fragment the common types come first.
    private mutating func namespace(
        _ name: String,
        _ value: JSONValue,
        _ path: JSONPath
    ) throws(SchemaError) -> SchemaFragment.Namespace {
        if !name.isEmpty { try checkName(name, at: path, allowsReserved: false) }
        weight = SchemaFragment.Name(text: Text(name), place: .json(path)).weight
        let members = try SchemaMembers(
            value,
            at: path,
            known: ["commonTypes", "entityTypes", "actions", "annotations"]
        )
        var declarations: [SchemaFragment.Declaration] = []
        if let (types, path) = members["commonTypes"] {
            for (name, value, path) in try path.members(of: types) {
                declarations.append(.commonType(try commonType(name, value, path)))
            }
        }
        let (entities, entitiesPath) = try members.required("entityTypes")
        for (name, value, path) in try entitiesPath.members(of: entities) {
            declarations.append(.entityType(try entity(name, value, path)))
        }
        let (actions, actionsPath) = try members.required("actions")
        for (name, value, path) in try actionsPath.members(of: actions) {
            declarations.append(.action(try action(name, value, path)))
        }
        let annotations = try annotations(members)
        // The text form has no place where these could stand.
        if name.isEmpty, !annotations.isEmpty {
            throw path.member("annotations").error(.unsupported, "annotations need a namespace with a name")
        }
        return SchemaFragment.Namespace(
            name: name.isEmpty ? nil : Text(name),
            annotations: annotations,
            declarations: declarations,
            place: .json(path)
        )
    }

    private mutating func commonType(
        _ name: String,
        _ value: JSONValue,
        _ path: JSONPath
    ) throws(SchemaError) -> SchemaFragment.CommonType {
        let name = try declaredName(name, path)
        // `{"type": "Set"}` could not mean a common type of this name.
        guard !SchemaNames.keywords.contains(name.text.string) else {
            throw path.error(.reserved, "'\(name.text)' is a word of the schema language and cannot name a type")
        }
        let (type, members) = try type(value, at: path, allowing: ["annotations"])
        return SchemaFragment.CommonType(name: name, type: type, annotations: try annotations(members))
    }

    private mutating func entity(
        _ name: String,
        _ value: JSONValue,
        _ path: JSONPath
    ) throws(SchemaError) -> SchemaFragment.EntityType {
        let name = try declaredName(name, path)
        let known = ["memberOfTypes", "shape", "tags", "enum", "annotations"]
        let members = try SchemaMembers(value, at: path, known: known)
        let annotations = try annotations(members)
        if let (choices, path) = members["enum"] {
            // These entities are the ids and nothing else; not even an empty list of groups may stand beside them.
            if let other = ["memberOfTypes", "shape", "tags"].first(where: { members[$0] != nil }) {
                let message = "an entity type with 'enum' has no '\(other)'"
                throw members.path.member(other).error(.unknown, message)
            }
            let ids = try path.elements(of: choices) { value, path throws(SchemaError) in try path.string(value) }
            guard !ids.isEmpty else { throw path.error(.missing, "at least one id is needed") }
            try count(ids.count, at: path)
            return SchemaFragment.EntityType(names: [name], kind: .enumerated(ids), annotations: annotations)
        }
        let parents = try members["memberOfTypes"].map { member throws(SchemaError) in try names(member) }
        let shape = try members["shape"].map { value, path throws(SchemaError) in try type(value, at: path).0 }
        let tags = try members["tags"].map { value, path throws(SchemaError) in try type(value, at: path).0 }
        return SchemaFragment.EntityType(
            names: [name],
            kind: .standard(parents: parents ?? [], attributes: shape ?? .record([]), tags: tags),
            annotations: annotations
        )
    }

    private mutating func action(
        _ name: String,
        _ value: JSONValue,
        _ path: JSONPath
    ) throws(SchemaError) -> SchemaFragment.Action {
        try count(1, at: path)
        let known = ["appliesTo", "memberOf", "attributes", "annotations"]
        let members = try SchemaMembers(
            value,
            at: path,
            known: known,
            nullable: ["appliesTo", "memberOf", "attributes"]
        )
        // The form has the member, but no implementation gives actions attributes.
        if let (_, path) = members["attributes"] {
            throw path.error(.unsupported, "actions have no attributes")
        }
        let parents = try members["memberOf"].map { value, path throws(SchemaError) in
            try path.elements(of: value) { value, path throws(SchemaError) in try actionName(value, path) }
        }
        let applies = try members["appliesTo"].map { value, path throws(SchemaError) in try appliesTo(value, path) }
        return SchemaFragment.Action(
            names: [SchemaFragment.Name(text: Text(name), place: .json(path))],
            parents: parents ?? [],
            appliesTo: applies ?? nil,
            annotations: try annotations(members)
        )
    }

    private mutating func actionName(
        _ value: JSONValue,
        _ path: JSONPath
    ) throws(SchemaError) -> SchemaFragment.ActionName {
        try count(1, at: path)
        let members = try SchemaMembers(value, at: path, known: ["id", "type"], nullable: ["type"])
        let (id, idPath) = try members.required("id")
        let type = try members["type"].map { value, path throws(SchemaError) in try self.name(value, path) }
        return SchemaFragment.ActionName(type: type?.text, id: try idPath.string(id), place: .json(path))
    }

    private mutating func appliesTo(
        _ value: JSONValue,
        _ path: JSONPath
    ) throws(SchemaError) -> SchemaFragment.AppliesTo? {
        let members = try SchemaMembers(value, at: path, known: ["resourceTypes", "principalTypes", "context"])
        let principals = try names(try members.required("principalTypes"))
        let resources = try names(try members.required("resourceTypes"))
        let context = try members["context"].map { value, path throws(SchemaError) in try type(value, at: path).0 }
        // Lists that are both empty say no more than none.
        if principals.isEmpty, resources.isEmpty, context?.isEmptyRecord ?? true { return nil }
        return SchemaFragment.AppliesTo(principals: principals, resources: resources, context: context ?? .record([]))
    }
}

extension SchemaReader {
    /// The annotations in the member of that name; `null` stands for an empty value.
    func annotations(_ members: SchemaMembers) throws(SchemaError) -> [Annotation] {
        guard let (value, path) = members["annotations"] else { return [] }
        var annotations: [Annotation] = []
        for (key, value, path) in try path.members(of: value) {
            guard key.isIdentifier else { throw path.error(.name, "this is no name for an annotation") }
            annotations.append(Annotation(key: Text(key), value: value.isNull ? "" : try path.string(value)))
        }
        return annotations
    }

    /// The names in an array of strings.
    mutating func names(_ member: (JSONValue, JSONPath)) throws(SchemaError) -> [SchemaFragment.Name] {
        try member.1.elements(of: member.0) { value, path throws(SchemaError) in try name(value, path) }
    }

    /// The name in a string.
    mutating func name(_ value: JSONValue, _ path: JSONPath) throws(SchemaError) -> SchemaFragment.Name {
        try count(1, at: path)
        let text = try path.string(value)
        try checkName(text.string, at: path, allowsReserved: true)
        return SchemaFragment.Name(text: text, place: .json(path))
    }

    // A name that something is declared under.
    private mutating func declaredName(_ name: String, _ path: JSONPath) throws(SchemaError) -> SchemaFragment.Name {
        try count(1, at: path)
        guard name.isIdentifier else { throw path.error(.name, "a type's name consists of letters, digits and '_'") }
        try checkName(name, at: path, allowsReserved: false)
        return SchemaFragment.Name(text: Text(name), place: .json(path))
    }

    // Identifiers joined by `::`, without spaces; `__cedar` only where a name refers to something.
    private func checkName(_ name: String, at path: JSONPath, allowsReserved: Bool) throws(SchemaError) {
        let parts = name.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            let part = String(decoding: Array(part), as: UTF8.self)
            // Of `A::B` every other part is what stands between the two colons.
            guard index % 2 == 0 ? part.isIdentifier : part.isEmpty else {
                throw path.error(.name, "a name consists of identifiers joined by '::', without spaces")
            }
            if ReservedWord.contains(part), !allowsReserved || part != "__cedar" {
                throw path.error(.reserved, "'\(part)' is a reserved word and cannot be part of a name")
            }
        }
        guard parts.count % 2 == 1 else { throw path.error(.name, "the name ends with a colon") }
    }

    /// Adds `number` types and names to what has been read.
    mutating func count(_ number: Int, at path: JSONPath) throws(SchemaError) {
        size += number * weight
        guard size <= limits.maximumSize else {
            throw path.error(.size, "the schema declares more than \(limits.maximumSize) types and names in all")
        }
    }
}

extension String {
    /// Whether it is an identifier, reserved or not.
    fileprivate var isIdentifier: Bool {
        guard let first = utf8.first else { return false }
        return first.startsIdentifier && utf8.allSatisfy(\.continuesIdentifier)
    }
}
