// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import TrustModel

/// The entities of one question, answered straight from the state: the identity, the operation, its API, and what they
/// are in. Nothing is copied; an attribute is made when a policy asks for it.
struct RequestWorld: EntityLookup {
    let identity: Identity
    let resource: Resource
    let identityOwner: Text
    let apiOwner: Text
    let issuer: Text
    /// What is decided.
    let act: Act
    private let uids: [EntityUID]

    init?(subject: Subject, resource: Resource, act: Act = .call, view: TrustView) {
        self.init(subject: subject, resource: resource, act: act, state: view.state)
    }

    init?(subject: Subject, resource: Resource, act: Act = .call, state: borrowing TrustState) {
        var issuer = ""
        if case .token(let id, _, _) = subject.proof { issuer = state.issuers[id]?.object.name ?? "" }
        let identity = subject.identity.object
        self.init(
            identity: identity,
            ownedBy: state.operators[identity.custody.owner]?.object.name ?? "",
            issuer: issuer,
            resource: resource,
            act: act,
            ownedBy: state.operators[resource.api.object.custody.owner]?.object.name ?? ""
        )
    }

    /// The world of these, whether or not any log knows them.
    init?(
        identity: Identity,
        ownedBy identityOwner: String,
        issuer: String,
        resource: Resource,
        act: Act = .call,
        ownedBy apiOwner: String
    ) {
        self.identity = identity
        self.act = act
        self.resource = resource
        self.identityOwner = Text(identityOwner)
        self.apiOwner = Text(apiOwner)
        self.issuer = Text(issuer)
        let api = resource.api.object
        guard let types = Self.types else { return nil }
        let principal = EntityUID(type: types.identity, id: Text(identity.name))
        let operation = EntityUID(type: types.operation, id: Text(resource.name))
        let apiUID = EntityUID(type: types.api, id: Text(api.name))
        let action = EntityUID(
            type: types.action,
            id: Text(act == .call ? resource.operation.action.rawValue : act.rawValue)
        )
        uids = [principal, operation, apiUID, action]
    }

    /// The names are checked once, not for every question.
    private static let types:
        (
            identity: EntityTypeName, operation: EntityTypeName, api: EntityTypeName, action: EntityTypeName,
            boundary: EntityTypeName, owner: EntityTypeName
        )? = {
            guard let identity = EntityTypeName("Identity"), let operation = EntityTypeName("Operation"),
                let api = EntityTypeName("Api"), let action = EntityTypeName("Action"),
                let boundary = EntityTypeName("Boundary"), let owner = EntityTypeName("Operator")
            else { return nil }
            return (identity, operation, api, action, boundary, owner)
        }()

    var principal: EntityUID { uids[0] }
    var operation: EntityUID { uids[1] }
    var action: EntityUID { uids[3] }

    func handle(of uid: EntityUID) -> EntityHandle? {
        uids.firstIndex(of: uid).map { EntityHandle($0) }
    }

    func attribute(_ name: Text, of entity: EntityHandle) -> Value? {
        switch entity.rawValue {
        case 0: identityAttribute(name.string)
        case 1: operationAttribute(name.string)
        case 2: apiAttribute(name.string)
        default: nil
        }
    }

    func tag(_ name: Text, of entity: EntityHandle) -> Value? { nil }

    func isMember(_ entity: EntityHandle, of ancestor: EntityUID) -> Bool {
        switch entity.rawValue {
        case 0: isIn(identity.custody, identityOwner, ancestor)
        case 1: ancestor == uids[2] || isIn(resource.api.object.custody, apiOwner, ancestor)
        case 2: isIn(resource.api.object.custody, apiOwner, ancestor)
        case 3: act == .call && ancestor.type.text == "Action" && ancestor.id == "call"
        default: false
        }
    }

    func forEachAncestor(of entity: EntityHandle, _ body: (EntityUID) -> Void) -> Bool {
        guard let types = Self.types else { return false }
        func list(_ custody: Custody, _ owner: Text) {
            body(EntityUID(type: types.boundary, id: Text(custody.boundary)))
            body(EntityUID(type: types.owner, id: owner))
        }
        switch entity.rawValue {
        case 0: list(identity.custody, identityOwner)
        case 1:
            body(uids[2])
            list(resource.api.object.custody, apiOwner)
        case 2: list(resource.api.object.custody, apiOwner)
        case 3: if act == .call { body(EntityUID(type: types.action, id: "call")) }
        default: break
        }
        return true
    }

    private func isIn(_ custody: Custody, _ owner: Text, _ ancestor: EntityUID) -> Bool {
        switch ancestor.type.text.string {
        case "Boundary": ancestor.id.string == custody.boundary
        case "Operator": ancestor.id == owner
        default: false
        }
    }

    private func identityAttribute(_ name: String) -> Value? {
        switch name {
        case "id": .string(Text(identity.id.description))
        case "name": .string(Text(identity.name))
        case "kind": .string(Text(identity.type.rawValue))
        case "labels": .set(ValueSet(identity.labels.map { Value.string(Text($0)) }))
        case "issuer": .string(issuer)
        default: custodyAttribute(name, identity.custody, identityOwner)
        }
    }

    private func operationAttribute(_ name: String) -> Value? {
        let operation = resource.operation
        return switch name {
        case "name": .string(Text(operation.name))
        case "api": .string(Text(resource.api.object.name))
        case "method": .string(Text(operation.method))
        case "path": .string(Text(resource.api.object.basePath + operation.path))
        case "data_class": .string(Text(resource.dataClass))
        case "sensitivity": .long(resource.sensitivity)
        case "capabilities": .set(ValueSet(operation.capabilities.map { Value.string(Text($0.rawValue)) }))
        case "mutating": .bool(operation.action == .write)
        default: custodyAttribute(name, resource.api.object.custody, apiOwner)
        }
    }

    private func apiAttribute(_ name: String) -> Value? {
        let api = resource.api.object
        return switch name {
        case "id": .string(Text(api.id.description))
        case "name": .string(Text(api.name))
        case "data_class": .string(Text(api.dataClass))
        case "sensitivity": .long(api.sensitivity)
        default: custodyAttribute(name, api.custody, apiOwner)
        }
    }

    private func custodyAttribute(_ name: String, _ custody: Custody, _ owner: Text) -> Value? {
        switch name {
        case "owner": .string(owner)
        case "purpose": .string(Text(custody.purpose))
        case "boundary": .string(Text(custody.boundary))
        default: nil
        }
    }
}
