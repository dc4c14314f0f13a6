// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The keys under which an index may hold scopes that match a request: of each of the three entities itself, its type,
/// and what it is in. Only those that some policy asks for.
struct RequestKeys {
    // Most requests have few; the rest goes where it needs an allocation.
    private var first = InlineArray<16, Int>(repeating: 0)
    private var more: [Int] = []
    private var count = 0
    // Where the keys of each of the three end.
    private var ends: InlineArray<3, Int> = [0, 0, 0]
    /// Whether all are known: not when the look-up cannot say what an entity is in.
    private(set) var isComplete = true

    init(_ evaluation: borrowing Evaluation, _ index: borrowing ScopeIndex, _ entities: some EntityLookup) {
        add(.principal, evaluation.request.principal, evaluation.principal, index, entities)
        add(.action, evaluation.request.action, evaluation.action, index, entities)
        add(.resource, evaluation.request.resource, evaluation.resource, index, entities)
    }

    private mutating func add(
        _ axis: ScopeKey.Axis,
        _ uid: borrowing EntityUID,
        _ handle: EntityHandle?,
        _ index: borrowing ScopeIndex,
        _ entities: some EntityLookup
    ) {
        if index.has(.equal, axis) { add(ScopeKey.equal(axis, uid), index) }
        if index.has(.type, axis) { add(ScopeKey.type(axis, uid.type), index) }
        if index.has(.member, axis) {
            add(ScopeKey.member(axis, uid), index)
            if let handle {
                let all = entities.forEachAncestor(of: handle) { add(ScopeKey.member(axis, $0), index) }
                if !all { isComplete = false }
            }
        }
        ends[axis.rawValue] = count
    }

    @inline(__always)
    private mutating func add(_ key: Int, _ index: borrowing ScopeIndex) {
        guard index.known.first(key) != nil else { return }
        if count < 16 { first[count] = key } else { more.append(key) }
        count += 1
    }

    /// The places of the keys of one of the three.
    @inline(__always)
    func places(_ axis: Int) -> Range<Int> {
        (axis == 0 ? 0 : ends[axis - 1])..<ends[axis]
    }

    @inline(__always)
    subscript(place: Int) -> Int { place < 16 ? first[place] : more[place - 16] }

    /// Whether `key` is one of the keys of an axis, or demands nothing.
    @inline(__always)
    func contain(_ key: Int, _ axis: ScopeKey.Axis) -> Bool {
        if key == ScopeKey.none { return true }
        for place in places(axis.rawValue) where self[place] == key { return true }
        return false
    }
}
