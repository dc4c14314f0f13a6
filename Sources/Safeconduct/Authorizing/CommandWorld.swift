// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import TrustModel

/// The entities of one question about a command, answered straight from the state before it: who gives it and in which roles,
/// the action, and what the command is about.
struct CommandWorld: EntityLookup {
    private let state: TrustState
    private let principal: CommandGiver
    private let question: CommandQuestion
    private let target: ObjectID?
    private let custody: Custody?
    private let uids: [EntityUID]

    /// The world of a question; nil when a name is none that Cedar takes.
    init?(_ question: CommandQuestion, by giver: CommandGiver, in state: TrustState) {
        self.state = state
        principal = giver
        self.question = question
        target = question.target.object(in: state)
        // A task has those four of its identity, but for its purpose.
        custody = target.flatMap { state.summary(of: state.tasks[$0]?.object.identity ?? $0)?.custody }
        guard let giverUID = EntityUID(type: giver.type, id: giver.name),
            let action = EntityUID(type: "Action", id: question.action),
            let resource = EntityUID(type: question.target.type, id: question.target.name(in: state))
        else { return nil }
        uids = [giverUID, action, resource]
    }

    /// The request without context.
    var request: AuthorizationRequest {
        AuthorizationRequest(principal: uids[0], action: uids[1], resource: uids[2], context: [:])
    }

    /// The context: the time and the change. Nothing meets a remedy of a command yet.
    func context(at now: Timestamp) -> Cedar.Record {
        let change = question.change
        let owner = state.find(change.owner, kind: .operator)
        let apis = change.apis.map { state.apis[$0]?.object.custody }
        return [
            "now": .datetime(DatetimeValue(milliseconds: now.milliseconds)),
            "met": .set([]),
            "change": .record([
                "kind": .string(Text(change.kind)), "owner": .string(Text(change.owner)),
                "own": .bool(isOwn(owner)), "purpose": .string(Text(change.purpose)),
                "boundary": .string(Text(change.boundary)), "within": .bool(isWithin(change.boundary)),
                "expires_at": .datetime(DatetimeValue(milliseconds: change.expiresAt?.milliseconds ?? 0)),
                "roles": .set(ValueSet(change.roles.map { Value.string(Text($0)) })),
                "reach": .record([
                    "own": .bool(apis.allSatisfy { isOwn($0?.owner) }),
                    "within": .bool(apis.allSatisfy { isWithin($0?.boundary ?? "") }),
                    "explanations": .bool(change.explanations),
                ]),
            ]),
        ]
    }

    // The resource is looked up first: an operator who asks about itself is both, and the resource has all that the
    // principal has.
    func handle(of uid: EntityUID) -> EntityHandle? {
        uids.lastIndex(of: uid).map { EntityHandle($0) }
    }

    func attribute(_ name: Text, of entity: EntityHandle) -> Value? {
        switch entity.rawValue {
        case 0: giverAttribute(name.string)
        case 2: resourceAttribute(name.string)
        default: nil
        }
    }

    func tag(_ name: Text, of entity: EntityHandle) -> Value? { nil }

    func isMember(_ entity: EntityHandle, of ancestor: EntityUID) -> Bool {
        let id = ancestor.id.string
        switch (entity.rawValue, ancestor.type.text.string) {
        case (0, "Role"): return principal.roles.contains { $0.rawValue == id }
        case (1, "Action"): return id == "command" && question.action != "read"
        case (2, "Role"):
            guard case .object(.operator, _) = question.target else { return false }
            return roles.contains { $0.rawValue == id }
        case (2, "Boundary"): return custody.map { Self.isWithin($0.boundary, id) } ?? false
        default: return false
        }
    }

    func forEachAncestor(of entity: EntityHandle, _ body: (EntityUID) -> Void) -> Bool {
        func list(_ type: String, _ ids: some Sequence<String>) {
            guard let type = EntityTypeName(type) else { return }
            for id in ids { body(EntityUID(type: type, id: Text(id))) }
        }
        switch entity.rawValue {
        case 0: list("Role", principal.roles.map(\.rawValue))
        case 1: if question.action != "read" { list("Action", ["command"]) }
        case 2:
            if case .object(.operator, _) = question.target { list("Role", roles.map(\.rawValue)) }
            if let boundary = custody?.boundary { list("Boundary", Self.enclosing(boundary)) }
        default: break
        }
        return true
    }

