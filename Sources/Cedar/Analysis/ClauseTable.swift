// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Gives expressions of many policies numbers, the same number to two that are written alike.
///
/// Alike means: the same tree, whatever the spaces and parentheses, with `a > b` read as `b < a`, `a != b` as
/// `!(a == b)`, and the operands of `==` in either order. No two expressions of one number can differ in what they
/// evaluate to; two of different numbers may well be equivalent.
struct ClauseTable {
    /// An expression that was given a number, its parts being numbers before it.
    indirect enum Shape: Hashable {
        case literal(Value)
        case variable(Variable)
        case not(Int)
        case equal(Int, Int)
        case less(Int, Int)
        case lessOrEqual(Int, Int)
        case isType(Int, EntityTypeName)
        case like(Int, LikePattern)
        case attribute(Int, Text)
        case has(Int, [Text])
        case record([Text], [Int])
        case call(ExtensionFunction, [Int])
        case setOperation(ExpressionNode.SetOperation, Int, Int)
        /// Whatever else has parts and no data.
        case other(Kind, [Int], [Bool])
    }

    /// The operators that need nothing beside their operands.
    enum Kind: Hashable {
        case negate, and, or, sum, product, membership, isEmpty, hasTag, getTag, conditional, set
    }

    /// Which of the variables an expression reads.
    struct Variables: OptionSet {
        let rawValue: UInt8
        static let principal = Variables(rawValue: 1)
        static let action = Variables(rawValue: 2)
        static let resource = Variables(rawValue: 4)
        static let context = Variables(rawValue: 8)
    }

    private var numbers: [Shape: Int] = [:]
    private(set) var shapes: [Shape] = []
    private(set) var variables: [Variables] = []

    /// The number of a shape that has one.
    func known(_ shape: Shape) -> Int? { numbers[shape] }

    /// The number of a shape.
    mutating func number(_ shape: Shape) -> Int {
        if let known = numbers[shape] { return known }
        let number = shapes.count
        numbers[shape] = number
        shapes.append(shape)
        variables.append(self.variables(of: shape))
        return number
    }

    /// The numbers of all nodes of a policy, in their order.
    mutating func numbers(of expression: PolicyExpression) -> [Int] {
        var literals = expression.literals
        let nodes = expression.folded(into: &literals)
        var found: [Int] = []
        found.reserveCapacity(nodes.count)
        // Children stand before their parents.
        for node in nodes { found.append(number(shape(of: node, expression, literals, found))) }
        return found
    }

    private mutating func shape(
        of node: ExpressionNode,
        _ expression: PolicyExpression,
        _ literals: [Value],
        _ found: [Int]
    ) -> Shape {
        func all(_ range: OperandRange) -> [Int] { expression[range].map { found[$0.index] } }
        switch node {
        case .literal(let index): return .literal(literals[index.index])
        case .variable(let variable): return .variable(variable)
        case .not(let operand): return negated(found[operand.index])
        case .comparison(let comparison, let left, let right):
            return compare(comparison, found[left.index], found[right.index])
        case .isType(let operand, let type): return .isType(found[operand.index], expression[type: type])
        case .isTypeIn(let operand, let type, let group):
            let operand = found[operand.index]
            let parts = [
                number(.isType(operand, expression[type: type])),
                number(.other(.membership, [operand, found[group.index]], [])),
            ]
            return .other(.and, parts, [])
        case .like(let operand, let pattern): return .like(found[operand.index], expression[pattern: pattern])
        case .attribute(let operand, let name): return .attribute(found[operand.index], expression[name: name])
        case .has(let operand, let names): return .has(found[operand.index], Array(expression[names: names]))
        case .record(let operands, let names):
            let values = all(operands)
            return .record(Array(expression[keys: names, count: values.count]), values)
        case .call(let function, let operands): return .call(function, all(operands))
        case .setOperation(let operation, let left, let right):
            return .setOperation(operation, found[left.index], found[right.index])
        case .negate(let operand): return .other(.negate, [found[operand.index]], [])
        case .and(let operands): return .other(.and, all(operands), [])
        case .or(let operands): return .other(.or, all(operands), [])
        case .sum(let operands): return .other(.sum, all(operands), Array(expression[subtracted: operands]))
        case .product(let operands): return .other(.product, all(operands), [])
        case .membership(let left, let right): return .other(.membership, [left, right].map { found[$0.index] }, [])
        case .isEmpty(let operand): return .other(.isEmpty, [found[operand.index]], [])
        case .hasTag(let left, let right): return .other(.hasTag, [left, right].map { found[$0.index] }, [])
        case .getTag(let left, let right): return .other(.getTag, [left, right].map { found[$0.index] }, [])
        case .conditional(let test, let yes, let no):
            return .other(.conditional, [test, yes, no].map { found[$0.index] }, [])
        case .set(let operands): return .other(.set, all(operands), [])
        }
    }

    /// `!x`; twice is none, but for the error of what is no truth value, which stays one.
    private func negated(_ operand: Int) -> Shape {
        switch shapes[operand] {
        case .literal(.bool(let value)): .literal(.bool(!value))
        case .less(let left, let right): .lessOrEqual(right, left)
        case .lessOrEqual(let left, let right): .less(right, left)
        default: .not(operand)
        }
    }

    private mutating func compare(_ comparison: ExpressionNode.Comparison, _ left: Int, _ right: Int) -> Shape {
        // The number comes first: what is asked for its opposite has to be in the table.
        switch comparison {
        case .equal: return equal(left, right)
        case .notEqual:
            let same = number(equal(left, right))
            return negated(same)
        case .less: return less(left, right)
        case .greater: return less(right, left)
        case .lessOrEqual:
            let greater = number(less(right, left))
            return negated(greater)
        case .greaterOrEqual:
            let smaller = number(less(left, right))
            return negated(smaller)
        }
    }

    private func equal(_ left: Int, _ right: Int) -> Shape {
        if case .literal(let one) = shapes[left], case .literal(let other) = shapes[right] {
            return .literal(.bool(one == other))
        }
        return .equal(min(left, right), max(left, right))
    }

    private func less(_ left: Int, _ right: Int) -> Shape {
        if case .literal(.long(let one)) = shapes[left], case .literal(.long(let other)) = shapes[right] {
            return .literal(.bool(one < other))
        }
        return .less(left, right)
    }

    private func variables(of shape: Shape) -> Variables {
        func of(_ parts: [Int]) -> Variables { parts.reduce(into: []) { $0.formUnion(variables[$1]) } }
        switch shape {
        case .literal: return []
        case .variable(let variable):
            switch variable {
            case .principal: return .principal
            case .action: return .action
            case .resource: return .resource
            case .context: return .context
            }
        case .not(let part), .isType(let part, _), .like(let part, _), .attribute(let part, _), .has(let part, _):
            return variables[part]
        case .equal(let left, let right), .less(let left, let right), .lessOrEqual(let left, let right),
            .setOperation(_, let left, let right):
            return of([left, right])
        case .record(_, let parts), .call(_, let parts), .other(_, let parts, _): return of(parts)
        }
    }
}
