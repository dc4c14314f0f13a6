// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The scopes of a policy set: which of them match a request, found without looking at the others.
///
/// Always safe: a scope is decided before the conditions and cannot fail. What is found by digests is only a candidate;
/// the scope itself is tested before it counts.
struct ScopeIndex: Sendable {
    /// How many groups a node holds in a row before it is split.
    static let longestRow = 8

    private(set) var groups = PagedArray<ScopeGroup>()
    private(set) var nodes = PagedArray<ScopeNode>()
    // From a node and a key to a node, or to `~group` when there is one group alone.
    private(set) var edges = DigestTable()
    // From the digest of a scope to its group.
    private var scopes = DigestTable()
    /// From every key, and from ``ScopeKey/open(_:)``, to the row of the groups that have it, or to `~group` when there
    /// is one alone. A request's other keys lead nowhere and are never tried.
    private(set) var known = DigestTable()
    private var rows = PagedArray<[Int32]>()
    private var freeRows: [Int32] = []
    // How many groups ask for each of the three in each way.
    private var kinds: InlineArray<9, Int32> = InlineArray(repeating: 0)
    private var freeGroups: [Int32] = []
    private var freeNodes: [Int32] = []

    init() {
        nodes.append(ScopeNode(.all))
    }

    @inline(__always)
    static func edge(_ node: Int32, _ key: Int) -> Int { Digest.mix(Int(node), key) }

    /// Whether some scope asks for one of the three in a way.
    @inline(__always)
    func has(_ kind: ScopeKey.Kind, _ axis: ScopeKey.Axis) -> Bool { kinds[axis.rawValue * 3 + kind.rawValue] > 0 }

    /// The group of `scope`, nil when no policy has it.
    func group(of scope: Scope, _ policies: PolicyList) -> Int? {
        scopes.first(Digest.of(scope)) { policies.body(at: Int(groups[Int($0)].policy)).scope == scope }.map(Int.init)
    }

    /// Makes the group of a scope that no policy had before. A scope that nothing ever matches needs none.
    mutating func add(_ scope: Scope, policy: Int, _ policies: PolicyList) {
        guard let principal = ScopeKey.of(scope.principal, .principal), let actions = ScopeKey.of(scope.action),
            let resource = ScopeKey.of(scope.resource, .resource)
        else { return }
        let group = ScopeGroup(
            principal: principal,
            action: actions.count == 1 ? actions[0] : ScopeKey.none,
            resource: resource,
            listsActions: actions.count > 1,
            policy: Int32(truncatingIfNeeded: policy),
            guards: ~Int32(truncatingIfNeeded: policy)
        )
        let number: Int32
        if let free = freeGroups.popLast() {
            number = free
            groups[Int(free)] = group
        } else {
            number = Int32(truncatingIfNeeded: groups.count)
            groups.append(group)
        }
        scopes.insert(Digest.of(scope), number)
        note(number, scope, [[principal], actions, [resource]], isAdded: true)
        insert(number, into: 0, policies)
    }

    // Counts the keys of a group that comes or goes.
    private mutating func note(_ group: Int32, _ scope: Scope, _ keys: [[Int]], isAdded: Bool) {
        let ways = [
            ScopeKey.kind(of: scope.principal), ScopeKey.kind(of: scope.action), ScopeKey.kind(of: scope.resource),
        ]
        for (axis, way) in ways.enumerated() {
            if let way { kinds[axis * 3 + way.rawValue] += isAdded ? 1 : -1 }
            for key in way == nil ? [ScopeKey.open(axis)] : keys[axis] {
                if isAdded { addToRow(of: key, group) } else { removeFromRow(of: key, group) }
            }
        }
    }

    private mutating func addToRow(of key: Int, _ group: Int32) {
        guard let entry = known.first(key) else { return known.insert(key, ~group) }
        if entry >= 0 { return rows[Int(entry)].insertAscending(Int(group)) }
        let row = [min(~entry, group), max(~entry, group)]
        let place: Int32
        if let free = freeRows.popLast() {
            place = free
            rows[Int(free)] = row
        } else {
            place = Int32(truncatingIfNeeded: rows.count)
            rows.append(row)
        }
        known.replace(key, entry, by: place)
    }

    private mutating func removeFromRow(of key: Int, _ group: Int32) {
        guard let entry = known.first(key) else { return }
        if entry < 0 { return known.remove(key, entry) }
        rows[Int(entry)].removeAscending(Int(group))
        guard rows[Int(entry)].count == 1 else { return }
        known.replace(key, entry, by: ~rows[Int(entry)][0])
        rows[Int(entry)] = []
        freeRows.append(entry)
    }

    /// Calls `body` for the groups that have a key, ascending, until it gives false.
    func forEachGroup(with key: Int, _ body: (Int32) -> Bool) {
        guard let entry = known.first(key) else { return }
        if entry < 0 {
            _ = body(~entry)
            return
        }
        rows.read(Int(entry)) { row in
            for place in row.indices where !body(row[place]) { return }
        }
    }

