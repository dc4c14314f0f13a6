// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension TypeChecker {
    /// `a && b && c`, one operand after the other, each knowing what the ones before it have asked for.
    ///
    /// Behind an operand that is always false nothing is evaluated, and nothing is looked at.
    mutating func advanceAnd(_ task: Task, _ range: OperandRange) {
        let operands = expression[range]
        guard task.stage > 0 else { return begin(task, operands) }
        let joined = join(task, operands, Self.both)
        if joined.type == .truth(false) {
            return finish(task, Answer(type: .truth(false)).after(joined))
        }
        next(task, operands, joined, knowing: task.known.union(joined.known))
    }

    /// `a || b || c`. What one operand asks for helps the next one nothing: that is only evaluated when it was false.
    mutating func advanceOr(_ task: Task, _ range: OperandRange) {
        let operands = expression[range]
        guard task.stage > 0 else { return begin(task, operands) }
        let joined = join(task, operands, Self.either)
        if joined.type == .truth(true) { return finish(task, joined) }
        next(task, operands, joined, knowing: task.known)
    }

    private mutating func begin(_ task: Task, _ operands: ArraySlice<NodeID>) {
        again(task)
        push(operands[operands.startIndex], task.known)
    }

    // The answer for the operands so far: at stage n, n of them have been typed.
    private mutating func join(
        _ task: Task,
        _ operands: ArraySlice<NodeID>,
        _ combine: (Answer, Answer) -> Answer
    ) -> Answer {
        let last = expect(pop(), at: operands[operands.startIndex + task.stage - 1], .bool)
        return task.stage == 1 ? last : combine(pop(), last)
    }

    private mutating func next(
        _ task: Task,
        _ operands: ArraySlice<NodeID>,
        _ joined: Answer,
        knowing known: CapabilitySet
    ) {
        guard task.stage < operands.count else { return finish(task, joined) }
        keep(joined)
        again(task)
        push(operands[operands.startIndex + task.stage], known)
    }

    /// The answer for `left && right`, both typed, the left one not always false.
    static func both(_ left: Answer, _ right: Answer) -> Answer {
        guard let first = left.type, let second = right.type else { return .faulty(.bool) }
        let answer: Answer =
            switch (first, second) {
            case (_, .truth(false)): Answer(type: second)
            case (_, .truth(true)): Answer(type: first, known: left.known.union(right.known))
            case (.truth(true), _): Answer(type: second, known: right.known)
            default: Answer(type: .bool, known: left.known.union(right.known))
            }
        return answer.after(left, right)
    }

    /// The answer for `left || right`, both typed, the left one not always true.
    static func either(_ left: Answer, _ right: Answer) -> Answer {
        guard let first = left.type, let second = right.type else { return .faulty(.bool) }
        let answer: Answer =
            switch (first, second) {
            case (_, .truth(true)): Answer(type: second, known: right.known)
            case (_, .truth(false)): Answer(type: first, known: left.known)
            case (.truth(false), _): Answer(type: second, known: right.known)
            default: Answer(type: .bool, known: left.known.intersection(right.known))
            }
        return answer.after(left, right)
    }

    /// `if test then a else b`; of a test whose outcome is known only the branch that is taken is looked at.
    mutating func advanceConditional(_ task: Task, _ test: NodeID, _ then: NodeID, _ otherwise: NodeID) {
        switch task.stage {
        case 0:
            again(task)
            push(test, task.known)
        case 1:
            let answer = expect(pop(), at: test, .bool)
            keep(answer)
            let whenTrue = task.known.union(answer.known)
            switch answer.type {
            case .truth(true):
                again(task, stage: 2)
                push(then, whenTrue)
            case .truth(false):
                again(task, stage: 3)
                push(otherwise, task.known)
            default:
                again(task, stage: 4)
                push(otherwise, task.known)
                push(then, whenTrue)
            }
        case 2:
            let branch = pop()
            let test = pop()
            finish(task, Answer(type: branch.type, known: branch.known.union(test.known)).after(branch, test))
        case 3:
            let branch = pop()
            finish(task, branch.after(pop()))
        default:
            let alternative = pop()
            let consequence = pop()
            finish(task, join(task.node, test: pop(), consequence, alternative))
        }
    }

    private mutating func join(
        _ node: NodeID,
        test: Answer,
        _ consequence: Answer,
        _ alternative: Answer
    ) -> Answer {
        guard let first = consequence.type, let second = alternative.type else { return .faulty(nil) }
        guard let type = bound([first, second]) else {
            incompatible(node, [first, second], "both branches of an 'if' must be of one type")
            return .faulty(nil)
        }
        // Whichever branch is taken, what only one of them asks for is not known.
        let whenTrue = consequence.isFaulty ? CapabilitySet() : consequence.known.union(test.known)
        let known = whenTrue.intersection(alternative.known)
        return Answer(type: type, known: known).after(test, consequence, alternative)
    }
}
