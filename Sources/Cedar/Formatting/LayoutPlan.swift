// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Turns the tokens of valid policy text into a layout.
///
/// What stands between two tokens depends on both and on where they stand; where groups begin is known only when they
/// end. So the tokens are gone through first, noting both for each, and put in a row at the end.
struct LayoutPlan {
    /// What stands before a token.
    enum Gap {
        case nothing
        case space
        case place(LayoutItem.Gap.Kind, isClosing: Bool)

        static func place(_ kind: LayoutItem.Gap.Kind) -> Gap { .place(kind, isClosing: false) }
    }

    let tokens: [CommentedToken]
    let indent: Int
    /// What stands before each token.
    var gaps: [Gap]
    // The groups that begin before each token, the outermost last; and how many end behind it.
    private var begins: [[LayoutItem.Indent]]
    private var ends: [Int]
    /// Which tokens are left out: commas behind the last element.
    private(set) var isDropped: [Bool]
    var position = 0

    init(_ tokens: [CommentedToken], indent: Int) {
        self.tokens = tokens
        self.indent = indent
        gaps = Array(repeating: .nothing, count: tokens.count)
        begins = Array(repeating: [], count: tokens.count)
        ends = Array(repeating: 0, count: tokens.count)
        isDropped = Array(repeating: false, count: tokens.count)
    }

    /// The kind of the next token.
    var kind: Token.Kind { tokens[position].kind }

    /// Whether the next token is the word `word`.
    func isAt(_ word: String) -> Bool { kind == .identifier && tokens[position].text == word }

    /// Puts the next token behind `gap` and goes on.
    mutating func take(_ gap: Gap) {
        gaps[position] = gap
        // The end stands still, so that no text, whatever it is, leads out of the tokens.
        if position + 1 < tokens.count { position += 1 }
    }

    /// Notes a group of the tokens from `first` up to the one before the next. Inner groups are noted before outer ones.
    mutating func group(from first: Int, _ indent: LayoutItem.Indent) {
        begins[first].append(indent)
        ends[position - 1] += 1
    }

    /// Drops the next token; its comments stay.
    mutating func drop() {
        isDropped[position] = true
        take(.nothing)
    }

    /// Goes through all policies.
    mutating func run() {
        var isFirst = true
        while kind != .end {
            policy(isFirst ? .edge : .blank)
            isFirst = false
        }
        gaps[position] = .place(.edge)
    }

    private mutating func policy(_ gap: LayoutItem.Gap.Kind) {
        var gap = gap
        while kind == .at {
            take(.place(gap))
            take(.nothing)
            if kind == .leftParenthesis { for _ in 0..<3 { take(.nothing) } }
            gap = .hard
        }
        take(.place(gap))
        var expressions = ExpressionLayout()
        expressions.scope(&self)
        while kind == .identifier {
            take(.place(.hard))
            expressions.condition(&self)
        }
        take(.nothing)
    }

    /// The layout.
    var items: [LayoutItem] {
        var items: [LayoutItem] = []
        // Comments where no line may end wait for the next place where one may.
        var waiting: [CommentedToken.Comment] = []
        for (index, token) in tokens.enumerated() {
            waiting += token.comments
            guard !isDropped[index] else { continue }
            switch gaps[index] {
            case .nothing: break
            case .space: items.append(.space)
            case .place(let kind, let isClosing):
                var gap = LayoutItem.Gap(kind: kind, isClosing: isClosing, comments: waiting)
                gap.isBeforeBlankLine = token.isAfterBlankLine
                items.append(.gap(gap))
                waiting = []
            }
            for indent in begins[index].reversed() { items.append(.begin(indent)) }
            if token.kind != .end { items.append(.text(token.text)) }
            for _ in 0..<ends[index] { items.append(.end) }
        }
        return items
    }
}
