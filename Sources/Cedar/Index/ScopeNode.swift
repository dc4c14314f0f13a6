// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A node of the tree of scopes.
///
/// It holds its groups in a row until there are too many. Then each moves below the entity that tells it apart best:
/// behind an edge, found by the node and the key of one of its three constraints. Which constraint that is may differ
/// from group to group, so that neither a request for an action that everybody asks about nor a user who is in all
/// groups makes a look-up long.
struct ScopeNode: Sendable {
    /// Which of the three may still be used below: those behind the edges to here are known to match.
    struct Axes: OptionSet, BitwiseCopyable {
        let rawValue: UInt8
        static let all = Axes(rawValue: 7)
        init(rawValue: UInt8) { self.rawValue = rawValue }
        init(_ axis: ScopeKey.Axis) { rawValue = 1 << axis.rawValue }
    }

    /// Groups that stand in no edge.
    var groups: [Int32] = []
    let axes: Axes
    var isSplit = false
    /// How many edges leave from here by each of the three: a look-up asks only where there are some.
    var edges: InlineArray<3, Int32> = [0, 0, 0]

    init(_ axes: Axes) { self.axes = axes }

    var isEmpty: Bool { groups.isEmpty && edges[0] == 0 && edges[1] == 0 && edges[2] == 0 }

    /// How many there are, roughly: an edge leads to few groups or it is split again.
    var weight: Int { groups.count + Int(edges[0] + edges[1] + edges[2]) }
}
