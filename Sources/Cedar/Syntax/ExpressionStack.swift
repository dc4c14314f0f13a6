// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What the expression parser has begun and not yet ended.
///
/// A stack of its own instead of recursion: however deep the brackets of a hostile text are nested, the thread's stack
/// stays as it is.
struct ExpressionStack {
    /// Something begun. `start` is the byte offset of its first token, `base` the height of ``operands`` below it.
    enum Frame {
        // Brackets: they wait for a whole expression.
        case parenthesis(start: Int)
        case set(start: Int, base: Int)
        case record(start: Int, base: Int, keys: Int)
        case call(start: Int, base: Int, Callee)
        case condition(start: Int)
        case consequence(start: Int, condition: NodeID)
        case alternative(start: Int, condition: NodeID, consequence: NodeID)
        // Operators: they wait for their right operand; inner ones bind tighter.
        case unary(start: Int, Token.Kind, count: Int)
        case product(start: Int, base: Int)
        case sum(start: Int, base: Int, isSubtracted: Bool)
        case relation(start: Int, Relation, left: NodeID)
        case and(start: Int, base: Int)
        case or(start: Int, base: Int)
    }

    /// What a relation waits for its right side with.
    enum Relation {
        case comparison(ExpressionNode.Comparison)
        case membership
        case typeAndMembership(TableIndex)
    }

    /// Whose arguments are being read.
    enum Callee {
        case function(ExtensionFunction)
        case method(Method)
    }

    /// The methods of the language itself.
    enum Method: String, CaseIterable {
        case contains, containsAll, containsAny, isEmpty, hasTag, getTag

        var argumentCount: Int { self == .isEmpty ? 0 : 1 }
    }

    var frames: [Frame] = []
    /// The operands of the chains and brackets at hand.
    var operands: [NodeID] = []
    /// For each operand of ``operands`` whether a minus stood before it.
    var isSubtracted: [Bool] = []
    /// The keys of the records at hand.
    var keys: [Text] = []
    /// How many brackets are open.
    var openBrackets = 0

    /// Forgets everything but the room it took.
    mutating func removeAll() {
        frames.removeAll(keepingCapacity: true)
        operands.removeAll(keepingCapacity: true)
        isSubtracted.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        openBrackets = 0
    }

    /// Puts an operand aside until its chain or bracket ends.
    mutating func push(_ operand: NodeID, isSubtracted: Bool = false) {
        operands.append(operand)
        self.isSubtracted.append(isSubtracted)
    }

    /// Forgets the operands above `base`, which are noted in the expression now.
    mutating func drop(to base: Int) {
        operands.removeSubrange(base...)
        isSubtracted.removeSubrange(base...)
    }
}
