// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import WorkloadIdentity

@testable import Safeconduct
@testable import TrustModel

/// Tokens derived from tokens: rights only shrink, chains only grow, and a cut reaches all that descends and nothing else
/// (invariant 5).
@Suite(.timeLimit(.minutes(20))) struct TokenLineageTests {
    /// So many graphs of exchanges; the long run sets it to 100,000.
    private static let graphs =
        ProcessInfo.processInfo.environment["SAFECONDUCT_EFFORT"].flatMap(Int.init).map { max(1, $0) * 2000 } ?? 2000

    @Test func randomExchanges() throws {
        var generator = SeededGenerator()
        var depths: Set<Int> = []
        var cuts = 0
        for _ in 0..<Self.graphs {
            var graph = ExchangeGraph(&generator)
            graph.grow(to: Int.random(in: 2...14, using: &generator), &generator)
            let faults = graph.faultsOfGrowth
            #expect(faults.isEmpty, "seed \(generator.seed): \(faults)")
            for _ in 0..<3 {
                let (scope, faults) = graph.cut(&generator)
                cuts += 1
                #expect(faults.isEmpty, "seed \(generator.seed), cut \(scope): \(faults)")
            }
            depths.formUnion(graph.tokens.map(\.token.chain.actors.count))
            if !faults.isEmpty { break }
        }
        // The graphs reach what they are to try.
        #expect(depths.isSuperset(of: 0...4), "seed \(generator.seed): depths \(depths.sorted())")
        #expect(cuts == Self.graphs * 3)
    }

    @Test func onlyWhoHoldsATokenOrServesItsAPIExchangesIt() throws {
        var generator = SeededGenerator()
        var graph = ExchangeGraph()
        graph.root(client: 0, api: 0, ["a", "b"], &generator)
        let parent = graph.tokens[0].token
        func refusal(_ client: Int, _ api: Int, _ operations: [String], servers: [Int] = []) -> OAuthError? {
            TokenLineage.refusal(
                of: parent,
                to: ExchangeGraph.identity(client),
                servers: servers.map(ExchangeGraph.identity),
                for: ExchangeGraph.api(api),
                operations
            )?.error
        }
        #expect(refusal(0, 0, ["a"]) == nil)
        #expect(refusal(1, 0, ["a"]) == .invalidGrant)
        #expect(refusal(1, 0, ["a"], servers: [2, 1]) == nil)
        #expect(refusal(1, 1, ["a"], servers: [1]) == .invalidTarget)
        #expect(refusal(0, 0, ["a", "c"]) == .invalidScope)
    }

    @Test func aChainThatIsFullGrowsNoMore() throws {
        var generator = SeededGenerator()
        var graph = ExchangeGraph()
        graph.root(client: 0, api: 0, ["a"], &generator)
        for hop in 1...ActorChain.maximumDepth {
            #expect(graph.derive(from: hop - 1, to: hop % 2 == 1 ? 1 : 0, actor: nil, ["a"], &generator))
        }
        #expect(!graph.derive(from: ActorChain.maximumDepth, to: 1, actor: nil, ["a"], &generator))
        // Its holder still narrows it, until it descends from more than it can name.
        let last = ActorChain.maximumDepth
        #expect(graph.derive(from: last, to: 0, actor: nil, ["a"], &generator))
        var index = last + 1
        while graph.derive(from: index, to: 0, actor: nil, ["a"], &generator), index < 100 { index += 1 }
        #expect((16..<60).contains(index))
    }

    @Test func whoIsNamedByAnActorTokenJoinsBeforeTheClient() throws {
        var generator = SeededGenerator()
        var graph = ExchangeGraph()
        graph.root(client: 0, api: 0, ["a"], &generator)
        func actors(of index: Int) -> [String] { graph.tokens[index].token.chain.actors.map(\.subject) }
        func names(_ numbers: [Int]) -> [String] { numbers.map { ExchangeGraph.identity($0).description } }
        #expect(graph.derive(from: 0, to: 1, actor: 2, ["a"], &generator))
        #expect(actors(of: 1) == names([1, 2]))
        #expect(graph.derive(from: 1, to: 1, actor: 1, ["a"], &generator))
        #expect(actors(of: 2) == names([1, 2]))
        #expect(graph.derive(from: 0, to: 0, actor: 2, ["a"], &generator))
        #expect(actors(of: 3) == names([0, 2]))
        #expect(graph.derive(from: 1, to: 0, actor: nil, ["a"], &generator))
        #expect(actors(of: 4) == names([0, 1, 2]))
    }
}
