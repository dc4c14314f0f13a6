// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

/// Random commands and questions at two nodes at once, with nodes that vanish and come back: what they fold is the same to
/// the byte.
@Suite struct RandomNodesTests {
    /// `SAFECONDUCT_SOAK` makes it long.
    private static let rounds = ProcessInfo.processInfo.environment["SAFECONDUCT_SOAK"].map { _ in 400 } ?? 12

    @Test(arguments: [0, 1, 2])
    func statesAreIdenticalWhateverHappens(_ run: Int) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        try await World.inPlace { place in
            let first = try await World.open(place)
            try await first.populate()
            try await first.activate(permitAll)
            // Clocks of their own, which differ by less than what would stop a node.
            let clock = TestClock(at: first.clock.now.advanced(byMilliseconds: Int64(run) * 1700))
            var nodes = [first, try await first.neighbour(2, clock)]
            var crashes = 0
            for round in 0..<Self.rounds {
                let work = (0..<24).map { _ in (Int.random(in: 0..<2, using: &random), RandomWork(&random)) }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (node, work) in work {
                        let world = nodes[node]
                        group.addTask { try await work.run(at: world) }
                    }
                    try await group.waitForAll()
                }
                for world in nodes { world.clock.advance(milliseconds: Int64.random(in: 0...900, using: &random)) }
                if Int.random(in: 0..<3, using: &random) == 0 {
                    // Dropped as it is, nothing closed, and opened again by who comes next.
                    let victim = Int.random(in: 0..<2, using: &random)
                    nodes[victim] = try await nodes[victim].reopened()
                    crashes += 1
                }
                compare(nodes, "seed \(seed), round \(round)")
            }
            let log = try nodes[0].engine.controlLog.check()
            #expect(log.faults == [], "seed \(seed)")
            #expect(crashes > 0, "seed \(seed)")
            for world in nodes {
                let whole = try Engine.fold(world.engine.controlLog, from: TrustState(), to: log.leaves)
                #expect(whole.digest == world.engine.view.state.digest, "seed \(seed)")
                world.store.inner.close()
            }
        }
    }

    private func compare(_ nodes: [World], _ place: String) {
        for world in nodes { world.engine.follower.follow() }
        let states = nodes.map { $0.engine.view.state }
        #expect(nodes.allSatisfy { $0.engine.fault == nil }, "\(place)")
        #expect(states[0].size == states[1].size, "\(place)")
        #expect(states[0].digest == states[1].digest, "\(place)")
        let lines = states.map { state in
            var lines: [[UInt8]] = []
            state.writeSnapshot { lines.append($0) }
            return lines
        }
        #expect(lines[0] == lines[1], "\(place)")
    }
}
