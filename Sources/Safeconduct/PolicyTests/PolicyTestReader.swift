// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel

/// Makes a test of what people write: whatever they leave out is as unremarkable as can be.
struct PolicyTestReader {
    let file: String
    let line, column: Int

    /// The most elements of a list.
    private static let listLimit = 64
    /// The longest text in one, as long as a policy's name can be.
    private static let longestText = 512

    /// Reads one test.
    func read(_ value: JSONValue, at pointer: String) throws(ShapeError) -> PolicyTestCase {
        var reader = try ObjectReader(value, at: pointer)
        let name = try reader.string("name")
        guard (1...200).contains(name.utf8.count), name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw ShapeError(.value, reader.pointer(to: "name"), "a name of 1 to 200 bytes on one line is expected")
        }
        let (identity, identityOwner) = try Self.identity(&reader)
        let context = try reader.optionalObject("context")
        var call = try CallParts(context, at: reader.pointer(to: "context"))
        let (resource, apiOwner, act) = try Self.resource(&reader, attributes: call.request.map(\.key))
        if act == .issue, !call.request.isEmpty {
            throw ShapeError(
                .value,
                reader.pointer(to: "context") + "/request",
                "no request is there yet when a credential is issued"
            )
        }
        call.context.method = resource.operation.method
        call.context.act = act
        if call.context.chain.subject.isEmpty { call.context.chain.subject = identity.name }
        call.context.attributes = call.request
        let met = try Self.remedies("met", &reader) ?? []
        let expected = try Self.expectation(&reader)
        try reader.finish()
        return PolicyTestCase(
            file: file,
            line: line,
            column: column,
            name: name,
            identity: identity,
            identityOwner: identityOwner,
            resource: resource,
            apiOwner: apiOwner,
            context: call.context,
            met: Set(met),
            expected: expected,
            written: value
        )
    }

    private static func expectation(_ reader: inout ObjectReader) throws(ShapeError) -> PolicyTestCase.Expectation {
        let outcome = try reader.choice("expect", Decision.Outcome.self)
        let reason = try reader.optionalString("reason")
        guard reason?.utf8.count ?? 0 <= longestText else {
            throw ShapeError(.value, reader.pointer(to: "reason"), "at most \(longestText) bytes are allowed")
        }
        return PolicyTestCase.Expectation(
            outcome: outcome,
            reason: reason,
            policies: try texts("policies", &reader)?.map(\.text),
            remedies: try remedies("remedies", &reader),
            errors: try texts("errors", &reader)?.map(\.text) ?? []
        )
    }

    /// A list of remedies; nil when there is none.
    private static func remedies(_ key: String, _ reader: inout ObjectReader) throws(ShapeError) -> [String]? {
        guard let literals = try texts(key, &reader) else { return nil }
        for literal in literals where Remedy(literal.text) == nil {
            throw ShapeError(.value, literal.pointer, "unknown remedy '\(literal.text)'; \(Remedy.forms)")
        }
        return literals.map(\.text)
    }

    /// A list of texts, each with where it stands; nil when there is none.
    private static func texts(
        _ key: String,
        _ reader: inout ObjectReader
    ) throws(ShapeError) -> [(text: String, pointer: String)]? {
        guard reader.optional(key) != nil else { return nil }
        let elements = try reader.array(key)
        guard elements.count <= listLimit else {
            throw ShapeError(.value, reader.pointer(to: key), "at most \(listLimit) elements are allowed")
        }
        var texts: [(text: String, pointer: String)] = []
        for element in elements {
            guard let text = element.value.stringValue else {
                throw ShapeError(.kind, element.pointer, "a string is expected, not \(element.value.kindName)")
            }
            guard text.utf8.count <= longestText else {
                throw ShapeError(.value, element.pointer, "at most \(longestText) bytes are allowed")
            }
            texts.append((text, element.pointer))
        }
        return texts
    }

    private static let custody: [(String, JSONValue)] = [
        ("owner", "somebody"), ("purpose", "testing"), ("boundary", "test"),
        ("expires_at", "2100-01-01T00:00:00Z"),
    ]

    private static func identity(_ reader: inout ObjectReader) throws(ShapeError) -> (Identity, owner: String) {
        var members = JSONObject([("name", "caller"), ("kind", "service")] + custody)
        try add(
            reader.optional("principal"),
            at: reader.pointer(to: "principal"),
            to: &members,
            ["name", "kind", "labels", "owner", "purpose", "boundary"]
        )
        var inner = try ObjectReader(.object(members), at: reader.pointer(to: "principal"))
        let identity = try Identity(&inner, id: MadeUp.id(.identity), references: MadeUp())
        try inner.finish()
        return (identity, members["owner"]?.stringValue ?? "")
    }

    private static func resource(
        _ reader: inout ObjectReader,
        attributes: [String]
    ) throws(ShapeError) -> (Resource, owner: String, act: Act) {
        let pointer = reader.pointer(to: "resource")
        var members = JSONObject([("name", "")] + custody)
        try add(
            try reader.required("resource"),
            at: pointer,
            to: &members,
            [
                "name", "method", "path", "data_class", "sensitivity", "capabilities", "owner", "purpose", "boundary",
            ]
        )
        let names = (members["name"]?.stringValue ?? "").split(
            separator: "/",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard names.count == 2 else {
            throw ShapeError(.value, pointer, "an operation is named as 'api/operation'")
        }
        let action = try reader.optionalString("action")
        var operation = JSONObject([
            ("name", .string(String(names[1]))), ("path", members["path"] ?? "/"),
            ("method", members["method"] ?? (action == "write" ? "POST" : "GET")),
            ("attributes", .array(attributes.map { .string($0) })),
        ])
        let act: Act = action == Act.issue.rawValue ? .issue : .call
        if let action, act == .call {
            guard TrustModel.Operation.Action(rawValue: action) != nil else {
                throw ShapeError(.value, reader.pointer(to: "action"), "one of read, write, issue is expected")
            }
            operation["action"] = .string(action)
        }
        if let capabilities = members["capabilities"] { operation["capabilities"] = capabilities }
        var api = JSONObject([("name", .string(String(names[0])))])
        for key in ["owner", "purpose", "boundary", "expires_at", "data_class", "sensitivity"] {
            if let value = members[key] { api[key] = value }
        }
        api["operations"] = .array([.object(operation)])
        var inner = try ObjectReader(.object(api), at: pointer)
        let made = try Api(&inner, id: MadeUp.id(.api), references: MadeUp())
        try inner.finish()
        let record = TrustModel.Record(object: made, created: 0, rev: 0, changedAt: MadeUp.now)
        return (Resource(api: record, operation: made.operations[0]), members["owner"]?.stringValue ?? "", act)
    }

    /// Takes up what people wrote, of the members that there are.
    private static func add(
        _ value: JSONValue?,
        at pointer: String,
        to members: inout JSONObject,
        _ known: [String]
    ) throws(ShapeError) {
        guard let value else { return }
        let reader = try ObjectReader(value, at: pointer)
        for member in reader.object {
            guard known.contains(member.key) else {
                let near = nearestName(to: member.key, among: known).map { "; did you mean '\($0)'?" } ?? ""
                throw ShapeError(.unknown, reader.pointer(to: member.key), "'\(member.key)' is not known here\(near)")
            }
            members[member.key] = member.value
        }
    }
}

/// The references of objects that no log knows.
struct MadeUp: References {
    static let now = Timestamp(milliseconds: 1_767_268_800_000)

    static func id(_ kind: ObjectKind) -> ObjectID { ObjectID(kind: kind, high: 0, low: 0) }

    func resolve(_ text: String, kind: ObjectKind, at pointer: String) throws(ShapeError) -> ObjectID { Self.id(kind) }

    func expiry(_ reader: inout ObjectReader) throws(ShapeError) -> Timestamp { try reader.timestamp("expires_at") }
}
