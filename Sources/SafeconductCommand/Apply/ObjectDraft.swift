// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import TrustModel

/// An object before it is sent, read as the server will read it: by the model's own reader.
enum ObjectDraft {
    /// Throws what the server would find wrong with the shape of a document.
    static func check(_ document: ApplyDocument) throws(CommandFailure) {
        if document.kind == .policySet {
            try checkPolicies(document)
        } else {
            _ = try members(document, DraftReferences())
        }
    }

    /// The members of a document's object as the model writes them, and its free text.
    static func members(
        _ document: ApplyDocument,
        _ references: DraftReferences
    ) throws(CommandFailure) -> JSONObject {
        do throws(ShapeError) {
            return try members(document.kind, .object(document.object), references)
        } catch {
            // A misspelt member is also a missing one: what is there says more than what is not.
            let error = unknownMember(document) ?? misspelt(error, in: document.object) ?? error
            throw document.failure(.error, error.pointer, error.message)
        }
    }

    /// The member beside a missing one that was probably meant to be it; nil when none looks like it.
    private static func misspelt(_ error: ShapeError, in object: JSONObject) -> ShapeError? {
        guard error.code == .missing, let slash = error.pointer.lastIndex(of: "/") else { return nil }
        let name = String(error.pointer[error.pointer.index(after: slash)...])
        let levels = error.pointer[..<slash].split(separator: "/")
        let parent = levels.reduce(JSONValue.object(object) as JSONValue?) { value, level in
            switch value {
            case .array(let elements): Int(level).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            default: value?[String(level)]
            }
        }
        guard let members = parent?.objectValue, let near = nearestName(to: name, among: members.map(\.key)),
            !sameBytes(near, name)
        else { return nil }
        return ShapeError(
            .missing,
            "\(error.pointer[..<slash])/\(near)",
            "'\(name)' is required; is '\(Printable.text(near))' meant to be it?"
        )
    }

    /// The member of a document that its kind does not have, if there is one.
    ///
    /// Asks the model's reader about an object that is complete but for the document's other members, which are null.
    private static func unknownMember(_ document: ApplyDocument) -> ShapeError? {
        guard var complete = document.kind.sample else { return nil }
        for member in document.object where complete[member.key] == nil { complete[member.key] = .null }
        do throws(ShapeError) {
            _ = try members(document.kind, .object(complete), DraftReferences())
            return nil
        } catch {
            return error.code == .unknown ? error : nil
        }
    }

    private static func members(
        _ kind: ApplyKind,
        _ value: JSONValue,
        _ references: DraftReferences
    ) throws(ShapeError) -> JSONObject {
        switch kind {
        case .operator: try read(Operator.self, value, references)
        case .issuer: try read(Issuer.self, value, references)
        case .api: try read(Api.self, value, references)
        case .identity: try read(Identity.self, value, references)
        case .enforcementPoint: try read(EnforcementPoint.self, value, references)
        case .policySet: JSONObject()
        }
    }

    private static func read<Object: TrustObject>(
        _ type: Object.Type,
        _ value: JSONValue,
        _ references: DraftReferences
    ) throws(ShapeError) -> JSONObject {
        var reader = try ObjectReader(value)
        var texts: [(String, JSONValue)] = []
        for field in Object.freeText {
            if let text = try reader.optionalString(field) { texts.append((field, .string(text))) }
        }
        let id = ObjectID(kind: Object.kind, high: 0, low: 0)
        let object = try Object(&reader, id: id, references: references)
        try reader.finish()
        var writer = JSONWriter()
        writer.beginObject()
        object.writeMembers(to: &writer)
        writer.endObject()
        guard case .object(var members)? = try? JSONValue(parsing: writer.bytes) else { return JSONObject(texts) }
        for (key, value) in texts { members[key] = value }
        return members
    }

    private static func checkPolicies(_ document: ApplyDocument) throws(CommandFailure) {
        do throws(ShapeError) {
            var reader = try ObjectReader(.object(document.object))
            _ = try reader.optionalString("note")
            _ = try reader.strings("confirm")
            let id = ObjectID(kind: .policySet, high: 0, low: 0)
            let set = try TrustModel.PolicySet(&reader, id: id, references: DraftReferences())
            try reader.finish()
            for (index, file) in set.files.enumerated() where file.content == .policies {
                do throws(ParseError) { _ = try Cedar.PolicySet(parsing: file.text) } catch {
                    throw ShapeError(
                        .value,
                        "/files/\(index)",
                        "\(file.name):\(error.position.line):\(error.position.column): \(error.message)"
                    )
                }
            }
        } catch {
            throw document.failure(.error, error.pointer, error.message)
        }
    }
}
