// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

private import StrictJSON

extension PolicyParser {
    /// An operand, or the opening of one.
    mutating func primary(atStart: Bool) throws(ParseError) -> Progress {
        if isAt("if") {
            guard atStart else { throw failure(.syntax, "put this 'if' in parentheses") }
            try open(.condition(start: token.start), at: token.start)
            try step()
            return .wanted(atStart: true)
        }
        try signs()
        let start = token.start
        switch token.kind {
        case .number: return .operand(try number())
        case .string:
            let text = try lexer.string(of: token)
            try step()
            return .operand(literal(.string(text), from: start))
        case .identifier: return try named()
        case .leftParenthesis:
            try open(.parenthesis(start: start), at: start)
            try step()
            return .wanted(atStart: true)
        case .leftBracket:
            try step()
            if token.kind == .rightBracket {
                try step()
                return .operand(node(.set(builder.operands([])), from: start))
            }
            try open(.set(start: start, base: stack.operands.count), at: start)
            return .wanted(atStart: true)
        case .leftBrace: return try record()
        case .slot: throw failure(.slot, "slots may stand in the scope only, not in a condition")
        default: throw expected("an expression")
        }
    }

    /// The key of the next member of a record, and its colon.
    mutating func recordKey() throws(ParseError) {
        if token.kind == .string {
            stack.keys.append(try lexer.string(of: token))
            try step()
        } else {
            stack.keys.append(Text(try identifier("the key of a record")))
        }
        try take(.colon, or: "':' and the value")
    }

    // At the opening brace of a record.
    private mutating func record() throws(ParseError) -> Progress {
        let start = token.start
        try step()
        let keys = stack.keys.count
        if token.kind == .rightBrace {
            try step()
            let first = TableIndex(builder.names([]).range.lowerBound)
            return .operand(node(.record(builder.operands([]), names: first), from: start))
        }
        try recordKey()
        try open(.record(start: start, base: stack.operands.count, keys: keys), at: start)
        return .wanted(atStart: true)
    }

    private mutating func literal(_ value: Value, from start: Int) -> Operand {
        Operand(node: builder.literal(value, start, previousEnd), start: start)
    }

    // At most four of one sign in a row, as the grammar says; they do not mix.
    private mutating func signs() throws(ParseError) {
        let sign = token.kind
        guard sign == .not || sign == .minus else { return }
        let start = token.start
        var count = 0
        while token.kind == sign {
            count += 1
            guard count <= 4 else { throw failure(.operator, "at most four \(sign.name) may stand in a row") }
            try step()
        }
        if token.kind == .not || token.kind == .minus {
            throw failure(.operator, "'!' and '-' do not mix; put the inner one in parentheses")
        }
        stack.frames.append(.unary(start: start, sign, count: count))
    }

    // Int64.min has no positive counterpart, so a minus directly before a number belongs to it.
    private mutating func number() throws(ParseError) -> Operand {
        var start = token.start
        let outOfRange = token
        let magnitude = UInt64(lexer.text(of: token))
        try step()
        var value = magnitude.flatMap(Int64.init(exactly:))
        switch (stack.frames.last, token.kind) {
        case (_, .dot), (_, .leftBracket), (_, .leftParenthesis): break
        case (.unary(let first, .minus, let count)?, _):
            stack.frames.removeLast()
            if count > 1 { stack.frames.append(.unary(start: first, .minus, count: count - 1)) } else { start = first }
            value = magnitude.flatMap { $0 <= Int64.min.magnitude ? Int64(truncatingIfNeeded: 0 &- $0) : nil }
        default: break
        }
        guard let value else {
            throw lexer.error(
                .integer,
                "numbers reach from \(Int64.min) to \(Int64.max)",
                at: outOfRange.start
            )
        }
        return literal(.long(value), from: start)
    }

    // A truth value, a variable, an entity or a call of a function.
    private mutating func named() throws(ParseError) -> Progress {
        let first = token
        let start = first.start
        let word = lexer.text(of: first)
        if word == "true" || word == "false" {
            try step()
            return .operand(literal(.bool(word == "true"), from: start))
        }
        var path = try identifier("the name of a variable, a type or a function")
        switch token.kind {
        case .leftParenthesis: return try call(of: word, at: start)
        case .pathSeparator: break
        default:
            guard let variable = Variable(rawValue: word) else { throw unknownName(word, at: start) }
            return .operand(node(.variable(variable), from: start))
        }
        while token.kind == .pathSeparator {
            try step()
            if token.kind == .string {
                let uid = EntityUID(type: EntityTypeName(unchecked: path), id: try lexer.string(of: token))
                try step()
                return .operand(literal(.entity(uid), from: start))
            }
            path += "::" + (try identifier("the name of a type"))
        }
        throw expected("'::' and the entity's id in quotes")
    }

    // Two mistakes are common: a slip of the pen, and a text or entity without its quotes.
    private func unknownName(_ word: String, at start: Int) -> ParseError {
        let nearest = nearestName(to: word, among: ["principal", "action", "resource", "context"])
        let help = nearest.map { "did you mean '\($0)'?" } ?? "a text stands in quotes, an entity is Type::\"id\""
        return lexer.error(.name, "'\(word)' is no variable; \(help)", at: start)
    }
}
