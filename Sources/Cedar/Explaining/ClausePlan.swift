// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The conditions of one policy taken apart: made once for a policy, used for every explanation of it.
final class ClausePlan: Sendable {
    /// One clause.
    struct Clause: Sendable {
        let node: NodeID
        /// The node that demands a Bool of it, and is blamed when it gives none.
        let demanding: NodeID
        /// Its form in ``forms``.
        let form: Int32
        /// The place of its condition in the policy.
        let condition: Int32
        /// The root that gives its value.
        let root: Int32
        /// Which truth values serve the policy; both for what stands between `if` and `then`.
        let wanted: TruthValues
        /// What it reads, as places in ``reads``.
        let reads: OperandRange
        /// What of that must be looked up, as places in ``looks``.
        let looks: OperandRange
        /// What would answer it, as places in ``patterns``; empty when that is not known.
        let patterns: OperandRange
        /// Whether it reads more than ``reads`` says: more than are noted, or what an entity is in that the policy names.
        let readsElse: Bool
        /// Whether it asks what an entity is in.
        let readsMemberships: Bool
        /// Whether its evaluation begins with the path that is its first look.
        var beginsWithLook = false
    }

    /// One thing that a clause reads.
    struct Read: Sendable {
        let kind: ExplainedRead.Kind
        let node: NodeID
        let variable: Variable?
        let path: [Text]
        /// Its place in ``looks``; -1 when the request itself says what is there.
        let look: Int32
    }

    /// A read that takes a look at the entities.
    struct Look: BitwiseCopyable {
        /// The root that gives its value.
        let root: Int32
        let isPresence: Bool
    }

    let forms: [ClauseForm]
    /// The expression that each form is.
    let nodes: [NodeID]
    let parts: [Int32]
    /// The form of each condition.
    let conditions: [Int32]
    let clauses: [Clause]
    let reads: [Read]
    let looks: [Look]
    let patterns: [ClausePattern]
    /// Gives the values of the roots.
    let body: PolicyBody

    init(
        forms: [ClauseForm],
        nodes: [NodeID],
        parts: [Int32],
        conditions: [Int32],
        clauses: [Clause],
        reads: [Read],
        looks: [Look],
        patterns: [ClausePattern],
        body: PolicyBody
    ) {
        self.forms = forms
        self.nodes = nodes
        self.parts = parts
        self.conditions = conditions
        self.clauses = clauses
        self.reads = reads
        self.looks = looks
        self.patterns = patterns
        self.body = body
    }

    /// The plan of a policy; made by whoever asks first.
    static func of(_ body: PolicyBody) -> ClausePlan {
        body.clausePlan.withLock { known in
            if let known { return known }
            let plan = ClausePlanner.plan(body)
            known = plan
            return plan
        }
    }
}
