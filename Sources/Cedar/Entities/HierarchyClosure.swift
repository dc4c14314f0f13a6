// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The transitive closure of a hierarchy given as rows.
enum HierarchyClosure {
    enum Result {
        /// For each row all rows above it, sorted.
        case closed([[Int32]])
        /// This row is above itself.
        case cycle(Int)
        /// With this row more links were looked at than allowed.
        case tooLarge(Int)
    }

    /// Closes `parents`, which lists the rows directly above each row.
    ///
    /// Parents are finished before their children, with a stack of its own, because a chain of parents may be as long
    /// as the input.
    static func close(_ parents: [[Int32]], maximumLinks: Int) -> Result {
        enum Progress { case untouched, open, finished }
        var progress = Array(repeating: Progress.untouched, count: parents.count)
        var closure = Array(repeating: [Int32](), count: parents.count)
        var links = 0
        for first in parents.indices where progress[first] == .untouched {
            var path: [(row: Int, next: Int)] = [(first, 0)]
            progress[first] = .open
            while let (row, next) = path.last {
                if next < parents[row].count {
                    path[path.count - 1].next += 1
                    let parent = Int(parents[row][next])
                    switch progress[parent] {
                    case .untouched:
                        progress[parent] = .open
                        path.append((parent, 0))
                    case .open: return .cycle(parent)
                    case .finished: break
                    }
                    continue
                }
                path.removeLast()
                progress[row] = .finished
                // Counted before the work is done: what is looked at, not only what remains of it.
                links += parents[row].reduce(parents[row].count) { $0 + closure[Int($1)].count }
                guard links <= maximumLinks else { return .tooLarge(row) }
                closure[row] = union(of: parents[row], in: closure)
            }
        }
        return .closed(closure)
    }

    // The parents and all that is above them, each once.
    private static func union(of parents: [Int32], in closure: [[Int32]]) -> [Int32] {
        guard !parents.isEmpty else { return [] }
        var all = parents
        for parent in parents { all += closure[Int(parent)] }
        all.sort()
        var result: [Int32] = []
        result.reserveCapacity(all.count)
        for row in all where result.last != row { result.append(row) }
        return result
    }
}
