// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What the conditions of a policy set begin with: which policies of one scope can hold, found without running each.
///
/// Indexed are the guards of ``Program`` from the left, `when` as well as `unless`:
///
/// - `path == literal` in a `when` (or `literal == path`; a path is a variable or `variable.a.b`): the path is followed
///   once, its value leads to the policies that demand it. When it cannot be followed, all of them fail.
/// - Any other guard, `has` among them, that several policies share word for word: it is tested once. When it is as
///   wanted, their further guards are looked at in the same way; when it fails, all of them fail.
///
/// Everything else is run, policy by policy. Nothing is ever skipped that could fail: guard n + 1 of a policy is looked
/// at exactly when its guards up to n are known to hold, as the language demands of `&&`. The tree is only as deep as
/// it helps: few policies stay together in a row.
struct GuardIndex: Sendable {
    /// How many policies a node holds in a row before it is split.
    static let longestRow = 4

    private(set) var nodes = PagedArray<GuardNode>()
    // From a node and a guard to what is behind it: a node, `~place` of a policy that is alone, or, for a path, the
    // place of its branch.
    private(set) var edges = DigestTable()
    private var free: [Int32] = []

    /// A node for policies of one scope.
    mutating func makeRoot() -> Int32 {
        makeNode(depth: 0, listsAll: true)
    }

    /// Adds a policy below a root.
    mutating func add(_ policy: Int, to root: Int32, _ policies: PolicyList) {
        // A list takes the place of recursion. The last entry is worked off first: a policy is down in the node that
        // was made for it before the next one asks what stands there.
        var pending = [(policy: policy, node: root, isListed: false)]
        while let (policy, node, isListed) = pending.popLast() {
            if !isListed { nodes[Int(node)].all?.insertAscending(policy) }
            let body = policies.body(at: policy)
            if body.program.guards.count == nodes[Int(node)].depth {
                if body.effect == .permit {
                    nodes[Int(node)].permits.insertAscending(policy)
                } else {
                    nodes[Int(node)].forbids.insertAscending(policy)
                }
            } else if nodes[Int(node)].isSplit {
                for (policy, node) in route(policy, from: node, policies) { pending.append((policy, node, false)) }
            } else {
                nodes[Int(node)].members.insertAscending(policy)
                guard nodes[Int(node)].members.count > Self.longestRow else { continue }
                for member in nodes[Int(node)].members { pending.append((Int(member), node, true)) }
                nodes[Int(node)].members = []
                nodes[Int(node)].isSplit = true
            }
        }
    }

    private mutating func makeNode(depth: Int, listsAll: Bool) -> Int32 {
        let node = GuardNode(depth: depth, listsAll: listsAll)
        if let place = free.popLast() {
            nodes[Int(place)] = node
            return place
        }
        nodes.append(node)
        return Int32(truncatingIfNeeded: nodes.count - 1)
    }

    // Puts a policy behind its next guard; gives what must be added to the node there.
    private mutating func route(_ policy: Int, from node: Int32, _ policies: PolicyList) -> [(Int, Int32)] {
        let step = GuardStep(policies.body(at: policy), nodes[Int(node)].depth, from: node)
        if step.isEquality, !addToBranch(policy, step, node, policies) {
            nodes[Int(node)].members.insertAscending(policy)
            return []
        }
        guard let next = edges.first(step.edge) else {
            edges.insert(step.edge, ~Int32(truncatingIfNeeded: policy))
            if !step.isEquality { nodes[Int(node)].members.insertAscending(policy) }
            return []
        }
        let other = next < 0 ? Int(~next) : anyPolicy(of: next)
        guard step.isSame(as: policies.body(at: other)) else {
            // Two digests that fall together: the later policy goes its own way.
            if step.isEquality { removeFromBranch(policy, step, node) }
            nodes[Int(node)].members.insertAscending(policy)
            return []
        }
        if next >= 0 { return [(policy, next)] }
        let child = makeNode(depth: nodes[Int(node)].depth + 1, listsAll: !step.isEquality)
        edges.replace(step.edge, next, by: child)
        if !step.isEquality {
            nodes[Int(node)].members.removeAscending(other)
            nodes[Int(node)].tests.append(child)
        }
        return [(other, child), (policy, child)]
    }

