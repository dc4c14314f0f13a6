// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Cedar

/// Where all values can be tried, no smaller change does than the one that was found.
@Suite struct SmallestChangeTests {
    private static let names = ["a", "b", "c"]

    private static func clause(_ generator: inout SeededGenerator) -> String {
        let name = names[Int.random(in: 0..<3, using: &generator)]
        let sign = ["==", "!=", "<", ">=", ">"][Int.random(in: 0..<5, using: &generator)]
        return "context.\(name) \(sign) \(Int.random(in: 0...3, using: &generator))"
    }

    private static func condition(_ depth: Int, _ generator: inout SeededGenerator) -> String {
        guard depth > 0 else { return clause(&generator) }
        func inner() -> String { "(\(condition(depth - 1, &generator)))" }
        switch Int.random(in: 0..<6, using: &generator) {
        case 0, 1: return "\(inner()) && \(inner())"
        case 2, 3: return "\(inner()) || \(inner())"
        case 4: return "!\(inner())"
        default: return "if \(inner()) then \(inner()) else \(inner())"
        }
    }

    // How many members of the context must change; nil when no context turns the decision. Literals are 0 to 3, so -1
    // to 4 stand for all numbers.
    private static func smallest(_ set: PolicySet, _ request: AuthorizationRequest, _ store: EntityStore) -> Int? {
        let decision = set.authorize(request, entities: store).decision
        var smallest: Int?
        var asked = request
        for a in Int64(-1)...4 {
            for b in Int64(-1)...4 {
                for c in Int64(-1)...4 {
                    asked.context = ["a": .long(a), "b": .long(b), "c": .long(c)]
                    let size = asked.context.count { $0.value != request.context[$0.key] }
                    guard size < smallest ?? 4 else { continue }
                    if set.authorize(asked, entities: store).decision != decision { smallest = size }
                }
            }
        }
        return smallest
    }

    // Whether all values that are as the facts say turn the decision, not just those that were tried.
    private static func isEnough(
        _ facts: [Fact],
        _ set: PolicySet,
        _ request: AuthorizationRequest,
        _ store: EntityStore
    ) -> Bool {
        let decision = set.authorize(request, entities: store).decision
        let choices = facts.map { fact in
            (Int64(-1)...4).map { Value.long($0) }.filter { value in
                fact.requirements.allSatisfy { $0.isMet(by: .value(value)) }
            }
        }
        var requests = [request]
        for (fact, values) in zip(facts, choices) {
            guard let name = fact.path.first, !values.isEmpty else { return false }
            requests = requests.flatMap { request in
                values.map { value in
                    var changed = request
                    changed.context[name] = value
                    return changed
                }
            }
        }
        return requests.allSatisfy { set.authorize($0, entities: store).decision != decision }
    }

    @Test(arguments: [false, true]) func noneIsSmaller(withForbids: Bool) throws {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        let store = EntityStore()
        let worlds = Effort.rounds(150)
        var equal = 0
        for _ in 0..<worlds {
            var text = ""
            for index in 0..<Int.random(in: 1...3, using: &generator) {
                let effect = withForbids && index == 2 ? "forbid" : "permit"
                text += "\(effect) (principal, action, resource) when { \(Self.condition(2, &generator)) };\n"
            }
            let set = try policies(text)
            var request = try ExplanationTests.request()
            request.context = [:]
            for name in Self.names {
                request.context[Text(name)] = .long(Int64.random(in: 0...3, using: &generator))
            }
            let smallest = Self.smallest(set, request, store)
            let explanation = set.explain(request, entities: store)
            let change = explanation.change
            let note: Comment = "seed \(seed)\n\(text)\(request.context)\n\(explanation.text)"
            if change.isVerified {
                #expect(Self.isEnough(change.facts, set, request, store), note)
                #expect(change.facts.count >= smallest ?? 4, note)
                if change.facts.count == smallest { equal += 1 }
            } else {
                #expect(change.facts.isEmpty, note)
                if smallest == nil { equal += 1 }
                // It says that nothing does only where nothing does.
                #expect(change.status != .impossible || smallest == nil, note)
            }
        }
        print("seed \(seed): \(equal) of \(worlds) as small as can be")
        // A few values are tried of each clause; where clauses contradict each other, they may be the wrong ones.
        #expect(equal * 10 >= worlds * 9, "seed \(seed)")
    }
}
