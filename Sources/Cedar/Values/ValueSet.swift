// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A set of values: no order, no repetition, kinds mixed at will.
///
/// Small sets are searched in a row; larger ones by hash. The hash of the whole set is taken once, when it is built:
/// two sets that differ are told apart without looking inside, however deep they are nested.
public struct ValueSet: Sendable {
    // One word in hand: a set is copied whenever an attribute is read.
    private final class Storage: Sendable {
        let elements: [Value]
        let table: Set<Value>?
        let digest: Int

        init(_ elements: [Value], _ table: Set<Value>?) {
            self.elements = elements
            self.table = table
            // A sum does not depend on the order.
            digest = elements.reduce(into: elements.count) { $0 &+= $1.hashValue }
        }
    }

    private let storage: Storage
    private var table: Set<Value>? { storage.table }
    private var digest: Int { storage.digest }

    /// The distinct elements, in the order of their first appearance.
    public var elements: [Value] { storage.elements }

    // Below this a row of comparisons beats hashing.
    private static let searchedInARow = 8

    /// The set of the given values; repeated ones count once.
    public init(_ values: some Sequence<Value>) {
        var distinct: [Value] = []
        var table: Set<Value>?
        for value in values {
            if table != nil {
                if table?.insert(value).inserted == true { distinct.append(value) }
            } else if !distinct.contains(value) {
                distinct.append(value)
                if distinct.count > Self.searchedInARow { table = Set(distinct) }
            }
        }
        storage = Storage(distinct, table)
    }

    /// Whether `value` is an element.
    public func contains(_ value: Value) -> Bool {
        if let table { return table.contains(value) }
        for index in elements.indices where elements[index] == value { return true }
        return false
    }

    /// Whether every element of `other` is an element of this set.
    public func containsAll(_ other: ValueSet) -> Bool {
        guard other.elements.count <= elements.count else { return false }
        for index in other.elements.indices where !contains(other.elements[index]) { return false }
        return true
    }

    /// Whether some element of `other` is an element of this set.
    public func containsAny(_ other: ValueSet) -> Bool {
        other.elements.contains(where: contains)
    }
}

extension ValueSet: Hashable {
    /// Whether both hold the same elements.
    public static func == (left: ValueSet, right: ValueSet) -> Bool {
        left.storage === right.storage
            || left.digest == right.digest && left.elements.count == right.elements.count && left.containsAll(right)
    }

    /// Feeds the digest taken when the set was built.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(digest)
    }
}

extension ValueSet: RandomAccessCollection, ExpressibleByArrayLiteral {
    /// The position of the first element.
    public var startIndex: Int { 0 }

    /// The position after the last element.
    public var endIndex: Int { elements.count }

    /// The element at a position.
    public subscript(position: Int) -> Value { elements[position] }

    /// The set of the listed values.
    public init(arrayLiteral elements: Value...) {
        self.init(elements)
    }
}
