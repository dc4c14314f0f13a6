// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The entities of a store, found by what they are: what makes queries over many of them fast.
///
/// Orders and indexes are built when they are first asked for, once, and shared by all queries on the same store. For a
/// type with n entities the order takes 4 n bytes; an index over an attribute 8 n; one over the elements of sets 8 bytes
/// for each element; one over the hierarchy 8 bytes for each entity and each ancestor of one. Indexes together take at
/// most the memory given; what does not fit is scanned instead, and the answers are the same.
public final class EntityDirectory: Sendable {
    /// The entities.
    public let store: EntityStore
    private let maximumBytes: Int
    private let state: Mutex<State>

    fileprivate struct State {
        var orders: [EntityTypeName: EntityOrder] = [:]
        // nil: it does not fit.
        var postings: [Key: EntityPostings?] = [:]
        var bytes = 0
    }

    fileprivate struct Key: Hashable {
        let type: EntityTypeName
        let facet: EntityFacet
    }

    // For each type the rows of its entities.
    private let rows: [EntityTypeName: [Int32]]

    /// The directory of `store`, with at most `maximumBytes` of indexes.
    public init(_ store: EntityStore, maximumBytes: Int = 1 << 29) {
        self.store = store
        self.maximumBytes = maximumBytes
        var rows: [EntityTypeName: [Int32]] = [:]
        for row in store.existingRows {
            rows[store.uid(of: EntityHandle(row)).type, default: []].append(Int32(truncatingIfNeeded: row))
        }
        self.rows = rows
        state = Mutex(State())
    }

    /// The types of the entities.
    public var types: [EntityTypeName] { rows.keys.sorted { $0.text < $1.text } }

    /// The bytes of the indexes built so far.
    public var indexBytes: Int { state.withLock(\.bytes) }

    /// The entities of `type` in order.
    func order(of type: EntityTypeName) -> EntityOrder {
        state.withLock { $0.order(of: type, rows[type] ?? [], store) }
    }

    /// The index over `facet` of the entities of `type`; nil when it would take too much memory.
    func postings(of type: EntityTypeName, _ facet: EntityFacet) -> EntityPostings? {
        let key = Key(type: type, facet: facet)
        return state.withLock { state in
            if let known = state.postings[key] { return known }
            let order = state.order(of: type, rows[type] ?? [], store)
            let postings = build(facet, order, words: (maximumBytes - state.bytes) / 8)
            state.postings[key] = .some(postings)
            state.bytes += postings?.byteCount ?? 0
            return postings
        }
    }

    private func build(_ facet: EntityFacet, _ order: EntityOrder, words maximum: Int) -> EntityPostings? {
        var words: [UInt64] = []
        for place in 0..<order.count {
            facet.keys(of: order.handle(at: place), in: store) { words.append(EntityPostings.word($0, place)) }
            if words.count > maximum { return nil }
        }
        return EntityPostings(words)
    }
}

extension EntityDirectory.State {
    fileprivate mutating func order(
        of type: EntityTypeName,
        _ rows: [Int32],
        _ store: EntityStore
    ) -> EntityOrder {
        if let known = orders[type] { return known }
        let order = EntityOrder(rows, in: store)
        orders[type] = order
        return order
    }
}
