// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The name of an entity: its type and its id, `User::"alice"`.
///
/// One word: a name is copied with every value that refers to an entity, and compared far more often than it is read.
/// The hash is taken once, when the name is made, because the same few names are looked up many times in a decision.
public struct EntityUID: Sendable {
    private final class Name: Sendable {
        let type: EntityTypeName
        let id: Text
        let digest: Int

        init(_ type: EntityTypeName, _ id: Text) {
            self.type = type
            self.id = id
            var hasher = Hasher()
            hasher.combine(id)
            hasher.combine(type)
            digest = hasher.finalize()
        }
    }

    private let name: Name

    /// The type.
    public var type: EntityTypeName { name.type }
    /// The id; any text, the empty one included.
    public var id: Text { name.id }
    /// The hash.
    var digest: Int { name.digest }

    /// The entity of `type` with `id`.
    public init(type: EntityTypeName, id: Text) {
        name = Name(type, id)
    }

    /// The entity of the type named `type` with `id`; nil when `type` is not a Cedar name.
    public init?(type: String, id: String) {
        guard let type = EntityTypeName(type) else { return nil }
        self.init(type: type, id: Text(id))
    }
}

extension EntityUID: Hashable {
    /// Whether both name the same entity.
    public static func == (left: EntityUID, right: EntityUID) -> Bool {
        left.name === right.name
            || left.name.digest == right.name.digest && left.name.id == right.name.id
                && left.name.type == right.name.type
    }

    /// Feeds the hash taken at the beginning.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(digest)
    }
}

extension EntityUID: CustomStringConvertible {
    /// The name as Cedar text, `User::"alice"`.
    public var description: String { "\(type)::\(id.quoted)" }
}

extension EntityUID: Comparable {
    /// Order by type, then id; for output that must not depend on a hash.
    public static func < (left: EntityUID, right: EntityUID) -> Bool {
        left.type.text == right.type.text ? left.id < right.id : left.type.text < right.type.text
    }
}
