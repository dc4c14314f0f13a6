// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

@testable import Cedar

extension PolicyExpression {
    /// The tree at `id`, every operator in parentheses: for tests that say what an expression must be.
    func text(_ id: NodeID) -> String {
        func all(_ range: OperandRange) -> [String] { self[range].map(text) }
        switch self[id] {
        case .literal(let index): return self[literal: index].description
        case .variable(let variable): return variable.rawValue
        case .not(let a): return "!\(text(a))"
        case .negate(let a): return "-\(text(a))"
        case .and(let range): return "(\(all(range).joined(separator: " && ")))"
        case .or(let range): return "(\(all(range).joined(separator: " || ")))"
        case .sum(let range):
            let signs = self[subtracted: range].map { $0 ? " - " : " + " }
            return "(" + zip(signs, all(range)).map { $0 + $1 }.joined().dropFirst(3) + ")"
        case .product(let range): return "(\(all(range).joined(separator: " * ")))"
        case .comparison(let comparison, let a, let b): return "(\(text(a)) \(comparison.rawValue) \(text(b)))"
        case .membership(let a, let b): return "(\(text(a)) in \(text(b)))"
        case .has(let a, let names):
            return "(\(text(a)) has \(self[names: names].map(\.string).joined(separator: ".")))"
        case .like(let a, let index):
            let pieces = self[pattern: index].pieces.map { String(decoding: $0, as: UTF8.self) }
            return "(\(text(a)) like \"\(pieces.joined(separator: "*"))\")"
        case .isType(let a, let index): return "(\(text(a)) is \(self[type: index]))"
        case .isTypeIn(let a, let index, let b): return "(\(text(a)) is \(self[type: index]) in \(text(b)))"
        case .attribute(let a, let index): return "\(text(a)).\(self[name: index])"
        case .setOperation(let operation, let a, let b): return "\(text(a)).\(operation.rawValue)(\(text(b)))"
        case .isEmpty(let a): return "\(text(a)).isEmpty()"
        case .hasTag(let a, let b): return "\(text(a)).hasTag(\(text(b)))"
        case .getTag(let a, let b): return "\(text(a)).getTag(\(text(b)))"
        case .conditional(let a, let b, let c): return "(if \(text(a)) then \(text(b)) else \(text(c)))"
        case .set(let range): return "[\(all(range).joined(separator: ", "))]"
        case .record(let range, let first):
            let keys = self[keys: first, count: range.range.count].map(\.string)
            return "{\(zip(keys, all(range)).map { "\($0): \($1)" }.joined(separator: ", "))}"
        case .call(let function, let range):
            let arguments = all(range)
            return function.isConstructor
                ? "\(function.rawValue)(\(arguments.joined(separator: ", ")))"
                : "\(arguments[0]).\(function.rawValue)(\(arguments.dropFirst().joined(separator: ", ")))"
        }
    }
}
