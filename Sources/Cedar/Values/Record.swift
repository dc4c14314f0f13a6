// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A record: attributes by name, each name once.
///
/// Kept as one array in the order of the names, because most records are small: a look-up is a short walk, and equal
/// records are equal arrays.
public struct Record: Sendable {
    /// One attribute.
    public struct Attribute: Sendable, Hashable {
        /// The name.
        public let key: Text
        /// The value.
        public let value: Value

        /// The attribute `key` with `value`.
        public init(key: Text, value: Value) {
            self.key = key
            self.value = value
        }
    }

    private var attributes: [Attribute]

    // Up to here a walk beats bisection.
    private static let walked = 12

    /// The empty record.
    public init() {
        attributes = []
    }

    /// The record of the given attributes; of two with one name the later one stays.
    public init(_ pairs: some Sequence<(Text, Value)>) {
        var sorted: [(offset: Int, attribute: Attribute)] = []
        for (key, value) in pairs {
            sorted.append((sorted.count, Attribute(key: key, value: value)))
        }
        sorted.sort { left, right in
            left.attribute.key == right.attribute.key
                ? left.offset < right.offset : left.attribute.key < right.attribute.key
        }
        attributes = []
        attributes.reserveCapacity(sorted.count)
        for (_, attribute) in sorted {
            if attributes.last?.key == attribute.key { attributes.removeLast() }
            attributes.append(attribute)
        }
    }

    /// The attribute `key`, nil when the record has none; setting nil removes it.
    public subscript(key: Text) -> Value? {
        get {
            if attributes.count <= Self.walked {
                for index in attributes.indices where attributes[index].key == key { return attributes[index].value }
                return nil
            }
            let index = place(of: key)
            return index < attributes.count && attributes[index].key == key ? attributes[index].value : nil
        }
        set {
            let index = place(of: key)
            let present = index < attributes.count && attributes[index].key == key
            switch (newValue, present) {
            case (let value?, true): attributes[index] = Attribute(key: key, value: value)
            case (let value?, false): attributes.insert(Attribute(key: key, value: value), at: index)
            case (nil, true): attributes.remove(at: index)
            case (nil, false): break
            }
        }
    }

    /// A copy in which `key` has `value`.
    public func setting(_ key: Text, to value: Value) -> Record {
        var copy = self
        copy[key] = value
        return copy
    }

    // The first place whose name is not before `key`.
    private func place(of key: Text) -> Int {
        var low = 0
        var high = attributes.count
        while low < high {
            let middle = (low + high) / 2
            if attributes[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension Record: Hashable {
    /// Whether both have the same names with the same values.
    public static func == (left: Record, right: Record) -> Bool {
        guard left.attributes.count == right.attributes.count else { return false }
        for index in left.attributes.indices {
            guard left.attributes[index].key == right.attributes[index].key,
                left.attributes[index].value == right.attributes[index].value
            else { return false }
        }
        return true
    }

    /// Feeds names and values.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(attributes.count)
        for index in attributes.indices {
            hasher.combine(attributes[index].key)
            attributes[index].value.hash(into: &hasher)
        }
    }
}

extension Record: RandomAccessCollection, ExpressibleByDictionaryLiteral {
    /// The position of the first attribute.
    public var startIndex: Int { 0 }

    /// The position after the last attribute.
    public var endIndex: Int { attributes.count }

    /// The attribute at a position, in the order of the names.
    public subscript(position: Int) -> Attribute { attributes[position] }

    /// The record of the listed attributes.
    public init(dictionaryLiteral elements: (Text, Value)...) {
        self.init(elements)
    }
}
