// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Something about entities by which they can be found: what an index is over.
enum EntityFacet: Sendable, Hashable {
    /// The entities above an entity, and the entity itself.
    case groups
    /// The value at the end of a path.
    case value(EntityPath)
    /// The elements of the set at the end of a path; of an entity there, the entity.
    case elements(EntityPath)
    /// The entity at the end of a path, and those above it.
    case groupsOf(EntityPath)
    /// Whether the path leads anywhere.
    case presence(EntityPath)

    /// The keys under which an entity of `store` stands; a key may stand for several things, since what is found is
    /// looked at again.
    func keys(of entity: EntityHandle, in store: EntityStore, _ body: (UInt32) -> Void) {
        switch self {
        case .groups: Self.groups(of: store.uid(of: entity), in: store, body)
        case .value(let path):
            if let value = path.value(of: entity, in: store) { body(Self.key(of: value)) }
        case .elements(let path):
            switch path.value(of: entity, in: store) {
            case .set(let elements)?: for element in elements.elements { body(Self.key(of: element)) }
            case .entity(let uid)?: body(Self.key(of: .entity(uid)))
            default: break
            }
        case .groupsOf(let path):
            if case .entity(let uid)? = path.value(of: entity, in: store) { Self.groups(of: uid, in: store, body) }
        case .presence(let path):
            if path.value(of: entity, in: store) != nil { body(Self.presenceKey) }
        }
    }

    private static func groups(of uid: EntityUID, in store: EntityStore, _ body: (UInt32) -> Void) {
        body(key(of: .entity(uid)))
        guard let handle = store.handle(of: uid) else { return }
        for row in store.ancestorRows(of: handle) {
            body(key(of: .entity(store.uid(of: EntityHandle(Int(row))))))
        }
    }

    /// The key of ``presence(_:)``.
    static let presenceKey: UInt32 = 0

    /// The key of a value: its hash, which is seeded anew in each process.
    static func key(of value: Value) -> UInt32 {
        let hash = UInt(bitPattern: value.hashValue)
        return UInt32(truncatingIfNeeded: hash ^ (hash >> 32))
    }
}

/// A way from an entity to a value: an attribute or a tag, and from there on attributes of records and entities.
struct EntityPath: Sendable, Hashable {
    /// The names on the way; never empty.
    let names: [Text]
    /// Whether the first name is that of a tag.
    let isTag: Bool

    /// Where it leads from an entity of `store`; nil when something on the way is not there.
    func value(of entity: EntityHandle, in store: EntityStore) -> Value? {
        guard let first = names.first else { return nil }
        var value = isTag ? store.tag(first, of: entity) : store.attribute(first, of: entity)
        for name in names.dropFirst() {
            switch value {
            case .record(let record)?: value = record[name]
            case .entity(let uid)?: value = store.handle(of: uid).flatMap { store.attribute(name, of: $0) }
            default: return nil
            }
        }
        return value
    }
}
