// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What is put in the place of the subject of a fact to try it out.
enum FactChange: Sendable, Hashable {
    case value(Value)
    case removal
    case member(Bool)
}

extension FactRequirement {
    /// Whether `change` is as required.
    func isMet(by change: FactChange) -> Bool {
        switch (self, change) {
        case (.present(let wanted), .value): wanted
        case (.present(let wanted), .removal): !wanted
        case (.member(let wanted), .member(let given)): wanted == given
        case (_, .value(let value)): isMet(by: value)
        default: false
        }
    }

    /// Whether whatever meets this is sure to meet `other`, too; not all that is so is known.
    func implies(_ other: FactRequirement) -> Bool {
        switch (self, other) {
        case (.present, _): false
        // What has a value is there.
        case (_, .present(true)): true
        case (.compare(.equal, let value), _): other.isMet(by: value)
        case (.compare(.notEqual, _), _): false
        case (.compare(let comparison, let limit), .compare(.notEqual, let value)): !comparison.holds(value, limit)
        case (.compare(.lessOrEqual, let own), .compare(.less, let limit)):
            ExpressionNode.Comparison.less.holds(own, limit)
        case (.compare(.less, let own), .compare(.less, let limit)),
            (.compare(.less, let own), .compare(.lessOrEqual, let limit)),
            (.compare(.lessOrEqual, let own), .compare(.lessOrEqual, let limit)):
            ExpressionNode.Comparison.lessOrEqual.holds(own, limit)
        case (.compare(.greaterOrEqual, let own), .compare(.greater, let limit)):
            ExpressionNode.Comparison.greater.holds(own, limit)
        case (.compare(.greater, let own), .compare(.greater, let limit)),
            (.compare(.greater, let own), .compare(.greaterOrEqual, let limit)),
            (.compare(.greaterOrEqual, let own), .compare(.greaterOrEqual, let limit)):
            ExpressionNode.Comparison.greaterOrEqual.holds(own, limit)
        // What contains some elements is not empty, and what contains none of many contains none of few.
        case (.containsAll(let own), .containsAll(let others)): own.containsAll(others)
        case (.containsAll(let own), .containsAny(let others)): own.containsAny(others)
        case (.containsAll(let own), .isEmpty(false)): !own.isEmpty
        case (.containsNone(let own), .containsNone(let others)): own.containsAll(others)
        case (.containsNone(let own), .lacksOneOf(let others)): own.containsAny(others)
        default: false
        }
    }

    func isMet(by value: Value) -> Bool {
        switch (self, value) {
        case (.compare(let comparison, let other), _): comparison.holds(value, other)
        case (.oneOf(let set), _): set.contains(value)
        case (.noneOf(let set), _): !set.contains(value)
        case (.containsAll(let others), .set(let set)): set.containsAll(others)
        case (.lacksOneOf(let others), .set(let set)): !set.containsAll(others)
        case (.containsAny(let others), .set(let set)): set.containsAny(others)
        case (.containsNone(let others), .set(let set)): !set.containsAny(others)
        case (.isEmpty(let wanted), .set(let set)): set.isEmpty == wanted
        case (.like(let pattern, let wanted), .string(let text)): pattern.matches(text) == wanted
        case (.inRange(let range, let wanted), .ip(let address)): address.isInRange(range) == wanted
        case (.classified(let function, let wanted), .ip):
            (try? function.apply(value, nil)) == .bool(wanted)
        default: false
        }
    }
}
