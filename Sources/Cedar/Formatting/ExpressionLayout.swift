// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Goes through the expressions of a policy and notes in a plan where lines may end.
///
/// A stack of its own takes the place of recursion, as in the parser; the text was parsed before, so that brackets are
/// known to match and words to stand where they may.
struct ExpressionLayout {
    /// A bracket or an `if` that is open.
    private struct Frame {
        enum Kind { case braces, parenthesis, list, record, branch }

        let kind: Kind
        /// The place of its first token.
        let start: Int
        var level: Level
        var count = 0
    }

    /// The operators of the expression at hand, level by level: where the operand of each began and whether the
    /// operator was seen since.
    private struct Level {
        var or: Int
        var and: Int
        var relation: Int
        var sum: Int
        var hasOr = false
        var hasAnd = false
        var hasRelation = false
        var hasSum = false

        init(at place: Int) { (or, and, relation, sum) = (place, place, place, place) }
    }

    private var frames: [Frame] = []
    // The bracket that was closed last.
    private var closed: (start: Int, end: Int) = (0, 0)

    /// `(principal, action, resource)`, the next token being the parenthesis.
    mutating func scope(_ plan: inout LayoutPlan) {
        open(.list, &plan, .space)
        run(&plan)
    }

    /// `{ expression }`, the next token being the brace.
    mutating func condition(_ plan: inout LayoutPlan) {
        open(.braces, &plan, .space)
        run(&plan)
    }

    // Until the bracket opened first is closed. An operand is wanted first, and behind each operator.
    private mutating func run(_ plan: inout LayoutPlan) {
        var gap = first
        while !frames.isEmpty, plan.kind != .end {
            if let next = operand(&plan, gap) {
                gap = next
            } else if let next = behindOperand(&plan) {
                gap = next
            } else {
                return
            }
        }
    }

    // What stands behind the bracket opened last.
    private var first: LayoutPlan.Gap {
        switch frames.last?.kind {
        case .braces: .place(.line)
        case .list, .record: .place(.soft)
        case .branch: .space
        default: .place(.comments)
        }
    }

    private mutating func open(_ kind: Frame.Kind, _ plan: inout LayoutPlan, _ gap: LayoutPlan.Gap) {
        let start = plan.position
        plan.take(gap)
        frames.append(Frame(kind: kind, start: start, level: Level(at: plan.position)))
    }

    // An operand and what opens it; the gap before the next operand when one must follow, nil behind an operand.
    private mutating func operand(_ plan: inout LayoutPlan, _ gap: LayoutPlan.Gap) -> LayoutPlan.Gap? {
        // The end of an empty bracket, or a comma behind its last element.
        switch plan.kind {
        case .rightParenthesis, .rightBracket, .rightBrace: return nil
        case .not, .minus:
            plan.take(gap)
            return .nothing
        case .leftParenthesis:
            open(.parenthesis, &plan, gap)
            return first
        case .leftBracket:
            open(.list, &plan, gap)
            return first
        case .leftBrace:
            open(.record, &plan, gap)
            return key(&plan, first)
        case .identifier where plan.isAt("if"):
            open(.branch, &plan, gap)
            return .space
        default:
            plan.take(gap)
            return nil
        }
    }

    // The key of a record's member and its colon; nothing when the record ends.
    private mutating func key(_ plan: inout LayoutPlan, _ gap: LayoutPlan.Gap) -> LayoutPlan.Gap {
        guard plan.kind != .rightBrace else { return .nothing }
        plan.take(gap)
        plan.take(.nothing)
        frames[frames.count - 1].level = Level(at: plan.position)
        return .space
    }

    // Operators, members, commas and closing brackets; the gap before the next operand, nil when there is none.
    private mutating func behindOperand(_ plan: inout LayoutPlan) -> LayoutPlan.Gap? {
        while let last = frames.indices.last {
            switch plan.kind {
            case .dot, .pathSeparator:
                plan.take(.nothing)
                plan.take(.nothing)
            case .leftBracket:
                plan.take(.nothing)
                plan.take(.nothing)
                plan.take(.nothing)
            case .leftParenthesis:
                open(.list, &plan, .nothing)
                return first
            case .plus, .minus:
                frames[last].level.hasSum = true
                plan.take(.space)
                return .place(.line)
            case .star:
                plan.take(.space)
                return .space
            case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: return relation(&plan)
            case .and:
                closeRelation(&plan)
                plan.take(.space)
                frames[last].level.hasAnd = true
                frames[last].level.relation = plan.position
                frames[last].level.sum = plan.position
                return .place(.line)
            case .or:
                closeAnd(&plan, isOperand: true)
                plan.take(.space)
                frames[last].level.hasOr = true
                frames[last].level.and = plan.position
                frames[last].level.relation = plan.position
                frames[last].level.sum = plan.position
                return .place(.line)
            case .identifier:
                if let gap = word(&plan) { return gap }
            case .comma:
                if let gap = comma(&plan) { return gap }
            case .rightParenthesis, .rightBracket, .rightBrace:
                close(&plan)
                if frames.isEmpty { return nil }
            default: return nil
            }
        }
        return nil
    }

