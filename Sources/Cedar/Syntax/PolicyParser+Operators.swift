// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PolicyParser {
    /// Behind an operand: members first, then each level of operators from the tightest outwards. A level either takes
    /// the operand and asks for the next one, or ends its chain and hands it to the level above.
    mutating func operators(after operand: Operand) throws(ParseError) -> Progress {
        var operand = operand
        switch token.kind {
        case .dot, .leftBracket, .leftParenthesis:
            guard let member = try member(of: operand) else { return .wanted(atStart: true) }
            return .operand(member)
        default: break
        }
        operand = unary(operand)
        if try product(&operand) { return .wanted(atStart: false) }
        if try sum(&operand) { return .wanted(atStart: false) }
        if try relation(&operand) { return .wanted(atStart: false) }
        if try conjunction(&operand) { return .wanted(atStart: false) }
        if try disjunction(&operand) { return .wanted(atStart: false) }
        return .whole(operand)
    }

    // The signs before the operand, the innermost first.
    private mutating func unary(_ operand: Operand) -> Operand {
        guard case .unary(let start, let sign, let count)? = stack.frames.last else { return operand }
        stack.frames.removeLast()
        var result = operand
        for _ in 0..<count {
            result = node(sign == .not ? .not(result.node) : .negate(result.node), from: start)
        }
        return result
    }

    // True when a further factor must follow.
    private mutating func product(_ operand: inout Operand) throws(ParseError) -> Bool {
        if token.kind == .slash || token.kind == .percent {
            throw failure(.operator, "Cedar has no \(token.kind.name); it adds, subtracts and multiplies")
        }
        if case .product(let start, let base)? = stack.frames.last {
            stack.push(operand.node)
            if token.kind != .star {
                stack.frames.removeLast()
                let operands = builder.operands(stack.operands[base...])
                stack.drop(to: base)
                operand = node(.product(operands), from: start)
                return false
            }
        } else {
            guard token.kind == .star else { return false }
            stack.frames.append(.product(start: operand.start, base: stack.operands.count))
            stack.push(operand.node)
        }
        try step()
        return true
    }

    // True when a further summand must follow. The sign is kept with the summand behind it.
    private mutating func sum(_ operand: inout Operand) throws(ParseError) -> Bool {
        let goesOn = token.kind == .plus || token.kind == .minus
        if case .sum(let start, let base, let isSubtracted)? = stack.frames.last {
            stack.push(operand.node, isSubtracted: isSubtracted)
            stack.frames.removeLast()
            if goesOn {
                stack.frames.append(.sum(start: start, base: base, isSubtracted: token.kind == .minus))
            } else {
                let operands = builder.operands(
                    stack.operands[base...],
                    subtracted: stack.isSubtracted[base...]
                )
                stack.drop(to: base)
                operand = node(.sum(operands), from: start)
                return false
            }
        } else {
            guard goesOn else { return false }
            let isSubtracted = token.kind == .minus
            stack.frames.append(
                .sum(start: operand.start, base: stack.operands.count, isSubtracted: isSubtracted)
            )
            stack.push(operand.node)
        }
        try step()
        return true
    }

    // `&&`: true when a further operand must follow.
    private mutating func conjunction(_ operand: inout Operand) throws(ParseError) -> Bool {
        if case .and(let start, let base)? = stack.frames.last {
            stack.push(operand.node)
            if token.kind != .and {
                stack.frames.removeLast()
                let operands = builder.operands(stack.operands[base...])
                stack.drop(to: base)
                operand = node(.and(operands), from: start)
                return false
            }
        } else {
            guard token.kind == .and else { return false }
            stack.frames.append(.and(start: operand.start, base: stack.operands.count))
            stack.push(operand.node)
        }
        try step()
        return true
    }

    // `||`: true when a further operand must follow.
    private mutating func disjunction(_ operand: inout Operand) throws(ParseError) -> Bool {
        if case .or(let start, let base)? = stack.frames.last {
            stack.push(operand.node)
            if token.kind != .or {
                stack.frames.removeLast()
                let operands = builder.operands(stack.operands[base...])
                stack.drop(to: base)
                operand = node(.or(operands), from: start)
                return false
            }
        } else {
            guard token.kind == .or else { return false }
            stack.frames.append(.or(start: operand.start, base: stack.operands.count))
            stack.push(operand.node)
        }
        try step()
        return true
    }
}
