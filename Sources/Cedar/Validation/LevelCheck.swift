// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Looks for expressions that look into more entities, one behind the other, than a level allows (RFC 76).
///
/// The request's principal, action, resource and context are at hand; each attribute, tag or group of an entity is one
/// step further. An entity that is written in the policy is not reached from the request at all.
struct LevelCheck {
    private let expression: PolicyExpression
    private let conditions: [Condition]
    private let scope: Scope
    private let spans: ScopeSpans
    private let table: SchemaTable
    private let maximum: Int
    private(set) var issues: IssueList
    // What is looked at now.
    private var typed: TypedPolicy?

    init(_ policy: Policy, _ table: SchemaTable, maximum: Int, _ limits: ValidationLimits) {
        self.table = table
        expression = policy.expression
        conditions = policy.conditions
        scope = policy.scope
        spans = ScopeSpans(policy)
        self.maximum = maximum
        issues = IssueList(maximum: limits.maximumErrors)
    }

    /// Looks at the policy in one kind of request; what is never evaluated there is not looked at.
    mutating func run(_ typed: TypedPolicy) {
        self.typed = typed
        checkScope()
        for condition in conditions { check(condition.root) }
    }

    // `in` looks into the entity to its left.
    private mutating func checkScope() {
        guard maximum < 1 else { return }
        if scope.principal.looksIntoGroups { exceed(1, at: spans.principal) }
        switch scope.action {
        case .any, .equal: break
        case .member, .memberOfAny: exceed(1, at: spans.action)
        }
        if scope.resource.looksIntoGroups { exceed(1, at: spans.resource) }
    }

    private mutating func exceed(_ level: Int, at span: SourceSpan) {
        issues.add(
            ValidationIssue(
                .level,
                "this needs level \(level); \(maximum) is allowed",
                at: span,
                help: "put what is asked for into the context, or allow a higher level"
            )
        )
    }

    // An expression that may be evaluated: all that it looks into. Depth is bounded by the parser.
    private mutating func check(_ node: NodeID) {
        guard typed?[node] != nil else { return }
        switch expression[node] {
        case .literal, .variable: break
        case .not(let operand), .negate(let operand), .isEmpty(let operand), .like(let operand, _),
            .isType(let operand, _):
            check(operand)
        case .comparison(_, let left, let right), .setOperation(_, let left, let right):
            check(left)
            check(right)
        case .and(let range), .or(let range), .sum(let range), .product(let range), .set(let range),
            .record(let range, _), .call(_, let range):
            for operand in expression[range] { check(operand) }
        case .conditional(let test, let then, let otherwise):
            check(test)
            check(then)
            check(otherwise)
        case .membership(let left, let right), .hasTag(let left, let right), .getTag(let left, let right):
            lookInto(left, at: node)
            check(right)
        case .isTypeIn(let left, _, let right):
            check(left)
            guard typed?[right] != nil else { return }
            lookInto(left, at: node)
            check(right)
        case .attribute(let operand, _):
            if isEntity(operand) { lookInto(operand, at: node) } else { check(operand) }
        case .has(let operand, let path): checkHas(node, operand, expression[names: path])
        }
    }

    // The entity at `node` is looked into by the expression at `user`, and what it takes to get there is checked.
    private mutating func lookInto(_ node: NodeID, at user: NodeID) {
        let level = level(of: node, []) + 1
        if level > maximum { exceed(level, at: expression[span: user]) }
    }

    // `a has x.y`: each name looks into what the one before it gave, unless that is a record.
    private mutating func checkHas(_ node: NodeID, _ operand: NodeID, _ path: ArraySlice<Text>) {
        if !isEntity(operand) { check(operand) }
        var level: Int?
        var type = typed?[operand]
        var names: [Text] = []
        for name in path {
            guard let current = type else { return }
            if current.entityTypes != nil {
                let before = level ?? self.level(of: operand, names.reversed())
                if before + 1 > maximum { exceed(before + 1, at: expression[span: node]) }
                level = before + 1
            }
            names.append(name)
            // Where there is no such attribute the names behind it are not asked for.
            type = table.attribute(name, of: current)?.type
        }
    }

    private func isEntity(_ node: NodeID) -> Bool { typed?[node]?.entityTypes != nil }

    // How many entities must have been looked into to have the entity at `node`. `path` are the attributes that are
    // read from it, the last one first to be read: of a record that is written out only that one counts.
    private mutating func level(of node: NodeID, _ path: [Text]) -> Int {
        guard typed?[node] != nil else { return 0 }
        switch expression[node] {
        case .variable: return 0
        case .literal(let index):
            if case .entity(let uid) = expression[literal: index], uid != typed?.environment.action {
                issues.add(
                    ValidationIssue(
                        .literalDereference,
                        "\(uid) is looked into, but not reached from the request",
                        at: expression[span: node],
                        help: "reach it through the principal, the resource or the context"
                    )
                )
            }
            return 0
        case .conditional(let test, let then, let otherwise):
            check(test)
            return max(level(of: then, path), level(of: otherwise, path))
        case .attribute(let operand, let name):
            if isEntity(operand) { return level(of: operand, path) + 1 }
            return level(of: operand, path + [expression[name: name]])
        case .getTag(let operand, let tag):
            check(tag)
            return level(of: operand, path) + 1
        case .record(let range, let names):
            let keys = expression[keys: names, count: range.range.count]
            var result = 0
            for (key, member) in zip(keys, expression[range]) {
                if key == path.last { result = level(of: member, Array(path.dropLast())) } else { check(member) }
            }
            return result
        default:
            check(node)
            return 0
        }
    }
}

extension EntityConstraint {
    fileprivate var looksIntoGroups: Bool {
        switch self {
        case .member, .typeAndMember: true
        case .any, .equal, .type: false
        }
    }
}
