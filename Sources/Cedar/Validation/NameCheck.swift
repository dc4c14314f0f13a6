// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Looks for names that the schema does not have, and whether any action applies to what the scope asks for.
struct NameCheck {
    private let policy: Policy
    private let table: SchemaTable
    private let spans: ScopeSpans
    private(set) var issues: IssueList

    init(_ policy: Policy, _ table: SchemaTable, maximum: Int) {
        self.policy = policy
        self.table = table
        spans = ScopeSpans(policy)
        issues = IssueList(maximum: maximum)
    }

    mutating func run() {
        check(policy.scope.principal, at: spans.principal)
        for (index, action) in policy.scope.action.actions.enumerated() {
            check(action, at: spans.actions.indices.contains(index) ? spans.actions[index] : spans.action)
        }
        check(policy.scope.resource, at: spans.resource)
        let expression = policy.expression
        for (index, node) in expression.nodes.enumerated() {
            let span = expression.spans.indices.contains(index) ? expression.spans[index] : spans.whole
            switch node {
            case .literal(let literal):
                if case .entity(let uid) = expression[literal: literal] { check(uid, at: span) }
            case .isType(_, let type), .isTypeIn(_, let type, _): check(expression[type: type], at: span)
            default: break
            }
        }
        checkApplication()
    }

    private mutating func check(_ constraint: EntityConstraint, at span: SourceSpan) {
        switch constraint {
        case .any, .equal(.slot), .member(.slot): break
        case .equal(.entity(let uid)), .member(.entity(let uid)): check(uid, at: span)
        case .type(let type), .typeAndMember(let type, .slot): check(type, at: span)
        case .typeAndMember(let type, .entity(let uid)):
            check(type, at: span)
            check(uid, at: span)
        }
    }

    private mutating func check(_ uid: EntityUID, at span: SourceSpan) {
        guard !uid.type.isAction else {
            if table.places[uid] == nil { reportUnknown(action: uid, at: span) }
            return
        }
        check(uid.type, at: span)
        guard !issues.isFull, let type = table.schema.entityTypes[uid.type], let choices = type.choices,
            !type.allows(uid.id)
        else { return }
        let nearest = NameHelp.nearest(to: uid.id.string, among: choices, \.string)
        issues.add(
            ValidationIssue(
                .enumChoice,
                "\(uid.id.quoted) is none of the ids of \(uid.type)",
                at: span,
                help: nearest.map { "did you mean \(Text($0).quoted)?" }
                    ?? "it has \(NameHelp.list(choices, \.quoted))"
            )
        )
    }

    private mutating func check(_ type: EntityTypeName, at span: SourceSpan) {
        guard !table.isKnown(type), !issues.isFull else { return }
        // A forgotten namespace is a likelier mistake than a slip of the pen.
        let nearest =
            table.namesakes[Text(String(type.basename))]?.text.string
            ?? NameHelp.nearest(to: type.text.string, among: table.schema.entityTypes.keys, \.text.string)
        issues.add(
            ValidationIssue(
                .unknownType,
                "the schema has no entity type \(type)",
                at: span,
                help: nearest.map { "did you mean \($0)?" }
            )
        )
    }

    private mutating func reportUnknown(action uid: EntityUID, at span: SourceSpan) {
        guard !issues.isFull else { return }
        let nearest =
            table.actionNamesakes[uid.id]?.description
            ?? NameHelp.nearest(to: uid.description, among: table.actions, \.uid.description)
        issues.add(
            ValidationIssue(
                .unknownAction,
                "the schema has no action \(uid)",
                at: span,
                help: nearest.map { "did you mean \($0)?" }
            )
        )
    }
}

extension NameCheck {
    // Some action of those the scope names must take principals and resources of types the scope names.
    private mutating func checkApplication() {
        let scope = policy.scope
        let places = table.actions(for: scope.action)
        let applies = places.contains { place in
            let action = table.actions[place]
            return action.principals.contains { table.satisfies($0, scope.principal) }
                && action.resources.contains { table.satisfies($0, scope.resource) }
        }
        guard !applies else { return }
        issues.add(
            ValidationIssue(
                .noApplicableAction,
                "no action applies to such principals and resources",
                at: spans.head,
                help: help(for: places)
            )
        )
    }

    private func help(for places: [Int]) -> String? {
        let scope = policy.scope
        if let help = groupHelp("principal", scope.principal, places, \.principals) { return help }
        if let help = groupHelp("resource", scope.resource, places, \.resources) { return help }
        guard places.count == 1, let action = places.first.map({ table.actions[$0] }) else { return nil }
        guard !action.principals.isEmpty, !action.resources.isEmpty else {
            return "\(action.uid) only groups other actions; write 'action in' for those"
        }
        let principals = NameHelp.list(action.principals, \.description)
        let resources = NameHelp.list(action.resources, \.description)
        return "\(action.uid) applies to principals \(principals) and resources \(resources)"
    }

    // `principal == Group::"x"` where the members of the group are meant.
    private func groupHelp(
        _ variable: String,
        _ constraint: EntityConstraint,
        _ places: [Int],
        _ types: KeyPath<SchemaTable.Action, [EntityTypeName]>
    ) -> String? {
        guard case .equal(.entity(let uid)) = constraint else { return nil }
        let candidates = places.flatMap { table.actions[$0][keyPath: types] }
        guard !candidates.contains(uid.type), candidates.contains(where: { table.may($0, beIn: uid.type) }) else {
            return nil
        }
        return "for what is in \(uid) write '\(variable) in \(uid)'"
    }
}

extension ActionConstraint {
    /// The actions it names.
    var actions: [EntityUID] {
        switch self {
        case .any: []
        case .equal(let uid), .member(let uid): [uid]
        case .memberOfAny(let uids): uids
        }
    }
}

extension SchemaTable {
    /// The places of the actions that may satisfy a constraint: all when it names one that does not exist, for that
    /// decides nothing.
    func places(mayMatch constraint: ActionConstraint) -> [Int] {
        constraint.actions.allSatisfy(isKnown) ? actions(for: constraint) : Array(actions.indices)
    }

    /// The places of the actions that satisfy a constraint; none when it names one that does not exist.
    func actions(for constraint: ActionConstraint) -> [Int] {
        switch constraint {
        case .any: return Array(actions.indices)
        case .equal(let uid): return places[uid].map { [$0] } ?? []
        case .member(let uid): return members(of: uid) ?? []
        case .memberOfAny(let uids):
            var found: Set<Int> = []
            for uid in uids {
                guard let members = members(of: uid) else { return [] }
                found.formUnion(members)
            }
            return found.sorted()
        }
    }

    /// Whether entities of `type` may satisfy a constraint, going by types alone.
    func satisfies(_ type: EntityTypeName, _ constraint: EntityConstraint) -> Bool {
        switch constraint {
        case .any, .equal(.slot), .member(.slot): schema.entityTypes[type] != nil
        case .equal(.entity(let uid)): uid.type == type
        case .member(.entity(let uid)): mayBeBelow(type, uid.type)
        case .type(let wanted), .typeAndMember(let wanted, .slot): wanted == type && isKnown(type)
        case .typeAndMember(let wanted, .entity(let uid)): wanted == type && mayBeBelow(type, uid.type)
        }
    }

    private func mayBeBelow(_ type: EntityTypeName, _ other: EntityTypeName) -> Bool {
        type == other || schema.entityTypes[type]?.ancestors.contains(other) == true
    }
}