    /// Notes where the policies of a group are, and by which of them its scope is tested.
    mutating func set(_ group: Int, guards: Int32, policy: Int) {
        groups[group].guards = guards
        groups[group].policy = Int32(truncatingIfNeeded: policy)
    }

    /// Forgets a group, the last policy of which goes.
    mutating func remove(_ group: Int, _ scope: Scope) {
        let number = Int32(truncatingIfNeeded: group)
        let actions = ScopeKey.of(scope.action) ?? []
        scopes.remove(Digest.of(scope), number)
        note(number, scope, [[groups[group].principal], actions, [groups[group].resource]], isAdded: false)
        detach(number, actions, from: 0)
        groups[group].policy = -1
        freeGroups.append(number)
    }

    // No path is longer than the three axes, so this recursion has three levels.
    private mutating func insert(_ group: Int32, into node: Int32, _ policies: PolicyList) {
        guard nodes[Int(node)].isSplit else {
            nodes[Int(node)].groups.append(group)
            if nodes[Int(node)].groups.count > Self.longestRow { split(node, policies) }
            return
        }
        place(group, below: node, policies)
    }

    private mutating func split(_ node: Int32, _ policies: PolicyList) {
        let row = nodes[Int(node)].groups
        nodes[Int(node)].groups = []
        nodes[Int(node)].isSplit = true
        for group in row { place(group, below: node, policies) }
    }

    private mutating func place(_ group: Int32, below node: Int32, _ policies: PolicyList) {
        guard let (axis, keys) = bestAxis(group, node, policies) else {
            nodes[Int(node)].groups.append(group)
            return
        }
        for key in keys {
            let edge = Self.edge(node, key)
            guard let next = edges.first(edge) else {
                edges.insert(edge, ~group)
                nodes[Int(node)].edges[axis.rawValue] += 1
                continue
            }
            if next >= 0 {
                insert(group, into: next, policies)
                continue
            }
            let child = addNode(nodes[Int(node)].axes.subtracting(ScopeNode.Axes(axis)))
            edges.replace(edge, next, by: child)
            nodes[Int(child)].groups = ~next == group ? [group] : [~next, group]
        }
    }

    private mutating func addNode(_ axes: ScopeNode.Axes) -> Int32 {
        if let free = freeNodes.popLast() {
            nodes[Int(free)] = ScopeNode(axes)
            return free
        }
        nodes.append(ScopeNode(axes))
        return Int32(truncatingIfNeeded: nodes.count - 1)
    }

    // The constraint that tells the group apart best: the one with the fewest others behind it. Of equals the resource,
    // then the principal: there are more of them than of actions. A list of actions is used when nothing else is left.
    private func bestAxis(_ group: Int32, _ node: Int32, _ policies: PolicyList) -> (ScopeKey.Axis, [Int])? {
        var best: (axis: ScopeKey.Axis, key: Int, weight: Int)?
        let axes = nodes[Int(node)].axes
        for axis in [ScopeKey.Axis.resource, .principal, .action] where axes.contains(ScopeNode.Axes(axis)) {
            let key = groups[Int(group)][axis]
            guard key != ScopeKey.none else { continue }
            let weight = edges.first(Self.edge(node, key)).map { $0 < 0 ? 1 : nodes[Int($0)].weight } ?? 0
            if weight < best?.weight ?? Int.max { best = (axis, key, weight) }
        }
        if let best { return (best.axis, [best.key]) }
        guard groups[Int(group)].listsActions, axes.contains(ScopeNode.Axes(.action)) else { return nil }
        let action = policies.body(at: Int(groups[Int(group)].policy)).scope.action
        return (.action, ScopeKey.of(action) ?? [])
    }

    // The group may stand behind any of its keys.
    private mutating func detach(_ group: Int32, _ actions: [Int], from node: Int32) {
        if let place = nodes[Int(node)].groups.firstIndex(of: group) { nodes[Int(node)].groups.remove(at: place) }
        guard nodes[Int(node)].isSplit else { return }
        for axis in [ScopeKey.Axis.resource, .principal, .action] {
            guard nodes[Int(node)].axes.contains(ScopeNode.Axes(axis)) else { continue }
            let keys = axis == .action ? actions : [groups[Int(group)][axis]]
            for key in keys where key != ScopeKey.none {
                let edge = Self.edge(node, key)
                guard let next = edges.first(edge) else { continue }
                if next < 0 {
                    guard ~next == group else { continue }
                } else {
                    detach(group, actions, from: next)
                    guard nodes[Int(next)].isEmpty else { continue }
                    freeNodes.append(next)
                }
                edges.remove(edge, next)
                nodes[Int(node)].edges[axis.rawValue] -= 1
            }
        }
    }
}
