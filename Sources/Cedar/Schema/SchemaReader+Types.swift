// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

extension SchemaReader {
    // What is still to be read, the last first; or to be put together from what was read last.
    private enum Step {
        case read(JSONValue, JSONPath, depth: Int)
        case attribute(JSONValue, JSONPath, name: String, depth: Int)
        case set
        case record(attributes: Int)
    }

    // What has been read: types, and the attributes that wait for their record.
    private struct Done {
        var types: [SchemaFragment.TypeExpression] = []
        var heads: [(name: Text, isRequired: Bool, annotations: [Annotation])] = []
    }

    /// The type in `value`, and the members of its object.
    /// - Parameter others: Members that the object may have beside those of a type.
    mutating func type(
        _ value: JSONValue,
        at path: JSONPath,
        allowing others: [String] = []
    ) throws(SchemaError) -> (SchemaFragment.TypeExpression, SchemaMembers) {
        var done = Done()
        var steps: [Step] = []
        let members = try open(value, path, 0, allowing: others, &steps, &done)
        while let step = steps.popLast() {
            switch step {
            case .read(let value, let path, let depth):
                _ = try open(value, path, depth, allowing: [], &steps, &done)
            case .attribute(let value, let path, let name, let depth):
                let members = try open(value, path, depth, allowing: ["required", "annotations"], &steps, &done)
                var isRequired = true
                if let (value, path) = members["required"] { isRequired = try path.bool(value) }
                done.heads.append((Text(name), isRequired, try annotations(members)))
            case .set:
                if let element = done.types.popLast() { done.types.append(.set(element)) }
            case .record(let count):
                // The heads were read before what their types are made of, so they stand in the order of the types.
                let attributes = zip(done.heads.suffix(count), done.types.suffix(count)).map { head, type in
                    SchemaFragment.Attribute(
                        name: head.name,
                        type: type,
                        isRequired: head.isRequired,
                        annotations: head.annotations
                    )
                }
                done.heads.removeLast(count)
                done.types.removeLast(count)
                done.types.append(.record(attributes))
            }
        }
        guard let type = done.types.last else { throw path.error(.kind, "a type is expected") }
        return (type, members)
    }

    // Reads a type that has no parts, or leaves steps for those it has.
    private mutating func open(
        _ value: JSONValue,
        _ path: JSONPath,
        _ depth: Int,
        allowing others: [String],
        _ steps: inout [Step],
        _ done: inout Done
    ) throws(SchemaError) -> SchemaMembers {
        try count(1, at: path)
        guard depth <= limits.maximumNesting else {
            throw path.error(.nesting, "types are nested deeper than \(limits.maximumNesting) levels")
        }
        // Which members there may be depends on what kind of type it is.
        var members = try SchemaMembers(value, at: path)
        let (kind, kindPath) = try members.required("type")
        let word = try kindPath.string(kind)
        let parts =
            switch word.string {
            case "Set": ["element"]
            case "Record": ["attributes", "additionalAttributes"]
            case "Entity", "EntityOrCommon", "Extension": ["name"]
            default: [String]()
            }
        try members.know(["type"] + parts + others)
        switch word.string {
        case "String": done.types.append(.string)
        case "Long": done.types.append(.long)
        case "Boolean": done.types.append(.bool)
        case "Set":
            let (element, path) = try members.required("element")
            steps.append(.set)
            steps.append(.read(element, path, depth: depth + 1))
        case "Record":
            if let (value, path) = members["additionalAttributes"], try path.bool(value) {
                throw path.error(.unsupported, "records have no attributes beside those that are named")
            }
            let (attributes, path) = try members.required("attributes")
            let list = try path.members(of: attributes)
            steps.append(.record(attributes: list.count))
            for (name, value, path) in list.reversed() {
                steps.append(.attribute(value, path, name: name, depth: depth + 1))
            }
        case "Entity": done.types.append(.entity(try name(of: members)))
        case "EntityOrCommon": done.types.append(.name(try name(of: members)))
        case "Extension": done.types.append(.extensionType(try extensionName(of: members)))
        // Any other word is the name of a common type, the language's own among them: `Bool`, `decimal`.
        default: done.types.append(.commonType(try name(kind, kindPath)))
        }
        return members
    }

    private mutating func name(of members: SchemaMembers) throws(SchemaError) -> SchemaFragment.Name {
        let (value, path) = try members.required("name")
        return try name(value, path)
    }

    // The language's own namespace is not written here.
    private mutating func extensionName(of members: SchemaMembers) throws(SchemaError) -> SchemaFragment.Name {
        let name = try name(of: members)
        guard name.text.isUnqualified, name.text != "__cedar" else {
            let message = "an extension type is named without a namespace"
            throw SchemaError(.name, message, at: name.place)
        }
        return name
    }
}
