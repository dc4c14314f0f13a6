// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import StrictJSON
internal import TrustModel

/// What a command is about, named so that it can be found again in the state of its revision.
enum CommandTarget: Sendable, Equatable {
    /// An object by its kind and name; there may be none of it yet.
    case object(ObjectKind, name: String)
    /// What a cut or a hold covers.
    case scope(ObjectKind, Scope)
    /// The policies of a realm.
    case policies(PolicySet.Realm)
    /// What is read: a noun of the API.
    case collection(String)
    /// The log itself, which nodes write about.
    case log

    /// The Cedar type.
    var type: String {
        switch self {
        case .object(let kind, _), .scope(let kind, _): Self.types.first { $0.kind == kind }?.type ?? "Object"
        case .policies: "PolicySet"
        case .collection: "Collection"
        case .log: "Log"
        }
    }

    /// Objects by their own Cedar types.
    static let types: [(kind: ObjectKind, type: String)] = [
        (.identity, "Identity"), (.operator, "Operator"), (.api, "Api"), (.issuer, "Issuer"),
        (.enforcementPoint, "EnforcementPoint"), (.backEnd, "BackEnd"), (.credential, "Credential"), (.cut, "Cut"),
        (.hold, "Hold"), (.node, "Node"), (.task, "Task"),
    ]

    /// The Cedar id: a name where there is one.
    func name(in state: TrustState) -> String {
        switch self {
        case .object(_, let name), .collection(let name): name
        case .policies(let realm): realm.rawValue
        case .log: "control"
        case .scope(_, let scope):
            if let id = ObjectID(scope.value), let name = state.summary(of: id)?.name, !name.isEmpty {
                "\(scope.kind.rawValue):\(name)"
            } else {
                scope.description
            }
        }
    }

    /// The object that is changed, stopped or read of; nil when there is none.
    func object(in state: TrustState) -> ObjectID? {
        switch self {
        case .object(let kind, let name): state.find(name, kind: kind)
        case .scope(_, let scope): Self.holder(of: scope, in: state)
        case .policies(let realm): state.activePolicies(of: realm)
        case .collection, .log: nil
        }
    }

    /// Whose credentials a scope covers, where they are one object's.
    private static func holder(of scope: Scope, in state: TrustState) -> ObjectID? {
        switch scope.kind {
        case .identity, .issuer: ObjectID(scope.value)
        case .credential: ObjectID(scope.value).flatMap { state.credentials[$0]?.object.holder }
        case .key: Fingerprint(thumbprint: scope.value).flatMap { state.credential(fingerprint: $0)?.object.holder }
        case .task: ObjectID(scope.value).flatMap { state.tasks[$0]?.object.identity }
        case .all, .delegationRoot, .participant, .agreementVersion, .workload, .trustDomain: nil
        }
    }
}

extension CommandTarget {
    /// Writes the members `type`, `name` and, of a cut or hold, `scope`.
    func write(to writer: inout JSONWriter, in state: TrustState) {
        writer.beginObject()
        writer.key("type")
        writer.string(type)
        writer.key("name")
        writer.string(name(in: state))
        if case .scope(_, let scope) = self {
            writer.key("scope")
            writer.value(.object(JSONObject([("kind", .string(scope.kind.rawValue)), ("id", .string(scope.value))])))
        }
        writer.endObject()
    }

    /// Reads what ``write(to:in:)`` wrote.
    init(_ value: JSONValue, at pointer: String) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        let type = try reader.string("type")
        let name = try reader.string("name")
        var scope: Scope?
        if var stated = try reader.optionalObject("scope") {
            guard let kind = Scope.Kind(rawValue: try stated.string("kind")) else {
                throw ShapeError(.value, stated.pointer(to: "kind"), "unknown scope")
            }
            scope = Scope(kind, try stated.string("id"))
            try stated.finish()
        }
        try reader.finish()
        switch (type, scope) {
        case ("PolicySet", nil):
            guard let realm = PolicySet.Realm(rawValue: name) else {
                throw ShapeError(.value, reader.pointer(to: "name"), "unknown realm")
            }
            self = .policies(realm)
        case ("Collection", nil): self = .collection(name)
        case ("Log", nil): self = .log
        default:
            guard let kind = Self.types.first(where: { $0.type == type })?.kind else {
                throw ShapeError(.value, reader.pointer(to: "type"), "unknown type")
            }
            self = scope.map { .scope(kind, $0) } ?? .object(kind, name: name)
        }
    }
}
