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

    /// The type of records with these attributes, which have different names.
    public init(_ attributes: [Attribute] = []) {
        self.attributes = attributes.sorted { $0.name < $1.name }
    }

    /// The attribute `name`, nil when the type has none.
    public subscript(name: Text) -> Attribute? {
        attributes.first { $0.name == name }
    }
}
