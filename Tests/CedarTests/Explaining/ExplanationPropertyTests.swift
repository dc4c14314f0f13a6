// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

/// Whatever the world is, these hold of its explanation.
@Suite struct ExplanationPropertyTests {
    private static let worlds = 400

    private func forEachWorld(_ body: (ExplainedWorld, EntityStore, Explanation, inout SeededGenerator) throws -> Void)
        throws
    {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        print("seed \(seed)")
        for _ in 0..<Self.worlds {
            let world = try ExplainedWorld(using: &generator)
            let store = try EntityStore(world.entities)
            try body(world, store, world.set.explain(world.request, entities: store), &generator)
        }
    }

    @Test func theAnswerIsTheAuthorizers() throws {
        try forEachWorld { world, store, explanation, _ in
            let answer = world.set.authorize(world.request, entities: store)
            #expect(explanation.response.decision == answer.decision)
            #expect(explanation.response.reason == answer.reason)
            #expect(explanation.response.errors == answer.errors)
            var satisfied: [Text] = []
            var failed: [String] = []
            for policy in explanation.policies {
                switch policy.outcome {
                case .satisfied:
                    if (policy.policy.effect == .permit) == (answer.decision == .allow) {
                        satisfied.append(policy.policy.id)
                    }
                case .failed(let error):
                    guard let error else { return #expect(Bool(false)) }
                    failed.append("\(policy.policy.id) \(error.span) \(error.message)")
                case .unsatisfied: #expect(policy.unmetClauses > 0, "\(world.text)")
                case .outOfScope: Issue.record("a candidate is out of scope")
                }
            }
            #expect(satisfied == answer.determining.map(\.id), "\(world.text)")
            #expect(
                failed == answer.failures.map { "\($0.policy.id) \($0.error.span) \($0.error.message)" },
                "\(world.text)"
            )
            #expect(!explanation.text.isEmpty)
        }
    }

    // Each clause is asked again as a policy of its own, through the parser and the authorizer.
    @Test func clausesAreAsTheAuthorizerSeesThem() throws {
        var seen = 0
        try forEachWorld { world, store, explanation, _ in
            for policy in explanation.policies + explanation.nearest {
                for clause in policy.clauses {
                    let span = policy.policy.expression[span: clause.node]
                    let words = String(decoding: Array(policy.policy.source.utf8)[span.start..<span.end], as: UTF8.self)
                    let alone = try policies(permit(when: words)).authorize(world.request, entities: store)
                    switch clause.outcome {
                    case .holds: #expect(alone.decision == .allow, "\(words)")
                    case .fails: #expect(alone.decision == .deny && alone.failures.isEmpty, "\(words)")
                    case .failed(let error):
                        #expect(alone.failures.first?.error.message == error.message, "\(words)")
                    case .hidden: Issue.record("hidden: \(words)")
                    }
                    for read in clause.reads {
                        seen += 1
                        try expect(read, in: policy.policy, world, store)
                    }
                }
            }
        }
        #expect(seen > 1_000)
    }

    private func expect(_ read: ExplainedRead, in policy: Policy, _ world: ExplainedWorld, _ store: EntityStore) throws
    {
        let span = policy.expression[span: read.node]
        let words = String(decoding: Array(policy.source.utf8)[span.start..<span.end], as: UTF8.self)
        func holds(_ condition: String) throws -> (Bool, failed: Bool) {
            let answer = try policies(permit(when: condition)).authorize(world.request, entities: store)
            return (answer.decision == .allow, !answer.failures.isEmpty)
        }
        switch read.sight {
        case .value(let value): #expect(try holds("(\(words)) == \(value)") == (true, false), "\(words) \(value)")
        case .present: #expect(try holds(words) == (true, false), "\(words)")
        case .missing:
            let isPresence = read.kind == .presence || read.kind == .tagPresence
            #expect(try holds(isPresence ? "!(\(words))" : "(\(words)) == 0") == (isPresence, !isPresence), "\(words)")
        case .failed: #expect(try holds("(\(words)) == 0").failed, "\(words)")
        case .unread, .hidden: Issue.record("not seen: \(words)")
        }
    }

    // Whatever the clauses are that are not decisive, the outcome of the policy is the same.
    @Test func decisiveClausesDetermineTheOutcome() throws {
        try forEachWorld { world, store, explanation, generator in
            for policy in explanation.policies {
                let clauses = policy.clauses
                var bytes = Array(policy.policy.source.utf8)
                for clause in clauses.reversed() where clause.isDecisive != true {
                    let span = policy.policy.expression[span: clause.node]
                    let constant = Bool.random(using: &generator) ? "(true)" : "(false)"
                    bytes.replaceSubrange(span.start..<span.end, with: constant.utf8)
                }
                let text = String(decoding: bytes, as: UTF8.self)
                let again = try policies(text).explain(world.request, entities: store, limits: .withoutChange)
                #expect(again.policies.first?.outcome.name == policy.outcome.name, "\(policy.policy.source)\n\(text)")
                #expect(clauses.allSatisfy { $0.isReached == true || $0.isDecisive == false })
                #expect(clauses.isEmpty || clauses.contains { $0.isDecisive == true })
            }
        }
    }

    // The facts are made true in other entities and another request; all are needed.
    @Test func aVerifiedChangeTurnsTheDecisionAndNoPartOfItDoes() throws {
        var verified = 0
        var applied = 0
        try forEachWorld { world, _, explanation, _ in
            let change = explanation.change
            guard change.isVerified else {
                #expect(change.status == .needs || change.facts.isEmpty)
                return
            }
            verified += 1
            #expect((1...4).contains(change.facts.count))
            for mask in 1..<(1 << change.facts.count) {
                let part = change.facts.indices.filter { mask & (1 << $0) != 0 }.map { change.facts[$0] }
                let isWhole = part.count == change.facts.count
                // Without an example any value may do, and the one tried here need not.
                if isWhole, part.contains(where: { $0.requirements == [.present(true)] }) { continue }
                // A part may do in one of the two worlds that somebody leaves a group for.
                let leaves = part.contains { $0.requirements == [.member(false)] }
                if leaves && !isWhole { continue }
                for keepsAbove in [true, false] {
                    guard let (store, request) = FactApplication.apply(part, to: world, keepsAbove: keepsAbove) else {
                        continue
                    }
                    if isWhole { applied += 1 }
                    let decision = world.set.authorize(request, entities: store).decision
                    #expect(
                        (decision != explanation.response.decision) == isWhole,
                        "\(world.text)\n\(world.request)\n\(explanation.text)\n\(part)"
                    )
                }
            }
        }
        print("\(verified) changes verified, \(applied) made true")
        #expect(applied > Self.worlds / 2)
    }

    // What was not found by combining clauses must not be one single fact either.
    @Test func limitsOnlyTakeAway() throws {
        try forEachWorld { world, store, explanation, _ in
            let plain = world.set.explain(world.request, entities: store, limits: .withoutChange)
            #expect(plain.change.status == .notSought && plain.change.facts.isEmpty)
            #expect(
                plain.policies.count == explanation.policies.count && plain.nearest.count == explanation.nearest.count
            )
            let single = world.set.explain(
                world.request,
                entities: store,
                limits: ExplanationLimits(maximumPolicies: 1, maximumClauses: 1, maximumFacts: 1)
            )
            #expect(single.policies.count <= 1 && single.change.facts.count <= 1)
            #expect(single.response.reason == explanation.response.reason)
            for policy in single.policies { #expect(policy.clauses.count <= 1) }
        }
    }
}
