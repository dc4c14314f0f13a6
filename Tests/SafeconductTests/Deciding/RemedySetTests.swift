// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

/// Whatever the policies: the remedies that an answer names are a set that suffices and of which none can be left out.
@Suite struct RemedySetTests {
    private static let literals = [
        "limit:5/hour", "limit:7/minute", "challenge:dpop", "challenge:mtls", "challenge:fresh", "approve:a",
        "approve:b",
    ]

    /// A permit or forbid of one to three remedies, combined by "and" or "or".
    private struct Rule {
        let isPermit: Bool
        let remedies: [String]
        let needsAll: Bool

        func isSatisfied(_ met: Set<String>) -> Bool {
            let holds = needsAll ? remedies.allSatisfy(met.contains) : remedies.contains(where: met.contains)
            return isPermit == holds
        }

        func text(_ id: Int) -> String {
            let asks = remedies.map { "context.met.contains(\"\($0)\")" }.joined(separator: needsAll ? " && " : " || ")
            let head = "@id(\"p\(id)\") @remedy(\"\(remedies.joined(separator: " "))\") "
            return head + (isPermit ? "permit" : "forbid") + " (principal, action, resource) "
                + (isPermit ? "when" : "unless") + " { \(asks) };"
        }
    }

    private static func allows(_ rules: [Rule], _ met: Set<String>) -> Bool {
        rules.contains { $0.isPermit && $0.isSatisfied(met) } && !rules.contains { !$0.isPermit && $0.isSatisfied(met) }
    }

    @Test func everyAnswersSetSufficesAndIsMinimal() async throws {
        var generator = SeededGenerator()
        let seed = generator.seed
        var asked = 0
        try await World.run { world async throws in
            for _ in 0..<60 {
                let rules = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                    Rule(
                        isPermit: Int.random(in: 0..<5, using: &generator) < 3,
                        remedies: Array(
                            Self.literals.shuffled(using: &generator).prefix(Int.random(in: 1...3, using: &generator))
                        ),
                        needsAll: Bool.random(using: &generator)
                    )
                }
                try await world.activate(rules.enumerated().map { $0.element.text($0.offset) }.joined(separator: "\n"))
                let decision = try await world.ask(.asserted("worker")).get()
                let names = decision.remedies.map(\.description)
                let note: Comment = "seed \(seed): \(rules) -> \(names)"
                guard !names.isEmpty else {
                    #expect(decision.outcome == .deny || decision.outcome == .allow, note)
                    #expect(Self.allows(rules, []) == (decision.outcome == .allow), note)
                    #expect(decision.outcome == .allow || !Self.allows(rules, Set(Self.literals)), note)
                    continue
                }
                asked += 1
                #expect(Self.allows(rules, Set(names)), note)
                for name in names { #expect(!Self.allows(rules, Set(names).subtracting([name])), note) }
                #expect(names.count <= Judgement.offerLimit && Set(names).count == names.count, note)
                let costs = decision.remedies.map(\.cost)
                #expect(costs == costs.sorted(), note)
                // The dearest kind is asked for only where nothing cheaper alone would do.
                let cheaper = Self.literals.filter { (Remedy($0)?.cost ?? 0) < (costs.max() ?? 0) }
                #expect(!Self.allows(rules, Set(cheaper)), note)
            }
        }
        #expect(asked > 10, "seed \(seed)")
    }
}
