// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

extension OpenAPIReader {
    /// Reads the schemes that the document defines.
    mutating func readSchemes() throws(PostureError) {
        let place = version.isTwo ? "/securityDefinitions" : "/components/securitySchemes"
        let member = version.isTwo ? root["securityDefinitions"] : root["components"]?["securitySchemes"]
        for entry in member?.objectValue ?? JSONObject() where !entry.key.utf8.starts(with: "x-".utf8) {
            try spend(1)
            let pointer = Self.pointer(place, entry.key)
            guard case .value(let scheme, _) = references.resolve(entry.value, at: pointer),
                let type = scheme["type"]?.stringValue
            else {
                remark(pointer, "the scheme has no type, so nobody can tell what it asks for")
                continue
            }
            schemeNames.insert(Array(entry.key.utf8))
            let detail: String? =
                switch type {
                case "http": scheme["scheme"]?.stringValue
                case "apiKey": scheme["in"]?.stringValue
                default: nil
                }
            schemes.append(SecurityScheme(name: entry.key, kind: detail.map { "\(type):\($0)" } ?? type))
        }
    }

    /// The alternatives of a `security` member. What says nothing requires nothing: `null`, an empty list, an object
    /// without members. A scheme that is not defined still keeps the operation from being open.
    mutating func requirement(_ value: JSONValue?, at pointer: String) throws(PostureError) -> [[String]] {
        let elements: [JSONValue]
        switch value {
        case nil: return []
        case .array(let list): elements = list
        case .object(let object):
            remark(pointer, "a requirement is a list of alternatives; this object is read as the only one")
            elements = object.isEmpty ? [] : [.object(object)]
        default:
            remark(pointer, "a requirement is a list of alternatives; this requires nothing")
            return []
        }
        var alternatives: [[String]] = []
        for (index, element) in elements.enumerated() {
            guard let object = element.objectValue else {
                remark("\(pointer)/\(index)", "an alternative is an object; this one requires nothing")
                alternatives.append([])
                continue
            }
            try spend(1 + object.count)
            for member in object where !schemeNames.contains(Array(member.key.utf8)) {
                remark("\(pointer)/\(index)", "the scheme it names is not defined in this document")
            }
            alternatives.append(object.map(\.key))
        }
        return alternatives
    }
}
