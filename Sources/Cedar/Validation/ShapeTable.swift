// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Numbers for expressions, equal exactly when the expressions are written the same way up to their sugar.
struct ShapeTable {
    // One level of an expression; what stands below is a number already.
    private enum Shape: Hashable {
        case literal(Value)
        case variable(Variable)
        case unary(String, Int32)
        case binary(String, Int32, Int32)
        case conditional(Int32, Int32, Int32)
        case attribute(Int32, Text)
        case has(Int32, Text)
        case tag(Int32, Int32)
        case like(Int32, LikePattern)
        case type(Int32, EntityTypeName)
        case set([Int32])
        case record([Text: Int32])
        case call(ExtensionFunction, [Int32])
    }

    private let expression: PolicyExpression
    private var numbers: [Shape: Int32] = [:]
    private var ofNode: [Int32] = []
    // For nodes that read or ask for something: the number of what they read or ask for.
    private var targets: [Int32] = []

    private let truths: [Bool?]

    init(_ expression: PolicyExpression) {
        self.expression = expression
        truths = expression.constantTruths
        ofNode.reserveCapacity(expression.nodes.count)
        targets.reserveCapacity(expression.nodes.count)
    }

    /// The number of what the node at `index` reads or asks for.
    func target(of index: Int) -> Int32 { targets[index] }

    /// The numbers of `receiver.a`, `receiver.a.b` and so on.
    mutating func attributes(of receiver: NodeID, _ names: ArraySlice<Text>) -> [Int32] {
        var current = ofNode[receiver.index]
        return names.map { name in
            current = number(.attribute(current, name))
            return current
        }
    }

    /// Takes in the next node; those below it are there already.
    mutating func add(_ node: ExpressionNode) {
        let index = ofNode.count
        var target: Int32 = -1
        let own: Int32
        switch node {
        case .literal(let literal): own = number(.literal(expression[literal: literal]))
        case .variable(let variable): own = number(.variable(variable))
        case .not(let operand): own = number(.unary("!", self[operand]))
        case .negate(let operand): own = number(.unary("-", self[operand]))
        case .isEmpty(let operand): own = number(.unary("isEmpty", self[operand]))
        case .and(let range), .or(let range):
            let sign = if case .and = node { "&&" } else { "||" }
            own = truths[index].map { number(.literal(.bool($0))) } ?? fold(range) { _ in sign }
        case .product(let range): own = fold(range) { _ in "*" }
        case .sum(let range):
            let signs = Array(expression[subtracted: range])
            own = fold(range) { signs[$0] ? "-" : "+" }
        case .comparison(let comparison, let left, let right): own = compare(comparison, self[left], self[right])
        case .membership(let left, let right): own = number(.binary("in", self[left], self[right]))
        case .has(let receiver, let path): own = has(self[receiver], expression[names: path])
        case .like(let operand, let pattern): own = number(.like(self[operand], expression[pattern: pattern]))
        case .isType(let operand, let type): own = number(.type(self[operand], expression[type: type]))
        case .isTypeIn(let operand, let type, let right):
            let test = number(.type(self[operand], expression[type: type]))
            own = number(.binary("&&", test, number(.binary("in", self[operand], self[right]))))
        case .attribute(let operand, let name):
            own = number(.attribute(self[operand], expression[name: name]))
            target = own
        case .setOperation(let operation, let left, let right):
            own = number(.binary(operation.rawValue, self[left], self[right]))
        case .hasTag(let operand, let tag):
            own = number(.binary("hasTag", self[operand], self[tag]))
            target = number(.tag(self[operand], self[tag]))
        case .getTag(let operand, let tag):
            own = number(.tag(self[operand], self[tag]))
            target = own
        case .conditional(let test, let then, let otherwise):
            own = number(.conditional(self[test], self[then], self[otherwise]))
        case .set(let range): own = number(.set(expression[range].map { self[$0] }))
        case .record(let range, let names):
            let keys = expression[keys: names, count: range.range.count]
            own = number(.record(Dictionary(zip(keys, expression[range].map { self[$0] })) { first, _ in first }))
        case .call(let function, let range): own = number(.call(function, expression[range].map { self[$0] }))
        }
        ofNode.append(own)
        targets.append(target)
    }

    private subscript(node: NodeID) -> Int32 { ofNode[node.index] }

    private mutating func number(_ shape: Shape) -> Int32 {
        if let known = numbers[shape] { return known }
        let next = Int32(truncatingIfNeeded: numbers.count)
        numbers[shape] = next
        return next
    }

    // A chain is what the operator makes of its operands one by one from the left.
    private mutating func fold(_ range: OperandRange, _ sign: (Int) -> String) -> Int32 {
        var result: Int32 = -1
        for (index, operand) in expression[range].enumerated() {
            result = index == 0 ? self[operand] : number(.binary(sign(index), result, self[operand]))
        }
        return result
    }

    // `!=`, `>` and `>=` are the negations of the others.
    private mutating func compare(_ comparison: ExpressionNode.Comparison, _ left: Int32, _ right: Int32) -> Int32 {
        switch comparison {
        case .equal, .less, .lessOrEqual: number(.binary(comparison.rawValue, left, right))
        case .notEqual: number(.unary("!", number(.binary("==", left, right))))
        case .greater: number(.unary("!", number(.binary("<=", left, right))))
        case .greaterOrEqual: number(.unary("!", number(.binary("<", left, right))))
        }
    }

    private mutating func has(_ receiver: Int32, _ names: ArraySlice<Text>) -> Int32 {
        var current = receiver
        var result: Int32 = -1
        for name in names {
            let step = number(.has(current, name))
            result = result < 0 ? step : number(.binary("&&", result, step))
            current = number(.attribute(current, name))
        }
        return result
    }
}

extension PolicyExpression {
    /// For each node its value if it is a truth value written out, or a chain of such: `true || false` is as good as
    /// `true`, to the language's reference implementation as well.
    var constantTruths: [Bool?] {
        var truths: [Bool?] = Array(repeating: nil, count: nodes.count)
        for (index, node) in nodes.enumerated() {
            switch node {
            case .literal(let literal):
                if case .bool(let value) = self[literal: literal] { truths[index] = value }
            case .and(let range), .or(let range):
                let known = self[range].compactMap { truths[$0.index] }
                guard known.count == range.range.count else { continue }
                if case .and = node {
                    truths[index] = !known.contains(false)
                } else {
                    truths[index] = known.contains(true)
                }
            default: break
            }
        }
        return truths
    }
}
