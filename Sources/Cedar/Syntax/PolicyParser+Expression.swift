// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PolicyParser {
    /// A finished part of an expression: its node and where it begins, parentheses included.
    struct Operand {
        var node: NodeID
        var start: Int
    }

    /// Where the loop goes on.
    enum Progress {
        /// An operand must follow; at the beginning of an expression it may be an `if`.
        case wanted(atStart: Bool)
        /// An operand was read; operators may follow.
        case operand(Operand)
        /// A whole expression was read; what encloses it goes on.
        case whole(Operand)
        /// Nothing encloses it: this is the result.
        case done(NodeID)
    }

    /// One expression.
    ///
    /// Binding, from loose to tight: `if`, `||`, `&&`, one relation (`==`, `<`, `in`, `has`, `like`, `is` ...), `+` and
    /// `-`, `*`, unary signs, members.
    ///
    /// The loop is a small machine. It reads an operand, climbs through the levels of operators until one of them asks
    /// for another operand, and at the top hands the whole expression to the bracket around it, which in turn is an
    /// operand, or asks for its next element.
    mutating func expression() throws(ParseError) -> NodeID {
        stack.removeAll()
        var progress = Progress.wanted(atStart: true)
        while true {
            switch progress {
            case .wanted(let atStart): progress = try primary(atStart: atStart)
            case .operand(let operand): progress = try operators(after: operand)
            case .whole(let operand): progress = try close(operand)
            case .done(let node):
                if let offset = builder.firstTooDeep { throw tooDeep(at: offset) }
                return node
            }
        }
    }

    /// Adds a node that ends where the last token ended.
    mutating func node(_ node: ExpressionNode, from start: Int) -> Operand {
        Operand(node: builder.add(node, start, previousEnd), start: start)
    }

    /// Begins a bracket at `start`; this is where nesting is bounded.
    mutating func open(_ bracket: ExpressionStack.Frame, at start: Int) throws(ParseError) {
        stack.openBrackets += 1
        guard stack.openBrackets <= limits.maximumNesting else { throw tooDeep(at: start) }
        stack.frames.append(bracket)
    }

    private mutating func closeBracket() {
        stack.frames.removeLast()
        stack.openBrackets -= 1
    }

    private func tooDeep(at offset: Int) -> ParseError {
        lexer.error(.nesting, "expressions may be nested \(limits.maximumNesting) deep, no deeper", at: offset)
    }

    // What encloses a whole expression takes it.
    private mutating func close(_ operand: Operand) throws(ParseError) -> Progress {
        guard let frame = stack.frames.last else { return .done(operand.node) }
        switch frame {
        case .parenthesis(let start):
            try take(.rightParenthesis, or: "')' or an operator")
            closeBracket()
            return .operand(Operand(node: operand.node, start: start))
        case .set(let start, let base):
            stack.push(operand.node)
            if try goesOn(until: .rightBracket) { return .wanted(atStart: true) }
            return endSet(start, base)
        case .record(let start, let base, let keys):
            stack.push(operand.node)
            if try goesOn(until: .rightBrace) {
                try recordKey()
                return .wanted(atStart: true)
            }
            return try endRecord(start, base, keys)
        case .call(let start, let base, let callee):
            stack.push(operand.node)
            if try goesOn(until: .rightParenthesis) { return .wanted(atStart: true) }
            return .operand(try endCall(start, base, callee))
        case .condition(let start):
            try takeWord("then")
            stack.frames[stack.frames.count - 1] = .consequence(start: start, condition: operand.node)
            return .wanted(atStart: true)
        case .consequence(let start, let condition):
            try takeWord("else")
            let alternative = ExpressionStack.Frame.alternative(
                start: start,
                condition: condition,
                consequence: operand.node
            )
            stack.frames[stack.frames.count - 1] = alternative
            return .wanted(atStart: true)
        case .alternative(let start, let condition, let consequence):
            closeBracket()
            return .whole(node(.conditional(condition, consequence, operand.node), from: start))
        case .unary, .product, .sum, .relation, .and, .or:
            // Operators were taken off before; nothing else can be on top.
            throw expected("an operator")
        }
    }

    // Behind an element: true when another one follows, false when the bracket was closed. A comma may be the last.
    private mutating func goesOn(until bracket: Token.Kind) throws(ParseError) -> Bool {
        if token.kind == .comma {
            try step()
            if token.kind != bracket { return true }
        }
        try take(bracket, or: "',' or \(bracket.name)")
        return false
    }

    // `then` or `else`.
    private mutating func takeWord(_ word: String) throws(ParseError) {
        guard isAt(word) else { throw expected("'\(word)'") }
        try step()
    }

    private mutating func endSet(_ start: Int, _ base: Int) -> Progress {
        let operands = builder.operands(stack.operands[base...])
        stack.drop(to: base)
        closeBracket()
        return .operand(node(.set(operands), from: start))
    }

    // Keys are compared as the texts they stand for: `a` and "a" are one key.
    private mutating func endRecord(_ start: Int, _ base: Int, _ keys: Int) throws(ParseError) -> Progress {
        let names = stack.keys[keys...]
        guard Set(names).count == names.count else {
            throw lexer.error(.duplicate, "this record has one key twice", at: start)
        }
        let range = builder.names(names)
        let operands = builder.operands(stack.operands[base...])
        stack.drop(to: base)
        stack.keys.removeSubrange(keys...)
        closeBracket()
        let first = TableIndex(range.range.lowerBound)
        return .operand(node(.record(operands, names: first), from: start))
    }

    /// Ends a call behind its closing parenthesis.
    mutating func endCall(_ start: Int, _ base: Int, _ callee: ExpressionStack.Callee) throws(ParseError) -> Operand {
        let operands = Array(stack.operands[base...])
        stack.drop(to: base)
        closeBracket()
        switch callee {
        case .function(let function):
            // A wrong number of arguments fails when it is evaluated, as in the language's definition.
            return node(.call(function, builder.operands(operands)), from: start)
        case .method(let method):
            guard operands.count == method.argumentCount + 1 else {
                let count = method.argumentCount == 0 ? "no argument" : "one argument"
                throw lexer.error(.arity, "\(method.rawValue) takes \(count)", at: start)
            }
            return node(apply(method, operands), from: start)
        }
    }

    private func apply(_ method: ExpressionStack.Method, _ operands: [NodeID]) -> ExpressionNode {
        switch method {
        case .contains: .setOperation(.contains, operands[0], operands[1])
        case .containsAll: .setOperation(.containsAll, operands[0], operands[1])
        case .containsAny: .setOperation(.containsAny, operands[0], operands[1])
        case .isEmpty: .isEmpty(operands[0])
        case .hasTag: .hasTag(operands[0], operands[1])
        case .getTag: .getTag(operands[0], operands[1])
        }
    }
}
