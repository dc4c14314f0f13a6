// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Entities with a few facts changed, to try what the decision would be.
///
/// Joining a group means being in everything the group is in, and so does everything below who joins. Leaving one means
/// leaving everything below it that one is in, for that is in the group. What the group itself is in may have been lost
/// with it, or not: a look-up does not say which links are an entity's own.
struct FactOverlay<Base: EntityLookup>: EntityLookup {
    private struct Change {
        let uid: EntityUID
        let base: EntityHandle?
        var attributes: [(name: Text, value: Value?)] = []
        var tags: [(name: Text, value: Value?)] = []
    }

    private let base: Base
    // Whether who leaves a group stays in what the group is in; else only in what other groups lead to.
    private let keepsAbove: Bool
    // Numbered from the least number upwards: the base may number additions of its own from the greatest downwards.
    private var changes: [Change] = []
    private var joined: [(member: EntityUID, group: EntityUID)] = []
    private var left: [(member: EntityUID, group: EntityUID)] = []

    init(_ base: Base, keepsAbove: Bool = true) {
        self.base = base
        self.keepsAbove = keepsAbove
    }

    /// Whether somebody leaves a group.
    var hasLeavers: Bool { !left.isEmpty }

    /// Changes one fact; the context is the caller's.
    mutating func apply(_ change: FactChange, to subject: FactSubject) {
        switch (subject, change) {
        case (.attribute(let uid, let path), .value(let value)): set(path, of: uid, to: value)
        case (.attribute(let uid, let path), .removal): set(path, of: uid, to: nil)
        case (.tag(let uid, let name), .value(let value)): changes[place(of: uid)].tags.append((name, value))
        case (.tag(let uid, let name), .removal): changes[place(of: uid)].tags.append((name, nil))
        case (.membership(let member, let group), .member(let joins)):
            _ = place(of: member)
            if joins { joined.append((member, group)) } else { left.append((member, group)) }
        default: break
        }
    }

    private mutating func set(_ path: [Text], of uid: EntityUID, to value: Value?) {
        guard let name = path.first else { return }
        let place = place(of: uid)
        let current = attribute(name, of: EntityHandle(Int.min + place))
        let changed = path.count == 1 ? value : Record.nested(path.dropFirst(), in: current, value)
        changes[place].attributes.append((name, changed))
    }

    private mutating func place(of uid: EntityUID) -> Int {
        if let place = changes.firstIndex(where: { $0.uid == uid }) { return place }
        changes.append(Change(uid: uid, base: base.handle(of: uid)))
        return changes.count - 1
    }

    private func change(_ entity: EntityHandle) -> Change? {
        entity.rawValue < Int.min + changes.count ? changes[entity.rawValue - Int.min] : nil
    }

    func handle(of uid: EntityUID) -> EntityHandle? {
        if let place = changes.firstIndex(where: { $0.uid == uid }) { return EntityHandle(Int.min + place) }
        return base.handle(of: uid)
    }

    func attribute(_ name: Text, of entity: EntityHandle) -> Value? {
        guard let change = change(entity) else { return base.attribute(name, of: entity) }
        if let changed = change.attributes.last(where: { $0.name == name }) { return changed.value }
        return change.base.flatMap { base.attribute(name, of: $0) }
    }

    func tag(_ name: Text, of entity: EntityHandle) -> Value? {
        guard let change = change(entity) else { return base.tag(name, of: entity) }
        if let changed = change.tags.last(where: { $0.name == name }) { return changed.value }
        return change.base.flatMap { base.tag(name, of: $0) }
    }

    func isMember(_ entity: EntityHandle, of ancestor: EntityUID) -> Bool {
        let change = change(entity)
        let known = if let change { change.base } else { entity as EntityHandle? }
        // Who leaves a group and joins another one below it is in it again.
        if let known, base.isMember(known, of: ancestor), !hasLost(ancestor, change?.uid, known) { return true }
        guard !joined.isEmpty else { return false }
        return isBelow(ancestor, change?.uid, known, without: 0)
    }

    func forEachAncestor(of entity: EntityHandle, _ body: (EntityUID) -> Void) -> Bool {
        let change = change(entity)
        let known = if let change { change.base } else { entity as EntityHandle? }
        var isComplete = true
        if let known {
            isComplete = base.forEachAncestor(of: known) { ancestor in
                if !hasLost(ancestor, change?.uid, known) { body(ancestor) }
            }
        }
        for link in joined where isMember(entity, of: link.group) {
            body(link.group)
            guard let group = base.handle(of: link.group) else { continue }
            isComplete = base.forEachAncestor(of: group, body) && isComplete
        }
        return isComplete
    }

    // Whether an entity is not in `ancestor` any more, by what it has left.
    private func hasLost(_ ancestor: EntityUID, _ uid: EntityUID?, _ known: EntityHandle) -> Bool {
        guard !left.isEmpty, let uid else { return false }
        return left.contains { link in
            guard link.member == uid else { return false }
            if link.group == ancestor || isBase(ancestor, in: link.group) { return true }
            guard !keepsAbove, isBase(link.group, in: ancestor) else { return false }
            // Another way up begins with something that leads neither to the group nor through it.
            var isKept = false
            _ = base.forEachAncestor(of: known) { other in
                if isKept || other == ancestor || other == link.group { return }
                isKept =
                    !isBase(other, in: link.group) && !isBase(link.group, in: other) && isBase(other, in: ancestor)
            }
            return !isKept
        }
    }

    private func isBase(_ member: EntityUID, in group: EntityUID) -> Bool {
        base.handle(of: member).map { base.isMember($0, of: group) } ?? false
    }

    // Over the links that were added, each once: there are at most as many as facts, so the recursion is short.
    private func isBelow(_ ancestor: EntityUID, _ uid: EntityUID?, _ known: EntityHandle?, without used: UInt64) -> Bool
    {
        for (index, link) in joined.enumerated() where used & (1 << UInt64(index)) == 0 {
            guard link.member == uid || known.map({ base.isMember($0, of: link.member) }) == true else { continue }
            if link.group == ancestor { return true }
            let group = base.handle(of: link.group)
            if let group, base.isMember(group, of: ancestor) { return true }
            if isBelow(ancestor, link.group, group, without: used | (1 << UInt64(index))) { return true }
        }
        return false
    }
}

extension Record {
    /// `current`, a record or nothing, with the member at `path` set or removed.
    static func nested(_ path: ArraySlice<Text>, in current: Value?, _ value: Value?) -> Value? {
        guard let name = path.first else { return value }
        var record: Record = [:]
        if case .record(let known)? = current { record = known }
        // As deep as a place of a plan, which is bounded.
        record[name] = nested(path.dropFirst(), in: record[name], value)
        return .record(record)
    }
}
