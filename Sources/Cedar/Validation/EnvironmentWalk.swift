// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Takes a policy through the kinds of requests that it may apply to.
struct EnvironmentWalk {
    /// A policy in one kind of request.
    struct Visit {
        let environment: RequestEnvironment
        /// Whether it can be satisfied by such a request.
        let isPossible: Bool
        /// The types of the expressions that may be evaluated, by node; empty unless they were asked for.
        let types: [StaticType?]
    }

    // What two kinds of requests must differ in to be different for the policy; -1 or nil where it does not look.
    private struct Kind: Hashable {
        let action: Int
        let context: Int
        let principal: EntityTypeName?
        let resource: EntityTypeName?
    }

    private let policy: Policy
    private let table: SchemaTable
    private let mode: ValidationMode
    private let keepsTypes: Bool
    private var checker: TypeChecker?
    private let limits: ValidationLimits
    private var extra: [ValidationIssue] = []
    private var isPossible = false
    // The variables that the conditions read.
    private let variables: Set<Variable>

    init(
        _ policy: Policy,
        _ table: SchemaTable,
        _ mode: ValidationMode,
        _ limits: ValidationLimits,
        keepsTypes: Bool = false
    ) {
        self.policy = policy
        self.table = table
        self.mode = mode
        self.limits = limits
        self.keepsTypes = keepsTypes
        var variables: Set<Variable> = []
        for case .variable(let variable) in policy.expression.nodes { variables.insert(variable) }
        self.variables = variables
    }

    /// What is wrong with the conditions, and with the action's part of the scope.
    var issues: [ValidationIssue] { extra + (checker?.issues.issues ?? []) }

    /// That no request satisfies the policy, when nothing else is wrong.
    var warnings: [ValidationIssue] {
        guard !isPossible else { return [] }
        return [
            ValidationIssue(
                .impossiblePolicy,
                "no request can satisfy this policy",
                at: ScopeSpans(policy).whole,
                help: "a part of it is always false for every kind of request that the schema allows"
            )
        ]
    }

    /// Goes through the kinds of requests; `visit` is told of each that differs from those before it.
    mutating func run(_ visit: (Visit) -> Void) {
        checkActionTypes()
        var seen: Set<Kind> = []
        for place in candidates {
            let action = table.actions[place]
            guard table.truth(of: policy.scope.action, action.uid) != .never else { continue }
            let principals = types(action.principals, policy.scope.principal, .principal)
            let resources = types(action.resources, policy.scope.resource, .resource)
            for principal in principals {
                for resource in resources {
                    guard checker?.isExhausted != true else { return reportSize() }
                    checker?.spend()
                    let kind = Kind(
                        action: variables.contains(.action) ? place : -1,
                        context: variables.contains(.context) ? action.contextNumber : -1,
                        principal: variables.contains(.principal) ? principal : nil,
                        resource: variables.contains(.resource) ? resource : nil
                    )
                    guard seen.insert(kind).inserted else { continue }
                    let environment = RequestEnvironment(
                        action: action.uid,
                        principal: principal,
                        resource: resource,
                        context: action.context
                    )
                    visit(look(environment))
                }
            }
        }
        if checker?.isExhausted == true { reportSize() }
    }

    // An unknown action decides nothing, so all must be looked at; known ones are found without looking for them.
    private var candidates: [Int] {
        policy.scope.action.actions.allSatisfy(table.isKnown)
            ? table.actions(for: policy.scope.action) : Array(table.actions.indices)
    }

    // Those of `types` for which the scope does not rule the policy out; one of them stands for all when the
    // conditions do not look at the variable.
    private func types(
        _ types: [EntityTypeName],
        _ constraint: EntityConstraint,
        _ variable: Variable
    ) -> [EntityTypeName] {
        guard variables.contains(variable) else {
            return types.first { table.truth(of: constraint, $0) != .never }.map { [$0] } ?? []
        }
        return types.filter { table.truth(of: constraint, $0) != .never }
    }

    private mutating func look(_ environment: RequestEnvironment) -> Visit {
        var checker = self.checker ?? TypeChecker(policy, table, mode, environment, limits: limits)
        self.checker = nil
        checker.environment = environment
        checker.types = keepsTypes ? Array(repeating: nil, count: policy.expression.nodes.count) : nil
        var joined = TypeChecker.Answer(type: .truth(true))
        for condition in policy.conditions where joined.type != .truth(false) {
            var answer = checker.expect(
                checker.type(condition.root, joined.known),
                at: condition.root,
                .bool
            )
            if condition.kind == .unless { answer = Self.negated(answer) }
            let known = joined.known.union(answer.known)
            joined = TypeChecker.both(joined, answer)
            // What an earlier condition has seen stays seen: all of them must hold.
            if !joined.isFaulty, joined.type != .truth(false) { joined.known = known }
        }
        let types = checker.types ?? []
        self.checker = checker
        let isPossible = joined.type != .truth(false)
        self.isPossible = self.isPossible || isPossible
        return Visit(environment: environment, isPossible: isPossible, types: types)
    }

    private static func negated(_ answer: TypeChecker.Answer) -> TypeChecker.Answer {
        switch answer.type {
        case nil: .faulty(.bool)
        case .truth(let value): TypeChecker.Answer(type: .truth(!value)).after(answer)
        default: TypeChecker.Answer(type: .bool).after(answer)
        }
    }

    private mutating func reportSize() {
        extra.append(
            ValidationIssue(
                .tooLarge,
                "there are too many kinds of requests to look at for this policy",
                at: ScopeSpans(policy).head,
                help: "name the action, and the types of the principal and the resource, in the scope"
            )
        )
    }

    // In strict mode the list of actions is a set like any other: not empty, and of one type.
    private mutating func checkActionTypes() {
        guard mode == .strict, case .memberOfAny(let actions) = policy.scope.action else { return }
        let isReached = table.actions.contains { action in
            !action.resources.isEmpty
                && action.principals.contains { table.truth(of: policy.scope.principal, $0) != .never }
        }
        guard isReached else { return }
        let span = ScopeSpans(policy).action
        guard let first = actions.first else {
            extra.append(
                ValidationIssue(
                    .emptySet,
                    "a list of no actions matches none",
                    at: span,
                    help: "name the actions that are meant, or leave the list out"
                )
            )
            return
        }
        guard actions.allSatisfy(table.isKnown), let other = actions.first(where: { $0.type != first.type }) else {
            return
        }
        extra.append(
            ValidationIssue(
                .incompatibleTypes,
                "\(first.type) and \(other.type) do not fit together",
                at: span,
                help: "the elements of a set must be of one type; write a policy for each namespace"
            )
        )
    }
}
