// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Reads policies, one after the other: annotations, effect, scope, conditions.
///
/// Expressions are read by a loop with a stack of its own, ``expression()``; nothing here recurses.
struct PolicyParser {
    var lexer: Lexer
    /// The token to be read next.
    var token: Token
    /// Where the token before it ended.
    var previousEnd = 0
    let limits: ParserLimits

    // What has been read of the policy at hand.
    var builder: ExpressionBuilder
    var stack = ExpressionStack()
    private var lastPosition = SourcePosition(offset: 0, line: 1, column: 1)

    init(_ bytes: [UInt8], limits: ParserLimits) throws(ParseError) {
        lexer = Lexer(bytes)
        self.limits = limits
        builder = ExpressionBuilder(maximumDepth: limits.maximumNesting)
        token = try lexer.next()
    }

    /// The next policy; nil at the end of the text.
    mutating func policy() throws(ParseError) -> PolicyBody? {
        guard token.kind != .end else { return nil }
        let start = token.start
        builder.begin(at: start)
        let annotations = try annotations()
        let effect = try effect()
        let scope = try scope()
        var conditions: [Condition] = []
        while token.kind == .identifier { conditions.append(try condition()) }
        try take(.semicolon, or: "'when', 'unless' or ';'")
        lastPosition = advance(lastPosition, to: start)
        return PolicyBody(
            effect: effect,
            annotations: annotations,
            scope: scope,
            conditions: conditions,
            expression: builder.expression.trimmed,
            source: String(decoding: lexer.bytes[start..<previousEnd], as: UTF8.self),
            position: lastPosition
        )
    }

    // `@key`, `@key("value")`, any number of them; the keys may be reserved words.
    private mutating func annotations() throws(ParseError) -> [Annotation] {
        var annotations: [Annotation] = []
        // Few policies have many: only then is a table worth its room.
        var keys: Set<Text> = []
        while token.kind == .at {
            try step()
            guard token.kind == .identifier else { throw expected("the name of the annotation") }
            let key = Text(lexer.text(of: token))
            if annotations.count == 8 { keys = Set(annotations.map(\.key)) }
            let isKnown =
                annotations.count < 8 ? annotations.contains { $0.key == key } : !keys.insert(key).inserted
            guard !isKnown else {
                throw failure(.duplicate, "the annotation @\(key) is written twice")
            }
            try step()
            var value: Text?
            if token.kind == .leftParenthesis {
                try step()
                guard token.kind == .string else { throw expected("the annotation's value, a string") }
                value = try lexer.string(of: token)
                try step()
                try take(.rightParenthesis)
            }
            annotations.append(Annotation(key: key, value: value))
        }
        return annotations
    }

    private mutating func effect() throws(ParseError) -> Effect {
        let effect: Effect
        if isAt("permit") {
            effect = .permit
        } else if isAt("forbid") {
            effect = .forbid
        } else {
            throw expected("'permit' or 'forbid'")
        }
        try step()
        return effect
    }

    // `when { ... }` or `unless { ... }`.
    private mutating func condition() throws(ParseError) -> Condition {
        let start = token.start
        guard isAt("when") || isAt("unless") else { throw expected("'when', 'unless' or ';'") }
        let kind = isAt("when") ? Condition.Kind.when : .unless
        try step()
        try take(.leftBrace)
        if token.kind == .rightBrace {
            throw failure(.syntax, "the braces are empty; leave the whole '\(kind)' out if nothing is to be asked")
        }
        let root = try expression()
        try take(.rightBrace)
        return Condition(kind: kind, root: root, span: builder.span(start, previousEnd))
    }

    // Counting on from the last policy keeps the whole parse linear.
    private func advance(_ from: SourcePosition, to offset: Int) -> SourcePosition {
        SourcePosition(offset: offset, in: lexer.bytes, from: from)
    }
}

extension PolicyParser {
    /// Moves to the next token.
    mutating func step() throws(ParseError) {
        previousEnd = token.end
        token = try lexer.next()
    }

    /// Moves behind a token that must be of `kind`.
    mutating func take(_ kind: Token.Kind, or wanted: String? = nil) throws(ParseError) {
        guard token.kind == kind else { throw expected(wanted ?? kind.name) }
        try step()
    }

    /// Whether the next token is the word `word`.
    func isAt(_ word: String) -> Bool {
        token.kind == .identifier && lexer.covers(token, word)
    }

    /// An error at the next token.
    func failure(_ code: ParseError.Code, _ message: String) -> ParseError {
        lexer.error(code, message, at: token.start)
    }

    /// The error that something else is expected where the next token stands.
    func expected(_ wanted: String, _ code: ParseError.Code = .syntax) -> ParseError {
        let found =
            switch token.kind {
            case .identifier, .slot, .number: "'\(lexer.text(of: token))'"
            default: token.kind.name
            }
        return failure(code, "expected \(wanted), found \(found)")
    }

    /// A name that is no reserved word.
    mutating func identifier(_ wanted: String) throws(ParseError) -> String {
        guard token.kind == .identifier else { throw expected(wanted) }
        let name = lexer.text(of: token)
        guard !ReservedWord.contains(name) else {
            throw failure(.reserved, "'\(name)' is a reserved word and cannot be \(wanted)")
        }
        try step()
        return name
    }
}
