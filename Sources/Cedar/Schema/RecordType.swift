// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The type of a record: which attributes it has, of which types, and which may be absent.
///
/// Closed: an attribute that is not named is not there.
public struct RecordType: Sendable, Hashable {
    /// One attribute.
    public struct Attribute: Sendable, Hashable {
        /// The name.
        public let name: Text
        /// The type of its value.
        public let type: SchemaType
        /// Whether every record of the type has it; `false` for `name?`.
        public let isRequired: Bool

        /// The attribute `name` of `type`.
        public init(name: Text, type: SchemaType, isRequired: Bool = true) {
            self.name = name
            self.type = type
            self.isRequired = isRequired
        }
    }

    /// The attributes, in the order of their names, each name once.
    public let attributes: [Attribute]
    /// How many types it is made of, itself included.
    let weight: Int

    /// The type of records with these attributes, which have different names.
    public init(_ attributes: [Attribute] = []) {
        self.attributes = attributes.sorted { $0.name < $1.name }
        weight = attributes.reduce(1) { $0 + $1.type.weight }
    }

    /// The attribute `name`, nil when the type has none.
    public subscript(name: Text) -> Attribute? {
        attributes.place(of: name, \.name).map { attributes[$0] }
    }
}

extension SchemaType {
    /// How many types it is made of, itself included.
    var weight: Int {
        switch self {
        case .set(let element): 1 + element.weight
        case .record(let record): record.weight
        default: 1
        }
    }
}

extension Array {
    /// The place of the element named `name`, nil when there is none; the elements stand in the order of their names.
    func place(of name: Text, _ text: (Element) -> Text) -> Int? {
        // Few are looked through faster than halved.
        guard count > 16 else { return firstIndex { text($0) == name } }
        var low = 0
        var high = count
        while low < high {
            let middle = low + (high - low) / 2
            if text(self[middle]) < name { low = middle + 1 } else { high = middle }
        }
        return low < count && text(self[low]) == name ? low : nil
    }
}
