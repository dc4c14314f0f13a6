// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What the policies looked at so far had to say. Policies are named by their places.
struct AuthorizationTally {
    private(set) var permits: [Int32] = []
    private(set) var forbids: [Int32] = []
    private(set) var failures: [(policy: Int32, error: EvaluationError)] = []

    /// Lets one policy have its say, the first `depth` guards of which are known to hold.
    ///
    /// Every policy is asked, even behind a satisfied forbid: the answer names all reasons and all failures.
    mutating func ask(
        _ place: Int32,
        from depth: Int = 0,
        _ evaluation: inout Evaluation,
        _ policies: borrowing PolicyList,
        _ entities: some EntityLookup
    ) {
        evaluation.body = policies.body(at: Int(place))
        do throws(EvaluationError) {
            guard try evaluation.conditionsHold(from: depth, entities) else { return }
            if evaluation.body.effect == .permit { permits.append(place) } else { forbids.append(place) }
        } catch {
            failures.append((place, error))
        }
    }

    /// Lets the policies of one scope have their say.
    mutating func ask(
        _ group: ScopeGroup,
        _ index: borrowing GuardIndex,
        _ evaluation: inout Evaluation,
        _ policies: borrowing PolicyList,
        _ entities: some EntityLookup
    ) {
        guard group.guards >= 0 else { return ask(~group.guards, &evaluation, policies, entities) }
        var node = group.guards
        var pending: [Int32] = []
        while true {
            index.nodes.read(Int(node)) {
                ask($0, node, index, &pending, &evaluation, policies, entities)
            }
            guard let next = pending.popLast() else { return }
            node = next
        }
    }

    private mutating func ask(
        _ node: borrowing GuardNode,
        _ number: Int32,
        _ index: borrowing GuardIndex,
        _ pending: inout [Int32],
        _ evaluation: inout Evaluation,
        _ policies: borrowing PolicyList,
        _ entities: some EntityLookup
    ) {
        permits.gather(node.permits)
        forbids.gather(node.forbids)
        for place in node.members.indices {
            ask(node.members[place], from: node.depth, &evaluation, policies, entities)
        }
        for branch in node.branches.indices {
            follow(node.branches[branch], node.depth, number, index, &pending, &evaluation, policies, entities)
        }
        for test in node.tests.indices {
            check(node.tests[test], node.depth, index, &pending, &evaluation, policies, entities)
        }
    }

    // One path: those that demand another value than the one it leads to do not hold.
    private mutating func follow(
        _ branch: borrowing GuardNode.PathBranch,
        _ depth: Int,
        _ node: Int32,
        _ index: borrowing GuardIndex,
        _ pending: inout [Int32],
        _ evaluation: inout Evaluation,
        _ policies: borrowing PolicyList,
        _ entities: some EntityLookup
    ) {
        evaluation.body = policies.body(at: Int(branch.policies[0]))
        do throws(EvaluationError) {
            let value = try evaluation.pathValue(depth, entities)
            let edge = GuardStep.edge(node, branch.path, value.indexDigest)
            guard let next = index.edges.first(edge) else { return }
            if next < 0 { return ask(~next, from: depth, &evaluation, policies, entities) }
            // What a digest leads to is looked at before it counts.
            let body = policies.body(at: index.anyPolicy(of: next))
            guard body.program.literals[Int(body.program.guards[depth].literal)] == value else { return }
            pending.append(next)
        } catch {
            fail(branch.policies, error, depth, evaluation.body, policies)
        }
    }

    // One test that all policies of a node share.
    private mutating func check(
        _ node: Int32,
        _ depth: Int,
        _ index: borrowing GuardIndex,
        _ pending: inout [Int32],
        _ evaluation: inout Evaluation,
        _ policies: borrowing PolicyList,
        _ entities: some EntityLookup
    ) {
        evaluation.body = policies.body(at: index.anyPolicy(of: node))
        do throws(EvaluationError) {
            if try evaluation.holds(depth, entities) { pending.append(node) }
        } catch {
            fail(index.nodes[Int(node)].all ?? [], error, depth, evaluation.body, policies)
        }
    }

    // The same guard failed for all these policies: each fails at the same place of its own text.
    private mutating func fail(
        _ places: [Int32],
        _ error: EvaluationError,
        _ depth: Int,
        _ example: PolicyBody,
        _ policies: borrowing PolicyList
    ) {
        let step = error.instruction - example.program.guards[depth].start
        for place in places {
            let program = policies.body(at: Int(place)).program
            let node = program.nodes[Int(program.guards[depth].start + step)]
            let span = policies.body(at: Int(place)).expression.spans[node.index]
            failures.append((place, EvaluationError(error.reason, at: span, error.instruction)))
        }
    }

    /// The answer, when all have been asked.
    consuming func response(_ policies: PolicyList) -> AuthorizationResponse {
        permits.arrange()
        forbids.arrange()
        if failures.count > 1 {
            failures.sort { $0.policy < $1.policy }
            var last: Int32 = -1
            failures.removeAll { failure in
                defer { last = failure.policy }
                return failure.policy == last
            }
        }
        let isDenied = !forbids.isEmpty || permits.isEmpty
        return AuthorizationResponse(
            decision: isDenied ? .deny : .allow,
            places: forbids.isEmpty ? permits : forbids,
            failed: failures,
            policies: policies
        )
    }
}

extension Array<Int32> {
    /// Adds a row; a whole row is shared, not copied, while it is the only one.
    mutating func gather(_ row: [Int32]) {
        if row.isEmpty { return }
        if isEmpty { self = row } else { append(contentsOf: row) }
    }

    /// Puts places into source order, each once. A scope that lists several actions may have come twice.
    mutating func arrange() {
        var isArranged = true
        for place in indices.dropFirst() where self[place - 1] >= self[place] {
            isArranged = false
            break
        }
        if isArranged { return }
        sort()
        var last: Int32 = -1
        removeAll { place in
            defer { last = place }
            return place == last
        }
    }
}
