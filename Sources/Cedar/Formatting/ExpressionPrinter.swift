// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Writes an expression as Cedar text on one line, with no more parentheses than it needs.
///
/// A list of things to do, worked off from its end, takes the place of recursion. What it writes is read back as an
/// expression of the same shape (``ExpressionShapes``).
struct ExpressionPrinter {
    private enum Work {
        case text(String)
        /// A node where nothing looser than the level may stand.
        case visit(NodeID, BindingLevel)
    }

    private let expression: PolicyExpression
    private var work: [Work] = []
    private var text = ""

    /// The text of the node `id` of `expression`.
    static func text(of id: NodeID, in expression: PolicyExpression) -> String {
        var printer = ExpressionPrinter(expression: expression)
        printer.work = [.visit(id, .expression)]
        while let next = printer.work.popLast() {
            switch next {
            case .text(let text): printer.text += text
            case .visit(let id, let level): printer.visit(id, level)
            }
        }
        return printer.text
    }

    private init(expression: PolicyExpression) {
        self.expression = expression
    }

    // What is to be done in this order.
    private mutating func then(_ steps: Work...) {
        work.append(contentsOf: steps.reversed())
    }

    private mutating func visit(_ id: NodeID, _ level: BindingLevel) {
        guard expression.level(of: id) >= level else {
            return then(.text("("), .visit(id, .expression), .text(")"))
        }
        switch expression[id] {
        case .literal(let index): text += expression[literal: index].description
        case .variable(let variable): text += variable.rawValue
        case .not, .negate: signs(id)
        case .and(let range): chain(range, first: .and, others: .relation) { _ in " && " }
        case .or(let range): chain(range, first: .or, others: .and) { _ in " || " }
        case .sum(let range):
            let isSubtracted = expression.isSubtracted
            chain(range, first: .sum, others: .product) { isSubtracted[$0] ? " - " : " + " }
        case .product(let range): chain(range, first: .product, others: .unary) { _ in " * " }
        case .comparison(let comparison, let a, let b): relation(a, comparison.rawValue, b)
        case .membership(let a, let b): relation(a, "in", b)
        case .has(let a, let names):
            then(.visit(a, .sum), .text(" has " + expression[names: names].map(\.asKey).joined(separator: ".")))
        case .like(let a, let pattern): then(.visit(a, .sum), .text(" like " + expression[pattern: pattern].quoted))
        case .isType(let a, let type): then(.visit(a, .sum), .text(" is \(expression[type: type])"))
        case .isTypeIn(let a, let type, let b): relation(a, "is \(expression[type: type]) in", b)
        case .attribute(let a, let name):
            let name = expression[name: name]
            then(.visit(a, .member), .text(name.isName ? ".\(name)" : "[\(name.quoted)]"))
        case .setOperation(let operation, let a, let b): method(operation.rawValue, a, [b])
        case .isEmpty(let a): method("isEmpty", a, [])
        case .hasTag(let a, let b): method("hasTag", a, [b])
        case .getTag(let a, let b): method("getTag", a, [b])
        case .conditional(let a, let b, let c):
            then(
                .text("if "),
                .visit(a, .expression),
                .text(" then "),
                .visit(b, .expression),
                .text(" else "),
                .visit(c, .expression)
            )
        case .set(let range): list("[", expression[range], "]")
        case .record(let range, let first): record(range, first)
        case .call(let function, let range):
            let operands = expression[range]
            if !function.isConstructor, let receiver = operands.first {
                method(function.rawValue, receiver, operands.dropFirst())
            } else {
                list("\(function.rawValue)(", operands, ")")
            }
        }
    }

    private mutating func relation(_ a: NodeID, _ name: String, _ b: NodeID) {
        then(.visit(a, .sum), .text(" \(name) "), .visit(b, .sum))
    }

    private mutating func method(_ name: String, _ receiver: NodeID, _ arguments: ArraySlice<NodeID>) {
        list(".\(name)(", arguments, ")")
        work.append(.visit(receiver, .member))
    }

    // Chains read from the left, so a chain of the same kind may be the first operand of a chain as it is.
    private mutating func chain(
        _ range: OperandRange,
        first: BindingLevel,
        others: BindingLevel,
        _ sign: (Int) -> String
    ) {
        for index in range.range.reversed() {
            let isFirst = index == range.range.lowerBound
            work.append(.visit(expression.operands[index], isFirst ? first : others))
            if !isFirst { work.append(.text(sign(index))) }
        }
    }

    private mutating func list(_ open: String, _ operands: ArraySlice<NodeID>, _ close: String) {
        work.append(.text(close))
        for (offset, operand) in operands.enumerated().reversed() {
            work.append(.visit(operand, .expression))
            if offset > 0 { work.append(.text(", ")) }
        }
        work.append(.text(open))
    }

    private mutating func record(_ range: OperandRange, _ first: TableIndex) {
        let operands = expression[range]
        work.append(.text("}"))
        for (key, operand) in zip(expression[keys: first, count: operands.count], operands).reversed() {
            work.append(.visit(operand, .expression))
            work.append(.text("\(key.asKey): "))
            work.append(.text(", "))
        }
        if !operands.isEmpty { work.removeLast() }
        work.append(.text("{"))
    }

    // At most four signs of one kind may stand in a row, and the two kinds do not mix; a minus directly before a
    // number would become part of it.
    private mutating func signs(_ id: NodeID) {
        var operand = id
        var count = 0
        var isNot = false
        loop: while count < 4 {
            switch expression[operand] {
            case .not(let inner) where count == 0 || isNot: (operand, isNot) = (inner, true)
            case .negate(let inner) where count == 0 || !isNot: operand = inner
            default: break loop
            }
            count += 1
        }
        text += String(repeating: isNot ? "!" : "-", count: count)
        if !isNot, case .literal(let index) = expression[operand], case .long(let value) = expression[literal: index] {
            text += value < 0 && count < 4 ? String(value) : "(\(value))"
        } else {
            work.append(.visit(operand, .member))
        }
    }
}
