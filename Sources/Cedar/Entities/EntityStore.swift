// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A fixed collection of entities with the closure of their hierarchy.
///
/// Names are interned to rows; each row knows the rows above it, sorted, so `in` is one search of a name and one
/// bisection.
public struct EntityStore: Sendable {
    private struct Tables: Sendable {
        var rows = EntityRows()
        // One for each row; nil for an entity that is only known as somebody's parent.
        var entities: [Entity?] = []
        // The same content apart, so that a look-up touches only what it is asked for.
        var exists: [Bool] = []
        var attributes: [Record] = []
        var tags: [Record] = []
        var ancestors: [[Int32]] = []

        mutating func row(of uid: EntityUID) -> Int {
            let row = rows.add(uid)
            if row == entities.count { entities.append(nil) }
            return row
        }
    }

    // One reference in hand, whoever passes the store on.
    private final class Storage: Sendable {
        let rows: EntityRows
        let entities: [Entity?]
        let exists: [Bool]
        let attributes: [Record]
        let tags: [Record]
        let ancestors: [[Int32]]

        init(_ tables: Tables) {
            rows = tables.rows
            entities = tables.entities
            exists = tables.exists
            attributes = tables.attributes
            tags = tables.tags
            ancestors = tables.ancestors
        }
    }

    private let storage: Storage

    /// The store without entities.
    public init() {
        storage = Storage(Tables())
    }

    /// The store of `entities`.
    ///
    /// - Throws: ``EntityStoreError`` when two entries for one entity differ (equal ones count once), when an entity is
    ///   above itself, or when closing the hierarchy means looking at more than `maximumLinks` links.
    public init(_ entities: some Sequence<Entity>, maximumLinks: Int = 1 << 24) throws(EntityStoreError) {
        var tables = Tables()
        for entity in entities {
            let row = tables.row(of: entity.uid)
            if let known = tables.entities[row] {
                guard known == entity else { throw EntityStoreError(.duplicate, entity.uid) }
            } else {
                tables.entities[row] = entity
            }
        }
        var parents = Array(repeating: [Int32](), count: tables.rows.uids.count)
        // Rows of parents without an entry come behind; they have no parents.
        for row in parents.indices {
            for parent in tables.entities[row]?.parents ?? [] {
                parents[row].append(Int32(truncatingIfNeeded: tables.row(of: parent)))
            }
        }
        parents += Array(repeating: [], count: tables.rows.uids.count - parents.count)
        tables.exists = tables.entities.map { $0 != nil }
        tables.attributes = tables.entities.map { $0?.attributes ?? [:] }
        tables.tags = tables.entities.map { $0?.tags ?? [:] }
        switch HierarchyClosure.close(parents, maximumLinks: maximumLinks) {
        case .closed(let ancestors): tables.ancestors = ancestors
        case .cycle(let row): throw EntityStoreError(.cycle, tables.rows.uids[row])
        case .tooLarge(let row): throw EntityStoreError(.size, tables.rows.uids[row])
        }
        storage = Storage(tables)
    }

    /// How many entities it holds.
    public var count: Int { storage.entities.count { $0 != nil } }

    /// All entities, in the order in which they were given.
    public var all: [Entity] { storage.entities.compactMap(\.self) }

    /// The entity `uid`, nil when there is none.
    public subscript(uid: EntityUID) -> Entity? {
        storage.rows.row(of: uid).flatMap { storage.entities[$0] }
    }

    /// The names of everything above an entity, sorted.
    public func ancestors(of entity: EntityHandle) -> [EntityUID] {
        storage.ancestors[entity.rawValue].map { storage.rows.uids[Int($0)] }.sorted()
    }

    /// The rows of all entities, in the order in which they were given.
    var existingRows: [Int] { storage.exists.indices.filter { storage.exists[$0] } }

    /// The name of the entity in a row.
    public func uid(of entity: EntityHandle) -> EntityUID {
        storage.rows.uids[entity.rawValue]
    }

    /// The rows of everything above an entity.
    func ancestorRows(of entity: EntityHandle) -> [Int32] {
        storage.ancestors[entity.rawValue]
    }
}

extension EntityStore: EntityLookup {
    /// The row of the entity `uid`.
    public func handle(of uid: EntityUID) -> EntityHandle? {
        guard let row = storage.rows.row(of: uid), storage.exists[row] else { return nil }
        return EntityHandle(row)
    }

    /// The attribute `name` of the entity in a row.
    public func attribute(_ name: Text, of entity: EntityHandle) -> Value? {
        storage.attributes[entity.rawValue][name]
    }

    /// The tag `name` of the entity in a row.
    public func tag(_ name: Text, of entity: EntityHandle) -> Value? {
        storage.tags[entity.rawValue][name]
    }

    /// Whether `ancestor` is above the entity in a row.
    public func isMember(_ entity: EntityHandle, of ancestor: EntityUID) -> Bool {
        let above = storage.ancestors[entity.rawValue]
        // Most entities have few ancestors or none.
        guard !above.isEmpty, let row = storage.rows.row(of: ancestor) else { return false }
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
        for row in storage.ancestors[entity.rawValue] { body(storage.rows.uids[Int(row)]) }
        return true
    }
}
