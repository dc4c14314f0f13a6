// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Takes a policy through the kinds of requests that it may apply to.
struct EnvironmentWalk {
    // What two kinds of requests for different actions must differ in to be different for a policy that does not look at
    // the action; -1 where it does not look.
    private struct Kind: Hashable {
        let context: Int32
        let principal: Int32
        let resource: Int32
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
        for node in policy.expression.nodes {
            switch node {
            case .variable(let variable): variables.insert(variable)
            case .literal(let index):
                // Looking into the action is allowed (RFC 76), also where it is written out; so it tells kinds apart.
                guard keepsTypes, case .entity(let uid) = policy.expression[literal: index] else { continue }
                if uid.type.isAction { variables.insert(.action) }
            default: break
            }
        }
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
    mutating func run(_ visit: (TypedPolicy) -> Void) {
        checkActionTypes()
        var seen: Set<Kind> = []
        var seenKinds: Set<Int32> = []
        for place in table.places(mayMatch: policy.scope.action) {
            let action = table.actions[place]
            guard variables.contains(.action) || seenKinds.insert(action.kindNumber).inserted else { continue }
            let principals = places(action.principals, policy.scope.principal, .principal)
            let resources = places(action.resources, policy.scope.resource, .resource)
            for principal in principals {
                for resource in resources {
                    guard checker?.isExhausted != true else { return reportSize() }
                    checker?.spend()
                    if !variables.contains(.action) {
                        let kind = Kind(
                            context: variables.contains(.context) ? action.contextNumber : -1,
                            principal: variables.contains(.principal) ? action.principalNumbers[principal] : -1,
                            resource: variables.contains(.resource) ? action.resourceNumbers[resource] : -1
                        )
                        guard seen.insert(kind).inserted else { continue }
                    }
                    let environment = RequestEnvironment(
                        action: action.uid,
                        principal: action.principals[principal],
                        resource: action.resources[resource],
                        context: action.context
                    )
                    visit(look(environment))
                }
            }
        }
        if checker?.isExhausted == true { reportSize() }
    }

    // The places of those of `types` for which the scope does not rule the policy out; one of them stands for all when
    // the conditions do not look at the variable.
    private func places(
        _ types: [EntityTypeName],
        _ constraint: EntityConstraint,
        _ variable: Variable
    ) -> [Int] {
        guard variables.contains(variable) else {
            return types.firstIndex { table.truth(of: constraint, $0) != .never }.map { [$0] } ?? []
        }
        return types.indices.filter { table.truth(of: constraint, types[$0]) != .never }
    }

    /// Types the policy in one kind of request.
    mutating func look(_ environment: RequestEnvironment) -> TypedPolicy {
        var checker = self.checker ?? TypeChecker(policy, table, mode, environment, limits: limits)
        self.checker = nil
        checker.environment = environment
        checker.types = keepsTypes ? Array(repeating: nil, count: policy.expression.nodes.count) : nil
        var joined = TypeChecker.Answer(type: .truth(true))
        // What an earlier condition has seen stays seen: all of them must hold.
        var known = CapabilitySet()
        for condition in policy.conditions where joined.type != .truth(false) {
            var answer = checker.expect(checker.type(condition.root, known), at: condition.root, .bool)
            if condition.kind == .unless { answer = Self.negated(answer) }
            known = known.union(answer.known)
            joined = TypeChecker.both(joined, answer)
        }
        let types = checker.types ?? []
        self.checker = checker
        let isPossible = joined.type != .truth(false)
        self.isPossible = self.isPossible || isPossible
        return TypedPolicy(environment: environment, isPossible: isPossible, types: types)
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
