// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Where the parts of a policy's scope stand in its text.
///
/// A scope is plain data without places; they are only wanted when something is wrong with it, and found by reading the
/// text once more. A policy without a text has all of it at its beginning.
struct ScopeSpans {
    private(set) var principal = SourceSpan(start: 0, end: 0)
    private(set) var action = SourceSpan(start: 0, end: 0)
    private(set) var resource = SourceSpan(start: 0, end: 0)
    /// The actions that are named.
    private(set) var actions: [SourceSpan] = []
    /// From the effect to the parenthesis behind the resource.
    private(set) var head = SourceSpan(start: 0, end: 0)
    /// The whole policy.
    let whole: SourceSpan

    init(_ policy: Policy) {
        let bytes = Array(policy.source.utf8)
        whole = SourceSpan(start: 0, end: bytes.count)
        head = whole
        principal = whole
        action = whole
        resource = whole
        guard let tokens = Self.head(of: bytes), let first = tokens.first, let last = tokens.last else { return }
        head = SourceSpan(start: first.start, end: last.end)
        let inner = tokens.dropFirst(2).dropLast()
        let parts = Self.parts(inner)
        guard parts.count >= 3 else { return }
        principal = Self.span(parts[0], or: head)
        action = Self.span(parts[1], or: head)
        resource = Self.span(parts[2], or: head)
        actions = Self.entities(parts[1])
    }

    // The tokens from the effect to the parenthesis that closes the scope.
    private static func head(of bytes: [UInt8]) -> [Token]? {
        var lexer = Lexer(bytes)
        var tokens: [Token] = []
        var depth = 0
        var isAnnotation = false
        while let token = try? lexer.next(), token.kind != .end {
            if tokens.isEmpty, depth == 0, token.kind == .at {
                isAnnotation = true
                continue
            }
            switch token.kind {
            case .leftParenthesis: depth += 1
            case .rightParenthesis: depth -= 1
            case .identifier where tokens.isEmpty && depth == 0 && isAnnotation:
                isAnnotation = false
                continue
            default: break
            }
            // Before the effect there are annotations, with their values in parentheses.
            if tokens.isEmpty, depth > 0 || token.kind != .identifier { continue }
            tokens.append(token)
            if tokens.count > 1, depth == 0 { return tokens }
        }
        return nil
    }

    private static func parts(_ tokens: ArraySlice<Token>) -> [ArraySlice<Token>] {
        var parts: [ArraySlice<Token>] = []
        var start = tokens.startIndex
        var depth = 0
        for index in tokens.indices {
            switch tokens[index].kind {
            case .leftParenthesis, .leftBracket: depth += 1
            case .rightParenthesis, .rightBracket: depth -= 1
            case .comma where depth == 0:
                parts.append(tokens[start..<index])
                start = index + 1
            default: break
            }
        }
        if start < tokens.endIndex { parts.append(tokens[start...]) }
        return parts
    }

    private static func span(_ tokens: ArraySlice<Token>, or fallback: SourceSpan) -> SourceSpan {
        guard let first = tokens.first, let last = tokens.last else { return fallback }
        return SourceSpan(start: first.start, end: last.end)
    }

    // An entity begins with a name behind something that is no `::` and ends with a string.
    private static func entities(_ tokens: ArraySlice<Token>) -> [SourceSpan] {
        var spans: [SourceSpan] = []
        var start: Int?
        var previous: Token.Kind?
        for token in tokens {
            if token.kind == .identifier, previous != .pathSeparator { start = token.start }
            if token.kind == .string, let begin = start {
                spans.append(SourceSpan(start: begin, end: token.end))
                start = nil
            }
            previous = token.kind
        }
        return spans
    }
}
