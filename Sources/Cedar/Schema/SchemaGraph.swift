// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Which of a number of things names which others: common types in their definitions, types and actions in their
/// groups.
///
/// Everything here is a loop: a chain may be as long as the schema.
struct SchemaGraph {
    /// For each thing the things it names.
    private let edges: [[Int]]

    init(_ edges: [[Int]]) {
        self.edges = edges
    }

    /// An order in which each thing comes after those it names; or, when there is none, a cycle.
    func order() -> (order: [Int]?, cycle: [Int]) {
        enum State { case unseen, open, done }
        var states = Array(repeating: State.unseen, count: edges.count)
        var order: [Int] = []
        // The things on the way to the one at hand, and how many of the things each names have been looked at.
        var path: [(node: Int, next: Int)] = []
        for root in edges.indices where states[root] == .unseen {
            states[root] = .open
            path.append((root, 0))
            while let (node, next) = path.last {
                guard next < edges[node].count else {
                    states[node] = .done
                    order.append(node)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let named = edges[node][next]
                switch states[named] {
                case .done: break
                case .unseen:
                    states[named] = .open
                    path.append((named, 0))
                case .open: return (nil, path.map(\.node).drop { $0 != named }.map { $0 })
                }
            }
        }
        return (order, [])
    }

    /// For each thing all those it reaches over one step or more; nil when finding them takes more than `limit` steps.
    func reached(limit: Int) -> [[Int]]? {
        var steps = 0
        var seenFor = Array(repeating: -1, count: edges.count)
        var all: [[Int]] = []
        all.reserveCapacity(edges.count)
        for start in edges.indices {
            var found: [Int] = []
            var node = start
            var looked = 0
            while true {
                steps += 1 + edges[node].count
                guard steps <= limit else { return nil }
                for next in edges[node] where seenFor[next] != start {
                    seenFor[next] = start
                    found.append(next)
                }
                guard looked < found.count else { break }
                node = found[looked]
                looked += 1
            }
            all.append(found)
        }
        return all
    }
}
