// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel

/// What a command would make of its object, as far as policies may ask; empty for commands that put nothing.
struct CommandChange: Sendable, Equatable {
    /// The kind of identity or operator.
    var kind = ""
    /// The owner's name.
    var owner = ""
    var purpose = ""
    var boundary = ""
    var expiresAt: Timestamp?
    /// An operator's roles.
    var roles: [String] = []
    /// The APIs that an enforcement point may ask about; with a new token, its holder. The APIs of a task.
    var apis: [ObjectID] = []
    /// Whether an enforcement point may ask why; with a new token, its holder.
    var explanations = false

    /// What a command that puts nothing changes.
    static let none = CommandChange()

    private init() {}

    /// The change that registers a credential. Whoever has a point's token may ask what the point may ask.
    init(_ credential: Credential, in state: TrustState) {
        let point = state.enforcementPoints[credential.holder]?.object
        apis = point?.apis ?? []
        explanations = point?.explanations ?? false
        guard credential.holder.kind == .identity else { return }
        kind = credential.type.rawValue
        owner = state.operators[credential.custody.owner]?.object.name ?? ""
        purpose = credential.custody.purpose
        boundary = credential.custody.boundary
        expiresAt = credential.custody.expiresAt
    }

    /// The change that declares a task: its purpose and end, its identity's owner and boundary, and the APIs it reaches.
    init(_ task: DeclaredTask, in state: TrustState) {
        let custody = state.identities[task.identity]?.object.custody
        owner = custody.flatMap { state.operators[$0.owner]?.object.name } ?? ""
        purpose = task.purpose
        boundary = custody?.boundary ?? ""
        expiresAt = task.expiresAt
        apis = task.apis.map(\.api)
    }

    /// The change that puts `object`, owned as it says.
    init(_ object: some NamedObject, in state: TrustState) {
        let custody = object.custody
        // An operator that is new and answers for itself is known by nobody yet.
        owner = custody.owner == object.id ? object.name : state.operators[custody.owner]?.object.name ?? ""
        purpose = custody.purpose
        boundary = custody.boundary
        expiresAt = custody.expiresAt
        switch object {
        case let identity as Identity: kind = identity.type.rawValue
        case let `operator` as Operator:
            kind = `operator`.type.rawValue
            roles = `operator`.roles.map(\.rawValue)
        case let point as EnforcementPoint:
            apis = point.apis
            explanations = point.explanations
        case let backEnd as BackEnd: apis = [backEnd.api]
        default: break
        }
    }
}

extension CommandChange {
    /// Writes all members.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for (key, text) in [("kind", kind), ("owner", owner), ("purpose", purpose), ("boundary", boundary)] {
            writer.key(key)
            writer.string(text)
        }
        if let expiresAt {
            writer.key("expires_at")
            writer.string(expiresAt.description)
        }
        for (key, texts) in [("roles", roles), ("apis", apis.map(\.description))] {
            writer.key(key)
            writer.beginArray()
            for text in texts { writer.string(text) }
            writer.endArray()
        }
        if explanations {
            writer.key("explanations")
            writer.bool(true)
        }
        writer.endObject()
    }

    /// Reads what ``write(to:)`` wrote.
    init(_ value: JSONValue, at pointer: String) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        kind = try reader.string("kind")
        owner = try reader.string("owner")
        purpose = try reader.string("purpose")
        boundary = try reader.string("boundary")
        expiresAt = try reader.optionalTimestamp("expires_at")
        roles = try reader.strings("roles")
        for text in try reader.strings("apis") {
            guard let id = ObjectID(text), id.kind == .api else {
                throw ShapeError(.value, reader.pointer(to: "apis"), "an API's id is expected")
            }
            apis.append(id)
        }
        explanations = try reader.optionalBool("explanations") ?? false
        try reader.finish()
    }
}
