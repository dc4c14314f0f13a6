// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What is known to be there: attributes and tags that a `has` or `hasTag` has seen, as numbers of a
/// ``CapabilityTable``.
///
/// A policy rarely asks for more than 64 different ones, so a set is mostly one word.
struct CapabilitySet: Hashable {
    private var first: UInt64 = 0
    // Words behind the first; the last one is not zero, so that equal sets are equal.
    private var rest: [UInt64] = []

    /// The empty set.
    init() {}

    /// The set of one.
    init(_ number: Int) {
        if number < 64 {
            first = 1 << UInt64(number)
        } else {
            rest = Array(repeating: 0, count: number / 64)
            rest[number / 64 - 1] = 1 << UInt64(number % 64)
        }
    }

    func contains(_ number: Int) -> Bool {
        if number < 64 { return first >> UInt64(number) & 1 == 1 }
        let word = number / 64 - 1
        return word < rest.count && rest[word] >> UInt64(number % 64) & 1 == 1
    }

    /// How many words joining sets like this one reads.
    var width: Int { 1 + rest.count }

    func union(_ other: CapabilitySet) -> CapabilitySet {
        var result = self
        result.first |= other.first
        if rest.isEmpty {
            result.rest = other.rest
        } else if !other.rest.isEmpty {
            if result.rest.count < other.rest.count {
                result.rest += Array(repeating: 0, count: other.rest.count - result.rest.count)
            }
            for word in other.rest.indices { result.rest[word] |= other.rest[word] }
        }
        return result
    }

    func intersection(_ other: CapabilitySet) -> CapabilitySet {
        var result = CapabilitySet()
        result.first = first & other.first
        for word in 0..<min(rest.count, other.rest.count) { result.rest.append(rest[word] & other.rest[word]) }
        while result.rest.last == 0 { result.rest.removeLast() }
        return result
    }
}