    /// A boundary and those it lies below.
    private static func enclosing(_ boundary: String) -> [String] {
        let scalars = boundary.unicodeScalars
        return [boundary]
            + scalars.indices.filter { scalars[$0] == "/" && $0 > scalars.startIndex }
            .map { String(scalars[..<$0]) }
    }

    private func giverAttribute(_ name: String) -> Value? {
        switch name {
        case "id": .string(Text(principal.id.description))
        case "name": .string(Text(principal.name))
        case "kind": .string(Text(principal.kind))
        case "roles": .set(ValueSet(principal.roles.map { Value.string(Text($0.rawValue)) }))
        case "exists": .bool(true)
        case "own": .bool(isOwn(principal.custody.owner) || isItself(principal.id))
        case "within": .bool(isWithin(principal.custody.boundary))
        case "scope", "of", "target": .string("")
        case "owner": .string(Text(self.name(of: principal.custody.owner)))
        case "purpose": .string(Text(principal.custody.purpose))
        case "boundary": .string(Text(principal.custody.boundary))
        default: nil
        }
    }

    /// Every attribute is always there, so that no policy fails for want of one.
    private func resourceAttribute(_ name: String) -> Value? {
        switch name {
        case "id": .string(Text(target?.description ?? ""))
        case "name": .string(Text(question.target.name(in: state)))
        case "exists": .bool(exists)
        case "owner": .string(Text(custody.map { self.name(of: $0.owner) } ?? ""))
        case "own": .bool(isOwn(custody?.owner) || isItself(holder))
        case "purpose": .string(Text(task?.purpose ?? custody?.purpose ?? ""))
        case "boundary": .string(Text(custody?.boundary ?? ""))
        case "within": .bool(isWithin(custody?.boundary ?? ""))
        case "kind": .string(Text(kind))
        case "roles": .set(ValueSet(roles.map { Value.string(Text($0.rawValue)) }))
        case "scope": .string(Text(scope?.kind.rawValue ?? ""))
        case "of": .string(Text(isOfAnother ? targetType : ""))
        case "target": .string(Text(isOfAnother ? holder.map(self.name(of:)) ?? "" : ""))
        default: nil
        }
    }

    private var scope: TrustModel.Scope? {
        if case .scope(_, let scope) = question.target { scope } else { nil }
    }

    /// A cut or hold that is placed is new; one that is lifted is there.
    private var exists: Bool { scope == nil ? target != nil : question.action == "hold.lift" }

    /// The task that is ended, or of which is spent.
    private var task: DeclaredTask? { target.flatMap { state.tasks[$0]?.object } }

    /// What is changed or stopped; of a task, whose it is.
    private var holder: ObjectID? { task?.identity ?? target }

    /// Whether what it is about belongs to something else: a cut, a hold, a task.
    private var isOfAnother: Bool { scope != nil || task != nil }

    private var targetType: String {
        holder.flatMap { id in CommandTarget.types.first { $0.kind == id.kind }?.type } ?? ""
    }

    private var kind: String {
        guard let holder else { return "" }
        return state.operators[holder]?.object.type.rawValue ?? state.identities[holder]?.object.type.rawValue ?? ""
    }

    private var roles: [Role] { target.flatMap { state.operators[$0]?.object.roles } ?? [] }

    private func name(of id: ObjectID) -> String { state.summary(of: id)?.name ?? "" }

    /// Whether an owner is the principal or a team that the principal owns.
    private func isOwn(_ owner: ObjectID?) -> Bool {
        guard let owner else { return false }
        if owner == principal.id { return true }
        guard let team = state.operators[owner], !team.retired, team.object.type == .team else { return false }
        return team.object.custody.owner == principal.id
    }

    /// Whether an identity asks about itself.
    private func isItself(_ id: ObjectID?) -> Bool { principal.id.kind == .identity && id == principal.id }

    private func isWithin(_ boundary: String) -> Bool { Self.isWithin(boundary, principal.custody.boundary) }

    /// Whether a boundary is another or lies below it: `prod/eu` is within `prod`, `prod-eu` is not.
    static func isWithin(_ boundary: String, _ other: String) -> Bool {
        !other.isEmpty && (boundary == other || boundary.hasPrefix(other + "/"))
    }
}
