// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension JSONValue: Equatable {
    /// Bytes-exact equality, however deep; objects compare without regard to member order.
    public static func == (left: JSONValue, right: JSONValue) -> Bool { left.equals(right, depth: 0) }

    fileprivate func equals(_ other: JSONValue, depth: Int) -> Bool {
        switch (self, other) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.integer(let left), .integer(let right)): return left == right
        case (.number(let left), .number(let right)): return sameBytes(left, right)
        case (.string(let left), .string(let right)): return sameBytes(left, right)
        case (.array(let left), .array(let right)):
            guard left.count == right.count else { return false }
            guard depth < Self.recursiveDepth else { return Self.deep([(self, other)]) }
            return zip(left, right).allSatisfy { $0.equals($1, depth: depth + 1) }
        case (.object(let left), .object(let right)):
            guard depth < Self.recursiveDepth else { return Self.deep([(self, other)]) }
            return left.pairs(with: right) { $0.equals($1, depth: depth + 1) }
        default: return false
        }
    }

    // Whether all pairs are equal; what is still to be compared takes the place of the thread's stack.
    private static func deep(_ pairs: [(JSONValue, JSONValue)]) -> Bool {
        var rest = pairs
        while let (left, right) = rest.popLast() {
            switch (left, right) {
            case (.array(let left), .array(let right)):
                guard left.count == right.count else { return false }
                rest += zip(left, right)
            case (.object(let left), .object(let right)):
                let isAlike = left.pairs(with: right) {
                    rest.append(($0, $1))
                    return true
                }
                guard isAlike else { return false }
            // Those that have no parts recurse no further.
            default: guard left.equals(right, depth: 0) else { return false }
            }
        }
        return true
    }
}

extension JSONObject: Equatable {
    /// Equal names with equal values, in any order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.pairs(with: right) { $0.equals($1, depth: 0) }
    }

    /// Whether the names are the same, and what stands under each in both is so.
    fileprivate func pairs(with other: JSONObject, are isSo: (JSONValue, JSONValue) -> Bool) -> Bool {
        guard count == other.count else { return false }
        if count <= 16 {
            return members.allSatisfy { member in other[member.key].map { isSo(member.value, $0) } ?? false }
        }
        // Sorting keeps the comparison of two large hostile objects from growing with the square of their size.
        let order: (Member, Member) -> Bool = { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return zip(members.sorted(by: order), other.members.sorted(by: order)).allSatisfy {
            sameBytes($0.key, $1.key) && isSo($0.value, $1.value)
        }
    }
}
