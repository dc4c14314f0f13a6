// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why entities cannot stand together.
public struct EntityStoreError: Error, Sendable, Hashable {
    /// The kind of fault; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// Two entries for one entity differ.
        public static let duplicate = Code(description: "duplicate_entity")
        /// An entity is above itself.
        public static let cycle = Code(description: "entity_cycle")
        /// The hierarchy has more links than allowed.
        public static let size = Code(description: "hierarchy_size")
    }

    /// The kind of fault.
    public let code: Code
    /// The entity where it showed.
    public let entity: EntityUID

    init(_ code: Code, _ entity: EntityUID) {
        self.code = code
        self.entity = entity
    }

    /// A sentence for people.
    public var message: String {
        switch code {
        case .duplicate: "the entity \(entity) is given twice, with different content"
        case .cycle: "the entity \(entity) is above itself"
        default: "the hierarchy above \(entity) is too large"
        }
    }
}

extension EntityStoreError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
