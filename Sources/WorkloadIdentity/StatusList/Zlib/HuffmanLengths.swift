// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The lengths of a Huffman code for symbols of given frequencies.
enum HuffmanLengths {
    /// The lengths, 0 for a symbol that doesn't occur; at least two symbols get one, so that the code is complete.
    ///
    /// When the best code has a length over `longest`, the frequencies are evened out until it hasn't. That costs a few
    /// bits in texts so lopsided that it happens at all.
    static func lengths(of frequencies: [Int], longest: Int) -> [UInt8] {
        var frequencies = frequencies
        var symbols = frequencies.indices.filter { frequencies[$0] > 0 }
        for spare in 0..<2 where symbols.count < 2 && !symbols.contains(spare) { symbols.append(spare) }
        while true {
            symbols.sort { (frequencies[$0], $0) < (frequencies[$1], $1) }
            let depths = depths(of: symbols.map { max(1, frequencies[$0]) })
            if depths.max() ?? 0 <= longest {
                var lengths = [UInt8](repeating: 0, count: frequencies.count)
                for (symbol, depth) in zip(symbols, depths) { lengths[symbol] = UInt8(truncatingIfNeeded: depth) }
                return lengths
            }
            for symbol in symbols { frequencies[symbol] = (frequencies[symbol] + 1) / 2 }
        }
    }

    /// The depth of each leaf of the tree over at least two weights, which ascend.
    ///
    /// Two queues stand in for a heap: the leaves in their order, and the inner nodes in the order they are made, which
    /// is also that of their weights.
    private static func depths(of weights: [Int]) -> [Int] {
        var nodes = weights
        var parents = [Int](repeating: 0, count: 2 * weights.count - 1)
        var (leaf, inner) = (0, weights.count)
        func lightest() -> Int {
            if leaf < weights.count, inner >= nodes.count || weights[leaf] <= nodes[inner] {
                leaf += 1
                return leaf - 1
            }
            inner += 1
            return inner - 1
        }
        while nodes.count < parents.count {
            let (one, other) = (lightest(), lightest())
            parents[one] = nodes.count
            parents[other] = nodes.count
            nodes.append(nodes[one] + nodes[other])
        }
        var depths = [Int](repeating: 0, count: parents.count)
        for node in stride(from: parents.count - 2, through: 0, by: -1) { depths[node] = depths[parents[node]] + 1 }
        return Array(depths.prefix(weights.count))
    }
}
