// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Compares values with schemas: the keywords that our own documents use, and a fault for any other.
struct SchemaCheck {
    /// The document's `components/schemas`.
    let components: JSONObject

    private static let annotations: Set<String> = [
        "description", "examples", "default", "format", "x-slashes", "title",
    ]

    /// What is wrong with a value, each fault with its place; empty when nothing is.
    func faults(_ value: JSONValue, _ schema: JSONValue, at place: String = "") -> [String] {
        guard case .object(let keywords) = schema else { return ["\(place): no schema"] }
        var faults: [String] = []
        for keyword in keywords {
            faults += self.faults(value, keyword.key, keyword.value, keywords, place)
        }
        return faults
    }

    private func faults(
        _ value: JSONValue,
        _ keyword: String,
        _ rule: JSONValue,
        _ keywords: JSONObject,
        _ place: String
    ) -> [String] {
        func unless(_ holds: Bool) -> [String] {
            holds
                ? []
                : [
                    "\(place): \(String(decoding: value.serialized(), as: UTF8.self).prefix(80)) is not \(keyword) \(rule)"
                ]
        }
        switch (keyword, value) {
        case ("$ref", _):
            let name = (rule.stringValue ?? "").split(separator: "/").last.map(String.init) ?? ""
            guard let target = components[name] else { return ["\(place): no schema \(name)"] }
            return faults(value, target, at: place)
        case ("type", _):
            let types = rule.arrayValue?.compactMap(\.stringValue) ?? [rule.stringValue ?? ""]
            return unless(types.contains { Self.matches(value, $0) })
        case ("enum", _): return unless((rule.arrayValue ?? []).contains(value))
        case ("anyOf", _):
            return unless((rule.arrayValue ?? []).contains { faults(value, $0, at: place).isEmpty })
        case ("pattern", .string(let text)):
            guard let regex = try? Regex(rule.stringValue ?? "") else { return ["\(place): no pattern \(rule)"] }
            return unless(text.firstMatch(of: regex) != nil)
        case ("minLength", .string(let text)): return unless(text.unicodeScalars.count >= Int(rule.integerValue ?? 0))
        case ("maxLength", .string(let text)): return unless(text.unicodeScalars.count <= Int(rule.integerValue ?? 0))
        case ("minimum", .integer(let number)): return unless(number >= rule.integerValue ?? 0)
        case ("maximum", .integer(let number)): return unless(number <= rule.integerValue ?? 0)
        case ("items", .array(let elements)):
            return elements.enumerated().flatMap { faults($0.element, rule, at: "\(place)/\($0.offset)") }
        case ("minItems", .array(let elements)): return unless(elements.count >= Int(rule.integerValue ?? 0))
        case ("maxItems", .array(let elements)): return unless(elements.count <= Int(rule.integerValue ?? 0))
        case ("maxProperties", .object(let object)): return unless(object.count <= Int(rule.integerValue ?? 0))
        case ("required", .object(let object)):
            return (rule.arrayValue ?? []).compactMap(\.stringValue).filter { object[$0] == nil }.map {
                "\(place): '\($0)' is missing"
            }
        case ("properties", .object(let object)):
            return (rule.objectValue ?? JSONObject()).flatMap { member in
                object[member.key].map { faults($0, member.value, at: "\(place)/\(member.key)") } ?? []
            }
        case ("additionalProperties", .object(let object)):
            let known = keywords["properties"]?.objectValue ?? JSONObject()
            return object.filter { known[$0.key] == nil }.flatMap { member in
                if case .bool(let isAllowed) = rule { return isAllowed ? [] : ["\(place): '\(member.key)' is unknown"] }
                return faults(member.value, rule, at: "\(place)/\(member.key)")
            }
        case ("pattern", _), ("minLength", _), ("maxLength", _), ("minimum", _), ("maximum", _), ("items", _),
            ("minItems", _), ("maxItems", _), ("maxProperties", _), ("required", _), ("properties", _),
            ("additionalProperties", _):
            return []
        default: return Self.annotations.contains(keyword) ? [] : ["\(place): the keyword \(keyword) is not known here"]
        }
    }

    private static func matches(_ value: JSONValue, _ type: String) -> Bool {
        switch (type, value) {
        case ("string", .string), ("integer", .integer), ("boolean", .bool), ("null", .null), ("array", .array),
            ("object", .object), ("number", .integer), ("number", .number):
            true
        default: false
        }
    }
}

/// A description of routes, asked about answers.
struct Description {
    let document: JSONValue
    let check: SchemaCheck

    init(_ document: JSONValue) {
        self.document = document
        check = SchemaCheck(components: document["components"]?["schemas"]?.objectValue ?? JSONObject())
    }

    /// The operations by `method path`.
    var operations: [(name: String, operation: JSONValue)] {
        (document["paths"]?.objectValue ?? JSONObject()).flatMap { path in
            (path.value.objectValue ?? JSONObject()).map { ("\($0.key.uppercased()) \(path.key)", $0.value) }
        }
    }

    /// The schema of an operation's JSON body.
    func requestSchema(_ operation: String) -> JSONValue? {
        let content = operations.first { $0.name == operation }?.operation["requestBody"]?["content"]
        return content?["application/json"]?["schema"].map(resolved)
    }

    /// A schema itself, where a reference to it was given.
    func resolved(_ schema: JSONValue) -> JSONValue {
        guard let reference = schema["$ref"]?.stringValue, let name = reference.split(separator: "/").last,
            let target = check.components[String(name)]
        else { return schema }
        return target
    }

    /// What of an answer the document does not say.
    func faults(_ operation: String, _ answer: TestClient.Answer) -> [String] {
        guard let described = operations.first(where: { $0.name == operation })?.operation else {
            return ["\(operation) is not described"]
        }
        guard var response = described["responses"]?[String(answer.status)] else {
            return ["\(operation) does not say \(answer.status): \(answer.text.prefix(300))"]
        }
        if let reference = response["$ref"]?.stringValue, let name = reference.split(separator: "/").last,
            let target = document["components"]?["responses"]?[String(name)]
        {
            response = target
        }
        var faults: [String] = []
        for header in response["headers"]?.objectValue ?? JSONObject() where header.value["required"] == true {
            if answer[header.key] == nil { faults.append("\(operation): \(header.key) is missing") }
        }
        guard let content = response["content"]?.objectValue else {
            return faults + (answer.body.isEmpty ? [] : ["\(operation): a body of which nothing is said"])
        }
        let type = answer["content-type"].map { String($0.prefix { $0 != ";" }) } ?? ""
        guard let schema = content[type]?["schema"] else {
            return faults + ["\(operation): the media type \(type) is not described"]
        }
        guard type.hasSuffix("json"), !answer.body.isEmpty else { return faults }
        guard let value = answer.json else { return faults + ["\(operation): no JSON"] }
        return faults + check.faults(value, schema).map { "\(operation) \(answer.status)\($0)" }
    }
}