    // An operator that compares, or `in`. A bracket on its right is broken itself rather than moved to the next line.
    private mutating func relation(_ plan: inout LayoutPlan) -> LayoutPlan.Gap {
        closeSum(&plan)
        plan.take(.space)
        frames[frames.count - 1].level.sum = plan.position
        if plan.kind == .leftBracket || plan.kind == .leftBrace { return .space }
        frames[frames.count - 1].level.hasRelation = true
        return .place(.line)
    }

    // `in`, `is T`, `has a.b`, `like "x"`, `then`, `else`.
    private mutating func word(_ plan: inout LayoutPlan) -> LayoutPlan.Gap? {
        switch plan.tokens[plan.position].text {
        case "in": return relation(&plan)
        case "then", "else":
            closeExpression(&plan)
            // An `if` whose last part this word ends.
            while let last = frames.last, last.kind == .branch, last.count == 2 { closeBranch(&plan) }
            closeExpression(&plan)
            frames[frames.count - 1].count += 1
            plan.take(.place(.line))
            frames[frames.count - 1].level = Level(at: plan.position)
            return .space
        default:
            closeSum(&plan)
            plan.take(.space)
            plan.take(.space)
            return nil
        }
    }

    // Behind an element: the gap before the next one, nil when the comma was the last.
    private mutating func comma(_ plan: inout LayoutPlan) -> LayoutPlan.Gap? {
        closeBranches(&plan)
        let next = plan.tokens[min(plan.position + 1, plan.tokens.count - 1)].kind
        if next == .rightParenthesis || next == .rightBracket || next == .rightBrace {
            plan.drop()
            return nil
        }
        plan.take(.nothing)
        frames[frames.count - 1].count += 1
        if frames.last?.kind == .record { return key(&plan, .place(.line)) }
        frames[frames.count - 1].level = Level(at: plan.position)
        return .place(.line)
    }
}

// Where operators and brackets end is where their groups are known.
extension ExpressionLayout {
    private mutating func closeSum(_ plan: inout LayoutPlan) {
        guard let last = frames.indices.last, frames[last].level.hasSum else { return }
        plan.group(from: frames[last].level.sum, .by(plan.indent))
        frames[last].level.hasSum = false
    }

    private mutating func closeRelation(_ plan: inout LayoutPlan) {
        closeSum(&plan)
        guard let last = frames.indices.last, frames[last].level.hasRelation else { return }
        plan.group(from: frames[last].level.relation, .by(plan.indent))
        frames[last].level.hasRelation = false
    }

    // The lines of a chain stand below each other, but behind an operator of a looser chain further in.
    private mutating func closeAnd(_ plan: inout LayoutPlan, isOperand: Bool) {
        closeRelation(&plan)
        guard let last = frames.indices.last, frames[last].level.hasAnd else { return }
        plan.group(from: frames[last].level.and, .by(isOperand ? plan.indent : chainIndent(plan)))
        frames[last].level.hasAnd = false
    }

    private mutating func closeExpression(_ plan: inout LayoutPlan) {
        guard let last = frames.indices.last else { return }
        closeAnd(&plan, isOperand: frames[last].level.hasOr)
        guard frames[last].level.hasOr else { return }
        plan.group(from: frames[last].level.or, .by(chainIndent(plan)))
        frames[last].level.hasOr = false
    }

    // What stands alone in its bracket needs no indent of its own.
    private func chainIndent(_ plan: LayoutPlan) -> Int {
        switch frames.last?.kind {
        case .braces, .parenthesis: 0
        default: plan.indent
        }
    }

    private mutating func closeBranch(_ plan: inout LayoutPlan) {
        closeExpression(&plan)
        guard let frame = frames.popLast() else { return }
        plan.group(from: frame.start, .by(0))
    }

    // The expression at hand, and every `if` that ends with it.
    private mutating func closeBranches(_ plan: inout LayoutPlan) {
        closeExpression(&plan)
        while frames.last?.kind == .branch { closeBranch(&plan) }
        closeExpression(&plan)
    }

    // At the closing bracket.
    private mutating func close(_ plan: inout LayoutPlan) {
        closeBranches(&plan)
        guard let frame = frames.popLast() else { return }
        switch frame.kind {
        case .braces:
            plan.take(.place(.line, isClosing: true))
            plan.group(from: frame.start, .by(plan.indent))
        case .parenthesis:
            plan.take(.place(.comments, isClosing: true))
            plan.group(from: frame.start, .behindParenthesis)
        case .list where isSnug(frame, plan):
            plan.gaps[frame.start + 1] = .place(.comments)
            plan.take(.place(.comments))
        case .list, .record, .branch:
            plan.take(.place(.soft, isClosing: true))
            plan.group(from: frame.start, .by(plan.indent))
        }
        closed = (frame.start, plan.position - 1)
    }

    // `ip("::1")` and `contains([...])`: around one word, or one bracket that is broken itself, lines need not end.
    private func isSnug(_ frame: Frame, _ plan: LayoutPlan) -> Bool {
        guard frame.count == 0 else { return false }
        let first = frame.start + 1
        let last = plan.position - (plan.isDropped[plan.position - 1] ? 2 : 1)
        let isBracket = plan.tokens[first].kind == .leftBracket || plan.tokens[first].kind == .leftBrace
        return first == last || isBracket && closed == (first, last)
    }
}
