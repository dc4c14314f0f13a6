// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

extension OpenAPIReader {
    /// What the operations of one path have in common.
    private struct PathItem {
        let object: JSONObject
        let path: String
        let pointer: String
        let parameters: [DocumentedOperation.Parameter]
        let servers: [DocumentedServer]?
    }

    /// Reads all operations.
    mutating func readPaths() throws(PostureError) {
        guard let member = root["paths"], !member.isNull else { return }
        guard let paths = member.objectValue else {
            throw PostureError(.notOpenAPI, "'paths' is no object, so the operations can't be counted")
        }
        for entry in paths where !isExtension(entry.key) {
            let pointer = Self.pointer("/paths", entry.key)
            guard let item = try pathItem(entry.value, at: pointer) else { continue }
            try readOperations(
                PathItem(
                    object: item,
                    path: entry.key,
                    pointer: pointer,
                    parameters: parameters(of: item, and: [], at: pointer),
                    servers: version.isTwo ? nil : servers(in: item, at: pointer)
                )
            )
        }
    }

    /// A path item, what it refers to filled in; what stands beside a reference wins (OpenAPI 3.1 section 4.8.9).
    ///
    /// A reference may lead to another with members of its own beside it, which count as well.
    private mutating func pathItem(_ value: JSONValue, at pointer: String) throws(PostureError) -> JSONObject? {
        guard let own = value.objectValue else {
            if !value.isNull { remark(pointer, "a path item is an object; this one is left out") }
            return nil
        }
        guard var next = references.follow(value) else { return own }
        // From the nearest on.
        var parts = [own]
        while true {
            if parts.count > ReferenceTable.longestChain { next = ReferenceTable.circle }
            switch next {
            case .nothing(let reason):
                let found = parts.contains { $0.count > 1 }
                remark(pointer, "\(found ? "a part of the path item" : "the path item") is left out: \(reason)")
                return found ? Self.merged(parts) : nil
            case .value(let target, _):
                guard let object = target.objectValue else {
                    remark(pointer, "a path item is an object; what this refers to is left out")
                    return Self.merged(parts)
                }
                // Many references to one large object each cost its size.
                try spend(object.count)
                parts.append(object)
                guard let further = references.follow(target) else { return Self.merged(parts) }
                next = further
            }
        }
    }

    /// The members of all parts, the first part's before those of later ones.
    private static func merged(_ parts: [JSONObject]) -> JSONObject {
        JSONObject(parts.reversed().flatMap { part in part.map { ($0.key, $0.value) } })
    }

    private mutating func readOperations(_ item: PathItem) throws(PostureError) {
        try spend(1)
        for member in item.object {
            if version.methods.contains(where: { sameBytes($0, member.key) }) {
                try readOperation(member.value, member.key.uppercased(), item, Self.pointer(item.pointer, member.key))
            } else if !version.isTwo, version.text.hasPrefix("3.2"), sameBytes(member.key, "additionalOperations") {
                for other in member.value.objectValue ?? JSONObject() {
                    let pointer = Self.pointer(item.pointer + "/additionalOperations", other.key)
                    try readOperation(other.value, other.key, item, pointer)
                }
            }
        }
    }

    private mutating func readOperation(
        _ value: JSONValue,
        _ method: String,
        _ item: PathItem,
        _ pointer: String
    ) throws(PostureError) {
        guard let object = value.objectValue else {
            remark(pointer, "an operation is an object; this one is left out")
            return
        }
        let tags = object["tags"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let isOwn = object["security"] != nil
        let own = isOwn ? try requirement(object["security"], at: pointer + "/security") : security
        let servers = version.isTwo ? nil : try servers(in: object, at: pointer)
        let operation = DocumentedOperation(
            method: method,
            path: item.path,
            operationID: object["operationId"]?.stringValue,
            tags: tags,
            isDeprecated: isTrue(object["deprecated"]),
            security: SecurityRequirement(alternatives: own, isOwn: isOwn),
            servers: servers ?? item.servers ?? self.servers,
            parameters: try parameters(of: object, and: item.parameters, at: pointer)
        )
        try spend(1 + tags.count)
        operations.append(operation)
    }

    /// The parameters of an operation or path item, after those it inherits and does not override by name and place.
    private mutating func parameters(
        of object: JSONObject,
        and inherited: [DocumentedOperation.Parameter],
        at pointer: String
    ) throws(PostureError) -> [DocumentedOperation.Parameter] {
        try spend(inherited.count)
        guard let list = object["parameters"]?.arrayValue else { return inherited }
        try spend(list.count)
        var all = inherited
        var seen = Set(inherited.map(Parameter.init))
        for (index, element) in list.enumerated() {
            // Nothing is counted by parameters, so one that stands in another file is no news.
            guard case .value(let value, _) = references.resolve(element, at: "\(pointer)/parameters/\(index)"),
                let name = value["name"]?.stringValue, let location = value["in"]?.stringValue
            else { continue }
            let parameter = DocumentedOperation.Parameter(name: name, location: location)
            if seen.insert(Parameter(parameter)).inserted { all.append(parameter) }
        }
        return all
    }

    /// `deprecated: yes` is a truth to YAML 1.1 and a text to 1.2; nobody who wrote it meant the text.
    private func isTrue(_ value: JSONValue?) -> Bool {
        switch value {
        case .bool(let flag): flag
        case .string(let text): ["true", "yes", "on"].contains(text.lowercased())
        default: false
        }
    }

    private func isExtension(_ name: String) -> Bool { name.utf8.starts(with: "x-".utf8) }
}

/// A parameter by its bytes: two names that only look alike are two parameters.
private struct Parameter: Hashable {
    let name: [UInt8]
    let location: [UInt8]

    init(_ parameter: DocumentedOperation.Parameter) {
        name = Array(parameter.name.utf8)
        location = Array(parameter.location.utf8)
    }
}
