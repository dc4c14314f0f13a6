// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Entities with some attributes added for one request, the stored ones winning.
///
/// For attributes that a caller asserts about the subject or the resource: they fill gaps and never override what is
/// known. An entity that the base does not have exists here as soon as it is given attributes.
public struct EntityOverlay<Base: EntityLookup>: EntityLookup {
    private var added: [(uid: EntityUID, attributes: Record)] = []
    private let base: Base

    /// Nothing added to `base` yet.
    public init(_ base: Base) {
        self.base = base
    }

    /// Adds `attributes` to the entity `uid`; of two additions the first wins.
    public mutating func add(_ attributes: Record, to uid: EntityUID) {
        guard let index = added.firstIndex(where: { $0.uid == uid }) else {
            return added.append((uid, attributes))
        }
        for attribute in attributes where added[index].attributes[attribute.key] == nil {
            added[index].attributes[attribute.key] = attribute.value
        }
    }

    // Few entities are added (a subject and a resource), so they are numbered from the top downwards and the base
    // keeps its own numbers.
    private func isAdded(_ entity: EntityHandle) -> Bool { entity.rawValue > Int.max - added.count }

    private func addition(_ entity: EntityHandle) -> (uid: EntityUID, attributes: Record) {
        added[Int.max - entity.rawValue]
    }

    /// The handle of an added entity, or the base's.
    public func handle(of uid: EntityUID) -> EntityHandle? {
        if let index = added.firstIndex(where: { $0.uid == uid }) { return EntityHandle(Int.max - index) }
        return base.handle(of: uid)
    }

    /// The base's attribute, then the added one.
    public func attribute(_ name: Text, of entity: EntityHandle) -> Value? {
        guard isAdded(entity) else { return base.attribute(name, of: entity) }
        let addition = addition(entity)
        return base.handle(of: addition.uid).flatMap { base.attribute(name, of: $0) } ?? addition.attributes[name]
    }

    /// The base's tag.
    public func tag(_ name: Text, of entity: EntityHandle) -> Value? {
        guard isAdded(entity) else { return base.tag(name, of: entity) }
        return base.handle(of: addition(entity).uid).flatMap { base.tag(name, of: $0) }
    }

    /// Whether the base has `ancestor` above an entity.
    public func isMember(_ entity: EntityHandle, of ancestor: EntityUID) -> Bool {
        guard isAdded(entity) else { return base.isMember(entity, of: ancestor) }
        return base.handle(of: addition(entity).uid).map { base.isMember($0, of: ancestor) } ?? false
    }

    /// Lists what the base has above an entity.
    public func forEachAncestor(of entity: EntityHandle, _ body: (EntityUID) -> Void) -> Bool {
        guard isAdded(entity) else { return base.forEachAncestor(of: entity, body) }
        return base.handle(of: addition(entity).uid).map { base.forEachAncestor(of: $0, body) } ?? true
    }
}

extension EntityOverlay: Sendable where Base: Sendable {}
