// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A fixed collection of entities with the closure of their hierarchy.
///
/// Names are interned to rows; each row knows the rows above it, sorted, so `in` is one search of a name and one
/// bisection.
public struct EntityStore: Sendable {
    private var rows = EntityRows()
    // One for each row; nil for an entity that is only known as somebody's parent.
    private var entities: [Entity?] = []
    // The same content apart, so that a look-up touches only what it is asked for.
    private var exists: [Bool] = []
    private var attributes: [Record] = []
    private var tags: [Record] = []
    private var ancestors: [[Int32]] = []

    /// The store without entities.
    public init() {}

    /// The store of `entities`.
    ///
    /// - Throws: ``EntityStoreError`` when two entries for one entity differ (equal ones count once), when an entity is
    ///   above itself, or when closing the hierarchy means looking at more than `maximumLinks` links.
    public init(_ entities: some Sequence<Entity>, maximumLinks: Int = 1 << 24) throws(EntityStoreError) {
        for entity in entities {
            let row = row(of: entity.uid)
            if let known = self.entities[row] {
                guard known == entity else { throw EntityStoreError(.duplicate, entity.uid) }
            } else {
                self.entities[row] = entity
            }
        }
        var parents = Array(repeating: [Int32](), count: rows.uids.count)
        // Rows of parents without an entry come behind; they have no parents.
        for row in parents.indices {
            parents[row] = (self.entities[row]?.parents ?? []).map { Int32(truncatingIfNeeded: self.row(of: $0)) }
        }
        parents += Array(repeating: [], count: rows.uids.count - parents.count)
        exists = self.entities.map { $0 != nil }
        attributes = self.entities.map { $0?.attributes ?? [:] }
        tags = self.entities.map { $0?.tags ?? [:] }
        switch HierarchyClosure.close(parents, maximumLinks: maximumLinks) {
        case .closed(let ancestors): self.ancestors = ancestors
        case .cycle(let row): throw EntityStoreError(.cycle, rows.uids[row])
        case .tooLarge(let row): throw EntityStoreError(.size, rows.uids[row])
        }
    }

    /// How many entities it holds.
    public var count: Int { entities.count { $0 != nil } }

    /// All entities, in the order in which they were given.
    public var all: [Entity] { entities.compactMap(\.self) }

    /// The entity `uid`, nil when there is none.
    public subscript(uid: EntityUID) -> Entity? {
        rows.row(of: uid).flatMap { entities[$0] }
    }

    /// The names of everything above an entity, sorted.
    public func ancestors(of entity: EntityHandle) -> [EntityUID] {
        ancestors[entity.rawValue].map { rows.uids[Int($0)] }.sorted()
    }

    private mutating func row(of uid: EntityUID) -> Int {
        let row = rows.add(uid)
        if row == entities.count { entities.append(nil) }
        return row
    }
}

extension EntityStore: EntityLookup {
    /// The row of the entity `uid`.
    public func handle(of uid: EntityUID) -> EntityHandle? {
        guard let row = rows.row(of: uid), exists[row] else { return nil }
        return EntityHandle(row)
    }

    /// The attribute `name` of the entity in a row.
    public func attribute(_ name: Text, of entity: EntityHandle) -> Value? {
        attributes[entity.rawValue][name]
    }

    /// The tag `name` of the entity in a row.
    public func tag(_ name: Text, of entity: EntityHandle) -> Value? {
        tags[entity.rawValue][name]
    }

    /// Whether `ancestor` is above the entity in a row.
    public func isMember(_ entity: EntityHandle, of ancestor: EntityUID) -> Bool {
        let above = ancestors[entity.rawValue]
        // Most entities have few ancestors or none.
        guard !above.isEmpty, let row = rows.row(of: ancestor) else { return false }
        let wanted = Int32(truncatingIfNeeded: row)
        var low = 0
        var high = above.count
        while low < high {
            let middle = (low + high) / 2
            if above[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        return low < above.count && above[low] == wanted
    }

    /// Lists what is above the entity in a row.
    public func forEachAncestor(of entity: EntityHandle, _ body: (EntityUID) -> Void) -> Bool {
        for row in ancestors[entity.rawValue] { body(rows.uids[Int(row)]) }
        return true
    }
}
