// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension ScopeIndex {
    /// Calls `body` for each group whose scope matches the request, in no particular order. One whose scope lists
    /// several actions may come more than once.
    ///
    /// Where a look-up cannot say what an entity is in, each scope is tested; that is still once for all policies that
    /// share it.
    @inline(__always)
    func forEachMatch(
        _ evaluation: inout Evaluation,
        _ policies: borrowing PolicyList,
        _ entities: some EntityLookup,
        _ body: (ScopeGroup, inout Evaluation) -> Void
    ) {
        let keys = RequestKeys(evaluation, self, entities)
        guard keys.isComplete else {
            for place in 0..<groups.count {
                let group = groups[place]
                if group.policy >= 0, matches(group, evaluation, policies, entities) { body(group, &evaluation) }
            }
            return
        }
        visit(0, keys, &evaluation, policies, entities, body)
    }

    // Three levels at most.
    private func visit(
        _ node: Int32,
        _ keys: borrowing RequestKeys,
        _ evaluation: inout Evaluation,
        _ policies: borrowing PolicyList,
        _ entities: some EntityLookup,
        _ body: (ScopeGroup, inout Evaluation) -> Void
    ) {
        func test(_ number: Int32) {
            let group = groups[Int(number)]
            guard keys.contain(group.resource, .resource), keys.contain(group.principal, .principal),
                keys.contain(group.action, .action)
            else { return }
            if matches(group, evaluation, policies, entities) { body(group, &evaluation) }
        }
        let edgeCounts = nodes.read(Int(node)) { node in
            for index in node.groups.indices { test(node.groups[index]) }
            return node.edges
        }
        for axis in 0..<3 where edgeCounts[axis] > 0 {
            for place in keys.places(axis) {
                guard let next = edges.first(Self.edge(node, keys[place])) else { continue }
                if next < 0 { test(~next) } else { visit(next, keys, &evaluation, policies, entities, body) }
            }
        }
    }

    @inline(__always)
    private func matches(
        _ group: ScopeGroup,
        _ evaluation: borrowing Evaluation,
        _ policies: borrowing PolicyList,
        _ entities: some EntityLookup
    ) -> Bool {
        policies.body(at: Int(group.policy)).matchesScope(evaluation, entities)
    }
}
