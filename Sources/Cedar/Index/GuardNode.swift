// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A node of the tree of guards: policies of one scope that begin with the same guards.
///
/// ``GuardIndex`` says how it is used.
struct GuardNode: Sendable {
    /// Policies that demand one value each of one path.
    struct PathBranch: Sendable {
        /// The digest of the path.
        let path: Int
        /// All policies of the branch, ascending: those that fail when the path cannot be followed.
        var policies: [Int32]
    }

    /// How many guards are known to hold here.
    let depth: Int
    /// Whether the policies here have been told apart by their next guards.
    var isSplit = false
    /// Policies without a further guard: they are satisfied.
    var permits: [Int32] = []
    /// The same for `forbid`.
    var forbids: [Int32] = []
    /// Policies that are asked one by one.
    var members: [Int32] = []
    /// Policies whose next guard is an equality, by path.
    var branches: [PathBranch] = []
    /// The nodes of policies whose next guard is some other test, the same for all of a node.
    var tests: [Int32] = []
    /// All policies here and below, ascending; kept where it is asked for: at the top and behind a test.
    var all: [Int32]?

    init(depth: Int, listsAll: Bool) {
        self.depth = depth
        all = listsAll ? [] : nil
    }

    var isEmpty: Bool {
        permits.isEmpty && forbids.isEmpty && members.isEmpty && branches.isEmpty && tests.isEmpty
    }
}
