// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PolicyParser {
    /// One relation at most: they do not chain. True when a right operand must follow.
    mutating func relation(_ operand: inout Operand) throws(ParseError) -> Bool {
        if case .relation(let start, let relation, let left)? = stack.frames.last {
            stack.frames.removeLast()
            let result: ExpressionNode =
                switch relation {
                case .comparison(let comparison): .comparison(comparison, left, operand.node)
                case .membership: .membership(left, operand.node)
                case .typeAndMembership(let type): .isTypeIn(left, type, operand.node)
                }
            operand = node(result, from: start)
            try endOfRelation()
            return false
        }
        if let comparison = try comparison() {
            stack.frames.append(.relation(start: operand.start, .comparison(comparison), left: operand.node))
            try step()
            return true
        }
        guard token.kind == .identifier else { return false }
        switch lexer.text(of: token) {
        case "in":
            stack.frames.append(.relation(start: operand.start, .membership, left: operand.node))
            try step()
            return true
        case "has":
            try step()
            operand = node(.has(operand.node, builder.names(try attributePath())), from: operand.start)
        case "like":
            try step()
            guard token.kind == .string else { throw expected("a pattern in quotes") }
            let pattern = builder.pattern(try lexer.pattern(of: token))
            try step()
            operand = node(.like(operand.node, pattern), from: operand.start)
        case "is":
            try step()
            let type = builder.type(try typeName())
            if isAt("in") {
                stack.frames.append(.relation(start: operand.start, .typeAndMembership(type), left: operand.node))
                try step()
                return true
            }
            operand = node(.isType(operand.node, type), from: operand.start)
        default:
            return false
        }
        try endOfRelation()
        return false
    }

    // The comparison the next token is, if any.
    private func comparison() throws(ParseError) -> ExpressionNode.Comparison? {
        switch token.kind {
        case .equal: .equal
        case .notEqual: .notEqual
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        case .assign: throw failure(.operator, "to compare write '=='")
        default: nil
        }
    }

    // `a < b < c` would read as a chain and mean a comparison with a Bool, so the language refuses it.
    private func endOfRelation() throws(ParseError) {
        var chains = try comparison() != nil
        if token.kind == .identifier {
            switch lexer.text(of: token) {
            case "in", "has", "like", "is": chains = true
            default: break
            }
        }
        if chains { throw failure(.operator, "relations do not chain; put one of them in parentheses") }
    }

    // `x`, `x.y.z` or one string.
    private mutating func attributePath() throws(ParseError) -> [Text] {
        if token.kind == .string {
            let name = try lexer.string(of: token)
            try step()
            return [name]
        }
        var path = [Text(try identifier("the name of an attribute"))]
        while token.kind == .dot {
            try step()
            path.append(Text(try identifier("the name of an attribute")))
        }
        return path
    }
}