    // False when the digest of another path stands in the way.
    private mutating func addToBranch(_ policy: Int, _ step: GuardStep, _ node: Int32, _ policies: PolicyList) -> Bool {
        let number = Int32(truncatingIfNeeded: policy)
        guard let branch = edges.first(step.pathEdge) else {
            edges.insert(step.pathEdge, Int32(truncatingIfNeeded: nodes[Int(node)].branches.count))
            nodes[Int(node)].branches.append(GuardNode.PathBranch(path: step.path, policies: [number]))
            return true
        }
        let other = Int(nodes[Int(node)].branches[Int(branch)].policies[0])
        guard step.hasSamePath(as: policies.body(at: other)) else { return false }
        nodes[Int(node)].branches[Int(branch)].policies.insertAscending(policy)
        return true
    }

    private mutating func removeFromBranch(_ policy: Int, _ step: GuardStep, _ node: Int32) {
        guard let branch = edges.first(step.pathEdge).map(Int.init) else { return }
        nodes[Int(node)].branches[branch].policies.removeAscending(policy)
        guard nodes[Int(node)].branches[branch].policies.isEmpty else { return }
        edges.remove(step.pathEdge, Int32(truncatingIfNeeded: branch))
        // The last branch takes the place of the one that goes.
        let last = nodes[Int(node)].branches.count - 1
        if branch != last {
            nodes[Int(node)].branches[branch] = nodes[Int(node)].branches[last]
            let edge = GuardStep.pathEdge(node, nodes[Int(node)].branches[branch].path)
            edges.replace(edge, Int32(truncatingIfNeeded: last), by: Int32(truncatingIfNeeded: branch))
        }
        nodes[Int(node)].branches.removeLast()
    }

    /// Adds the places of all policies of a scope.
    func gather(_ group: ScopeGroup, into places: inout [Int32]) {
        if group.guards < 0 {
            places.append(~group.guards)
        } else {
            places.gather(nodes[Int(group.guards)].all ?? [])
        }
    }

    /// Some policy at or below a node. No node is empty.
    func anyPolicy(of node: Int32) -> Int {
        nodes.read(Int(node)) { node in
            if let first = node.all?.first ?? node.permits.first ?? node.forbids.first ?? node.members.first {
                return Int(first)
            }
            if let branch = node.branches.first { return Int(branch.policies[0]) }
            return anyPolicy(of: node.tests[0])
        }
    }
}

extension GuardIndex {
    /// Removes a policy from below a root; whether the root is empty now and has been given up.
    mutating func remove(_ policy: Int, from root: Int32, _ policies: PolicyList) -> Bool {
        let body = policies.body(at: policy)
        var trail: [(node: Int32, step: GuardStep)] = []
        var node = root
        while true {
            nodes[Int(node)].all?.removeAscending(policy)
            if nodes[Int(node)].permits.removeAscending(policy) || nodes[Int(node)].forbids.removeAscending(policy) {
                break
            }
            let isMember = nodes[Int(node)].members.removeAscending(policy)
            guard nodes[Int(node)].isSplit else { break }
            let step = GuardStep(body, nodes[Int(node)].depth, from: node)
            let next = edges.first(step.edge)
            if next == ~Int32(truncatingIfNeeded: policy) {
                edges.remove(step.edge, ~Int32(truncatingIfNeeded: policy))
                if step.isEquality { removeFromBranch(policy, step, node) }
                break
            }
            guard !isMember, let next, next >= 0 else { break }
            if step.isEquality { removeFromBranch(policy, step, node) }
            trail.append((node, step))
            node = next
        }
        // What is empty now is given up, from below.
        while nodes[Int(node)].isEmpty {
            nodes[Int(node)] = GuardNode(depth: 0, listsAll: false)
            free.append(node)
            guard let (parent, step) = trail.popLast() else { return true }
            edges.remove(step.edge, node)
            nodes[Int(parent)].tests.removeAll { $0 == node }
            node = parent
        }
        return false
    }
}
